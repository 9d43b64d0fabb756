// SPDX-License-Identifier: Apache-2.0
#include "compress.hpp"

#include <stdexcept>

#include <lzma.h>
#include <zlib.h>

namespace synfire::test {

std::string gzip(const std::string& text) {
    std::string input = text;
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("no gzip encoder");
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(input.size())) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int status = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (status != Z_STREAM_END) { throw std::runtime_error("gzip did not finish"); }
    return out;
}

std::string xz(const std::string& text) {
    std::string out(lzma_stream_buffer_bound(text.size()), '\0');
    std::size_t used = 0;
    const lzma_ret status = lzma_easy_buffer_encode(
        6, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
        text.size(), reinterpret_cast<std::uint8_t*>(out.data()), &used, out.size());
    if (status != LZMA_OK) { throw std::runtime_error("xz did not finish"); }
    out.resize(used);
    return out;
}

}  // namespace synfire::test
