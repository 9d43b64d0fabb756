// SPDX-License-Identifier: Apache-2.0
// POSIX calls rather than streams: fsync, exclusive creation and errno are what atomic writing
// needs.
#include <synfire/io/files.hpp>

#include <array>
#include <atomic>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

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
    /// Closes now; false where the file system reports a late write error.
    bool close() { return ::close(std::exchange(number_, -1)) == 0; }

  private:
    int number_;
};

/// Removes the temporary unless it has become the file.
class temporary_name {
  public:
    explicit temporary_name(std::filesystem::path path) : path_(std::move(path)) {}
    ~temporary_name() {
        if (!path_.empty()) { ::unlink(path_.c_str()); }
    }
    temporary_name(const temporary_name&) = delete;
    temporary_name& operator=(const temporary_name&) = delete;

    const std::filesystem::path& path() const { return path_; }
    void release() { path_.clear(); }

  private:
    std::filesystem::path path_;
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

void write_all(int file, std::span<const std::byte> content, const std::string& where) {
    while (!content.empty()) {
        const ssize_t n = ::write(file, content.data(), content.size());
        if (n < 0 && errno == EINTR) { continue; }
        if (n < 0) { fail(where, "cannot be written", reason(errno)); }
        content = content.subspan(static_cast<std::size_t>(n));
    }
}

/// The file that a link points to, so that renaming replaces the file and not the link.
std::filesystem::path followed(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_symlink(path, error)) { return path; }
    std::filesystem::path target = std::filesystem::weakly_canonical(path, error);
    return error ? path : target;
}

/// Mode of the file that is about to be replaced, if there is one. Renaming would replace even a
/// write-protected file, so the protection is respected here.
std::optional<mode_t> mode_of_old(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) { return std::nullopt; }
    if (::access(path.c_str(), W_OK) != 0) {
        fail(path.string(), "cannot be written", reason(errno));
    }
    return status.st_mode & 0777U;
}

bool is_device_or_pipe(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    return !error && std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)
           && !std::filesystem::is_directory(status);
}

void write_in_place(const std::filesystem::path& path, std::span<const std::byte> content) {
    descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.valid()) { fail(path.string(), "cannot be written", reason(errno)); }
    write_all(file.number(), content, path.string());
}

/// A name beside the target: renaming works within one file system only.
std::filesystem::path temporary_beside(const std::filesystem::path& path) {
    static std::atomic<unsigned> counter{0};
    return path.parent_path() / fmt::format(".synfire-{}-{}.tmp", ::getpid(), counter++);
}

struct open_temporary {
    std::filesystem::path path;
    int file = -1;
};

/// Opens a new file; names that a killed process with our number left behind are passed over.
open_temporary create_temporary(const std::filesystem::path& target) {
    constexpr int attempts = 1000;
    for (int i = 0; i < attempts; ++i) {
        open_temporary made{temporary_beside(target), -1};
        made.file = ::open(made.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (made.file >= 0) { return made; }
        if (errno != EEXIST) { break; }
    }
    const std::string cause = reason(errno);
    fail(target.string(), "cannot be written", cause, "a folder that exists and may be written to");
}

/// Makes the rename itself durable; file systems that cannot are none of the user's worry.
void sync_folder(const std::filesystem::path& path) {
    const std::filesystem::path folder =
        path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const descriptor handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (handle.valid()) { ::fsync(handle.number()); }
}

void write_beside_and_rename(const std::filesystem::path& path,
                             std::span<const std::byte> content) {
    const std::string where = path.string();
    const std::optional<mode_t> old_mode = mode_of_old(path);
    const open_temporary made = create_temporary(path);
    temporary_name temporary(made.path);
    descriptor file(made.file);
    if (old_mode && ::fchmod(file.number(), *old_mode) != 0) {
        fail(where, "cannot be written", reason(errno));
    }
    write_all(file.number(), content, where);
    if (::fsync(file.number()) != 0 || !file.close()) {
        fail(where, "cannot be written", reason(errno));
    }
    if (::rename(temporary.path().c_str(), path.c_str()) != 0) {
        fail(where, "cannot be written", reason(errno));
    }
    temporary.release();
    sync_folder(path);
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
    if (is_device_or_pipe(path)) { return write_in_place(path, content); }
    const std::filesystem::path target = followed(path);
    std::error_code error;
    if (!target.has_filename() || std::filesystem::is_directory(target, error)) {
        fail(path.string(), "cannot be written", "a folder", "a file name");
    }
    write_beside_and_rename(target, content);
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    write_file(path, std::as_bytes(std::span(content)));
}

std::string content_hash(std::span<const std::byte> content) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr)
        != 1) {
        throw internal_error("libcrypto cannot compute SHA-256");
    }
    return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

}  // namespace synfire::io
