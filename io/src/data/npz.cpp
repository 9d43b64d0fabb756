// SPDX-License-Identifier: Apache-2.0
// libzip does the container: its directory, its decompression and its checksums.
#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <zip.h>

#include "../fail.hpp"
#include "npy.hpp"
#include "recordings.hpp"

namespace synfire::io {

namespace {

// As files.hpp allows for .gz and .xz.
constexpr std::uint64_t most_bytes = std::uint64_t{2} << 30;
constexpr zip_int64_t most_entries = 10000;

// deflate cannot do better; a larger claim is a lie that would cost an allocation.
constexpr std::uint64_t deflate_ratio = 1032;

struct discard_archive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct close_entry {
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
using archive_handle = std::unique_ptr<zip_t, discard_archive>;
using entry_handle = std::unique_ptr<zip_file_t, close_entry>;

archive_handle open_archive(std::span<const std::byte> file, const std::string& where) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
    zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (archive == nullptr) {
        if (source != nullptr) { zip_source_free(source); }
        fail(where, "is not a readable .npz (zip) file", reason, {},
             "the file may be truncated or damaged");
    }
    return archive_handle(archive);
}

/// Size and name of an entry, checked before anything is allocated for it.
zip_stat_t checked_entry(zip_t* archive, zip_uint64_t index, std::uint64_t file_bytes,
                         const std::string& where) {
    zip_stat_t status;
    zip_stat_init(&status);
    constexpr zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE;
    if (zip_stat_index(archive, index, 0, &status) != 0 || (status.valid & needed) != needed) {
        fail(where, fmt::format("entry {} of the .npz file is unreadable", index));
    }
    if (status.size
        > std::min<std::uint64_t>(most_bytes, deflate_ratio * file_bytes + deflate_ratio)) {
        fail(where, fmt::format("entry '{}' of the .npz file is too large", status.name),
             fmt::format("{} bytes", status.size));
    }
    return status;
}

std::vector<std::byte> read_entry(zip_t* archive, zip_uint64_t index, std::uint64_t size,
                                  const std::string& where) {
    const entry_handle entry(zip_fopen_index(archive, index, 0));
    if (!entry) { fail(where, "cannot be read", zip_strerror(archive)); }
    std::vector<std::byte> content(static_cast<std::size_t>(size));
    std::size_t used = 0;
    while (used < content.size()) {
        const zip_int64_t n = zip_fread(entry.get(), content.data() + used, content.size() - used);
        if (n < 0) {
            fail(where, "cannot be read; its data are damaged", zip_file_strerror(entry.get()));
        }
        if (n == 0) {
            fail(where, "ends early", fmt::format("{} bytes", used), fmt::format("{} bytes", size));
        }
        used += static_cast<std::size_t>(n);
    }
    // libzip compares the checksum when it meets the end, one byte later.
    std::byte beyond{};
    if (zip_fread(entry.get(), &beyond, 1) != 0) {
        fail(where, "cannot be read; its checksum is wrong");
    }
    return content;
}

std::string array_name(std::string entry, const std::string& where) {
    constexpr std::string_view suffix = ".npy";
    if (!entry.ends_with(suffix)) {
        fail(where, "holds something else than arrays", entry,
             "entries that end in .npy, as numpy.savez writes");
    }
    entry.resize(entry.size() - suffix.size());
    return entry;
}

}  // namespace

bool holds_events(std::span<const std::byte> npz, const std::string& where) {
    const archive_handle archive = open_archive(npz, where);
    return zip_name_locate(archive.get(), "times.npy", 0) >= 0;
}

std::vector<named_array> parse_npz(std::span<const std::byte> file, const std::string& where,
                                   const std::vector<std::string>& only) {
    const archive_handle archive = open_archive(file, where);
    const zip_int64_t entries = zip_get_num_entries(archive.get(), 0);
    // libzip takes an empty file for an archive without entries.
    if (entries <= 0) { fail(where, "holds no arrays"); }
    if (entries > most_entries) { fail(where, "holds too many arrays", std::to_string(entries)); }
    std::vector<named_array> arrays;
    std::uint64_t total = 0;
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(entries); ++i) {
        const zip_stat_t status = checked_entry(archive.get(), i, file.size(), where);
        const std::string name = array_name(status.name, where);
        if (!only.empty() && std::find(only.begin(), only.end(), name) == only.end()) { continue; }
        total += status.size;
        if (total > most_bytes) {
            fail(where, "is too large", {}, fmt::format("at most {} bytes", most_bytes));
        }
        const std::string place = fmt::format("{}: {}", where, status.name);
        arrays.push_back(parse_npy(read_entry(archive.get(), i, status.size, place), place));
        arrays.back().name = name;
    }
    return arrays;
}

}  // namespace synfire::io
