// SPDX-License-Identifier: Apache-2.0
// POSIX calls rather than streams: fsync, exclusive creation and errno are what atomic writing
// needs.
#include <synfire/io/pending_file.hpp>

#include <atomic>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.hpp"

namespace synfire::io {

namespace {

std::string reason(int code) { return std::generic_category().message(code); }

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
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) { return; }
    ::fsync(handle);
    ::close(handle);
}

}  // namespace

pending_file::pending_file(const std::filesystem::path& target)
    : where_(target.string()),
      target_(target),
      path_(target),
      in_place_(is_device_or_pipe(target)) {
    if (in_place_) {
        file_ = ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
        if (file_ < 0) { fail(where_, "cannot be written", reason(errno)); }
        return;
    }
    target_ = followed(target);
    std::error_code error;
    if (!target_.has_filename() || std::filesystem::is_directory(target_, error)) {
        fail(where_, "cannot be written", "a folder", "a file name");
    }
    const std::optional<mode_t> old_mode = mode_of_old(target_);
    const open_temporary made = create_temporary(target_);
    path_ = made.path;
    file_ = made.file;
    if (old_mode && ::fchmod(file_, *old_mode) != 0) {
        const std::string cause = reason(errno);
        ::close(file_);
        ::unlink(path_.c_str());
        fail(where_, "cannot be written", cause);
    }
}

pending_file::~pending_file() {
    if (file_ < 0) { return; }
    ::close(file_);
    if (!in_place_) { ::unlink(path_.c_str()); }
}

void pending_file::append(std::span<const std::byte> content) { write_all(file_, content, where_); }

void pending_file::append(std::string_view content) { append(std::as_bytes(std::span(content))); }

void pending_file::commit() {
    if (in_place_) {
        if (::close(std::exchange(file_, -1)) != 0) {
            fail(where_, "cannot be written", reason(errno));
        }
        return;
    }
    if (::fsync(file_) != 0 || ::rename(path_.c_str(), target_.c_str()) != 0) {
        fail(where_, "cannot be written", reason(errno));
    }
    // From here on the temporary's name is not ours any more.
    if (::close(std::exchange(file_, -1)) != 0) {
        fail(where_, "cannot be written", reason(errno));
    }
    sync_folder(target_);
}

}  // namespace synfire::io
