// SPDX-License-Identifier: Apache-2.0
// Decompression into a growing buffer: memory follows what really comes out, never what a header
// claims.
#include "decompress.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <lzma.h>
// Without it zlib asks for input that it may change.
#define ZLIB_CONST
#include <zlib.h>

#include "fail.hpp"

namespace synfire::io {

namespace {

constexpr std::array<std::byte, 3> gzip_magic{std::byte{0x1f}, std::byte{0x8b}, std::byte{0x08}};
constexpr std::array<std::byte, 6> xz_magic{std::byte{0xfd}, std::byte{'7'}, std::byte{'z'},
                                            std::byte{'X'},  std::byte{'Z'}, std::byte{0}};

// Enough for xz -9 (65 MiB); a header that asks for more is not of our files.
constexpr std::uint64_t xz_memory_limit = std::uint64_t{256} << 20;

template <std::size_t N>
bool starts_with(std::span<const std::byte> data, const std::array<std::byte, N>& magic) {
    return data.size() >= N && std::equal(magic.begin(), magic.end(), data.begin());
}

std::uint8_t* bytes_of(std::byte* p) { return reinterpret_cast<std::uint8_t*>(p); }

/// Output that doubles while a decoder fills it.
class growing_buffer {
  public:
    growing_buffer(std::uint64_t max_bytes, std::string where)
        : max_(max_bytes),
          where_(std::move(where)) {}

    /// Room for the decoder's next step: never empty.
    std::span<std::byte> room() {
        if (used_ == data_.size()) { grow(); }
        return std::span(data_).subspan(used_,
                                        std::min<std::size_t>(data_.size() - used_, max_step));
    }
    void advance(std::size_t n) { used_ += n; }
    std::size_t used() const { return used_; }
    std::vector<std::byte> finish() {
        data_.resize(used_);
        return std::move(data_);
    }

  private:
    // zlib counts in 32 bits.
    static constexpr std::size_t max_step = std::size_t{1} << 30;

    void grow() {
        if (used_ >= max_) {
            fail(where_, "the decompressed content is too large",
                 fmt::format("more than {} bytes", max_), fmt::format("at most {} bytes", max_),
                 "decompress the file first if it is meant to be so large");
        }
        const std::uint64_t wanted =
            std::max<std::uint64_t>(std::uint64_t{1} << 16, data_.size() * 2);
        data_.resize(static_cast<std::size_t>(std::min(wanted, max_)));
    }

    std::vector<std::byte> data_;
    std::size_t used_ = 0;
    std::uint64_t max_;
    std::string where_;
};

/// One z_stream for all members; inflateEnd on every way out.
class gzip_decoder {
  public:
    gzip_decoder() {
        // 16 + 15: gzip wrapper only, largest window.
        if (inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK) {
            throw internal_error("zlib cannot start a gzip decoder");
        }
    }
    ~gzip_decoder() { inflateEnd(&stream_); }
    gzip_decoder(const gzip_decoder&) = delete;
    gzip_decoder& operator=(const gzip_decoder&) = delete;

    void next_member() { inflateReset(&stream_); }

    /// One call of inflate; moves `data` and `out` by what was used.
    int step(std::span<const std::byte>& data, growing_buffer& out) {
        const std::span<std::byte> room = out.room();
        const std::size_t offered =
            std::min<std::size_t>(data.size(), std::numeric_limits<uInt>::max());
        stream_.next_in = reinterpret_cast<z_const Bytef*>(data.data());
        stream_.avail_in = static_cast<uInt>(offered);
        stream_.next_out = bytes_of(room.data());
        stream_.avail_out = static_cast<uInt>(room.size());
        const int status = inflate(&stream_, Z_NO_FLUSH);
        data = data.subspan(offered - stream_.avail_in);
        out.advance(room.size() - stream_.avail_out);
        return status;
    }

  private:
    z_stream stream_{};
};

/// One xz decoder; lzma_end on every way out.
class xz_decoder {
  public:
    xz_decoder() {
        if (lzma_stream_decoder(&stream_, xz_memory_limit, LZMA_CONCATENATED) != LZMA_OK) {
            throw internal_error("liblzma cannot start an xz decoder");
        }
    }
    ~xz_decoder() { lzma_end(&stream_); }
    xz_decoder(const xz_decoder&) = delete;
    xz_decoder& operator=(const xz_decoder&) = delete;

    void input(std::span<const std::byte> data) {
        stream_.next_in = reinterpret_cast<const std::uint8_t*>(data.data());
        stream_.avail_in = data.size();
    }
    lzma_ret step(growing_buffer& out) {
        const std::span<std::byte> room = out.room();
        stream_.next_out = bytes_of(room.data());
        stream_.avail_out = room.size();
        const lzma_ret status = lzma_code(&stream_, LZMA_FINISH);
        out.advance(room.size() - stream_.avail_out);
        return status;
    }

  private:
    lzma_stream stream_ = LZMA_STREAM_INIT;
};

[[noreturn]] void fail_gzip(int status, std::size_t offset, const std::string& where) {
    const std::string position = fmt::format("byte {} of the compressed file", offset);
    if (status == Z_BUF_ERROR || status == Z_OK) {
        fail(where, "the gzip file ends early", position);
    }
    fail(where, "the gzip file is corrupt", position);
}

[[noreturn]] void fail_xz(lzma_ret status, const std::string& where) {
    if (status == LZMA_BUF_ERROR) { fail(where, "the xz file ends early"); }
    if (status == LZMA_MEMLIMIT_ERROR) {
        fail(where, "the xz file needs too much memory to decompress", {},
             fmt::format("a dictionary below {} MiB", xz_memory_limit >> 20));
    }
    if (status == LZMA_MEM_ERROR) {
        fail(where, "the memory does not suffice to decompress the xz file");
    }
    fail(where, "the xz file is corrupt");
}

}  // namespace

compression compression_of(std::span<const std::byte> data) {
    if (starts_with(data, gzip_magic)) { return compression::gzip; }
    if (starts_with(data, xz_magic)) { return compression::xz; }
    return compression::none;
}

std::vector<std::byte> gunzip(std::span<const std::byte> data, std::uint64_t max_bytes,
                              const std::string& where) {
    gzip_decoder decoder;
    growing_buffer out(max_bytes, where);
    std::span<const std::byte> rest = data;
    while (true) {
        const std::size_t before = rest.size();
        const std::size_t used = out.used();
        const int status = decoder.step(rest, out);
        const bool stuck = rest.size() == before && out.used() == used;
        if (status == Z_STREAM_END) {
            if (rest.empty()) { return out.finish(); }
            if (compression_of(rest) != compression::gzip) {
                fail(where, "something follows the gzip data",
                     fmt::format("{} bytes", rest.size()));
            }
            decoder.next_member();
        } else if (status != Z_OK || stuck) {
            fail_gzip(status, data.size() - rest.size(), where);
        }
    }
}

std::vector<std::byte> unxz(std::span<const std::byte> data, std::uint64_t max_bytes,
                            const std::string& where) {
    xz_decoder decoder;
    growing_buffer out(max_bytes, where);
    decoder.input(data);
    while (true) {
        const lzma_ret status = decoder.step(out);
        if (status == LZMA_STREAM_END) { return out.finish(); }
        if (status != LZMA_OK) { fail_xz(status, where); }
    }
}

}  // namespace synfire::io
