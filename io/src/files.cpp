// SPDX-License-Identifier: Apache-2.0
// POSIX calls rather than streams: errno says what went wrong.
#include <synfire/io/files.hpp>

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <synfire/io/pending_file.hpp>

#include "content_hasher.hpp"
#include "decompress.hpp"
#include "fail.hpp"

namespace synfire::io {

namespace {

std::string reason(int code) { return std::generic_category().message(code); }

/// Closes the descriptor on every way out.
class descriptor {
  public:
    explicit descriptor(int number) : number_(number) {}
    ~descriptor() {
        if (number_ >= 0) { ::close(number_); }
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    int number() const { return number_; }
    bool valid() const { return number_ >= 0; }

  private:
    int number_;
};

std::string hint_for_missing(int code) {
    return code == ENOENT ? "check the spelling and the folder" : std::string{};
}

/// Size as the file system says; refuses what is not a file or pipe, and what is too large.
std::uint64_t checked_size(int file, const std::string& where, std::uint64_t max_bytes) {
    struct stat status {};
    if (::fstat(file, &status) != 0) { fail(where, "cannot be read", reason(errno)); }
    if (S_ISDIR(status.st_mode)) { fail(where, "is a folder", {}, "a file"); }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size > max_bytes) {
        fail(where, "the file is too large", fmt::format("{} bytes", size),
             fmt::format("at most {} bytes", max_bytes));
    }
    return size;
}

/// Reads to the end whatever the size was said to be: pipes say 0, and files may grow.
std::vector<std::byte> read_all(int file, const std::string& where, std::uint64_t max_bytes) {
    std::vector<std::byte> content(static_cast<std::size_t>(checked_size(file, where, max_bytes))
                                   + 1);
    std::size_t used = 0;
    while (true) {
        if (used == content.size()) { content.resize(content.size() * 2); }
        const ssize_t n = ::read(file, content.data() + used, content.size() - used);
        if (n < 0 && errno == EINTR) { continue; }
        if (n < 0) { fail(where, "cannot be read", reason(errno)); }
        if (n == 0) { break; }
        used += static_cast<std::size_t>(n);
        if (used > max_bytes) {
            fail(where, "the file is too large", {}, fmt::format("at most {} bytes", max_bytes));
        }
    }
    content.resize(used);
    return content;
}

}  // namespace

std::vector<std::byte> read_file(const std::filesystem::path& path, const read_limits& limits) {
    const std::string where = path.string();
    descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) {
        const int code = errno;
        fail(where, "cannot be opened", reason(code), {}, hint_for_missing(code));
    }
    std::vector<std::byte> content = read_all(file.number(), where, limits.file_bytes);
    switch (compression_of(content)) {
    case compression::gzip:
        return gunzip(content, limits.decompressed_bytes, where);
    case compression::xz:
        return unxz(content, limits.decompressed_bytes, where);
    case compression::none:
        break;
    }
    const std::string extension = path.extension().string();
    if (extension == ".gz" || extension == ".xz") {
        fail(where, "is not compressed as its name says",
             content.empty() ? "an empty file" : "other first bytes",
             extension == ".gz" ? "gzip data" : "xz data");
    }
    return content;
}

std::string read_text(const std::filesystem::path& path, const read_limits& limits) {
    const std::vector<std::byte> content = read_file(path, limits);
    return {reinterpret_cast<const char*>(content.data()), content.size()};
}

void write_file(const std::filesystem::path& path, std::span<const std::byte> content) {
    pending_file file(path);
    file.append(content);
    file.commit();
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    write_file(path, std::as_bytes(std::span(content)));
}

std::string content_hash(std::span<const std::byte> content) {
    content_hasher hasher;
    hasher.add(content);
    return hasher.text();
}

}  // namespace synfire::io
