// SPDX-License-Identifier: Apache-2.0
// An array per column. How long it is is known at the end only, so each grows in a nameless file
// beside the target; then all go into the archive, uncompressed and without being held in memory.
#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>
#include <zip.h>

#include <synfire/io/pending_file.hpp>

#include "../fail.hpp"
#include "record_formats.hpp"

namespace synfire::io {

namespace {

// NumPy format 1.0; padded to this whatever the numbers in it.
constexpr std::string_view magic{"\x93NUMPY\x01\x00", 8};
constexpr std::size_t header_bytes = 128;

struct close_stream {
    void operator()(std::FILE* stream) const { std::fclose(stream); }
};
struct discard_archive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
using archive_handle = std::unique_ptr<zip_t, discard_archive>;

std::string npy_header(const record_column& column, std::uint64_t rows) {
    const std::string shape =
        column.width == 1 ? fmt::format("{},", rows) : fmt::format("{}, {}", rows, column.width);
    std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                   column.real ? "<f8" : "<i4", shape);
    text.resize(header_bytes - magic.size() - 3, ' ');
    text += '\n';
    std::string header(magic);
    header += static_cast<char>(text.size() & 0xFFU);
    header += static_cast<char>(text.size() >> 8U);
    return header + text;
}

/// Values of one column, behind room for the header.
class growing_array {
  public:
    growing_array(const std::filesystem::path& beside, record_column column)
        : column_(std::move(column)) {
        // Its name is gone at once: whatever ends the program, nothing is left.
        const pending_file name(beside);
        stream_.reset(std::fopen(name.path().c_str(), "w+b"));
        if (!stream_) { refuse(beside); }
        write(npy_header(column_, 0), beside);
    }

    void append(const record_values& values, std::size_t rows, const std::filesystem::path& where) {
        std::visit(
            [&](const auto& all) {
                write({reinterpret_cast<const char*>(all.data()), all.size_bytes()}, where);
            },
            values);
        rows_ += rows;
    }

    /// With the header that is true now.
    std::FILE* finish(const std::filesystem::path& where) {
        std::rewind(stream_.get());
        write(npy_header(column_, rows_), where);
        if (std::fflush(stream_.get()) != 0) { refuse(where); }
        std::rewind(stream_.get());
        return stream_.get();
    }
    const std::string& name() const { return column_.name; }

  private:
    void write(std::string_view bytes, const std::filesystem::path& where) {
        if (std::fwrite(bytes.data(), 1, bytes.size(), stream_.get()) != bytes.size()) {
            refuse(where);
        }
    }
    [[noreturn]] static void refuse(const std::filesystem::path& where) {
        fail(where.string(), "cannot be written", std::generic_category().message(errno));
    }

    record_column column_;
    std::unique_ptr<std::FILE, close_stream> stream_;
    std::uint64_t rows_ = 0;
};

class npz_records final : public record_file {
  public:
    npz_records(const std::filesystem::path& path, std::vector<record_table> tables)
        : target_(path),
          file_(path),
          tables_(std::move(tables)) {
        for (const record_table& t : tables_) {
            std::vector<growing_array>& columns = arrays_.emplace_back();
            for (const record_column& c : t.columns) { columns.emplace_back(target_, c); }
        }
    }

    void append(std::size_t table, std::size_t rows,
                std::span<const record_values> columns) override {
        for (std::size_t c = 0; c < columns.size(); ++c) {
            arrays_[table][c].append(columns[c], rows, target_);
        }
    }

    void commit() override {
        int code = 0;
        archive_handle archive(zip_open(file_.path().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
        if (!archive) { fail(target_.string(), "cannot be written", "a zip file cannot be made"); }
        const std::vector<std::string> groups = path_parts(tables_);
        for (std::size_t t = 0; t < tables_.size(); ++t) {
            for (growing_array& array : arrays_[t]) {
                add(archive.get(), tables_[t], groups[t], array);
            }
        }
        if (zip_close(archive.get()) != 0) {
            fail(target_.string(), "cannot be written", zip_strerror(archive.get()));
        }
        static_cast<void>(archive.release());
        file_.commit();
    }

    std::vector<std::string> temporaries() const override { return {file_.path().string()}; }

  private:
    void add(zip_t* archive, const record_table& table, const std::string& group,
             growing_array& array) {
        const std::string name = fmt::format("{}.{}.{}.npy", group, table.name, array.name());
        // A stream of its own: libzip closes what it is given.
        std::FILE* stream = ::fdopen(::dup(::fileno(array.finish(target_))), "rb");
        zip_source_t* source =
            stream == nullptr ? nullptr : zip_source_filep(archive, stream, 0, 0);
        const zip_int64_t entry =
            source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (entry < 0) { fail(target_.string(), "cannot be written", zip_strerror(archive)); }
        const auto index = static_cast<zip_uint64_t>(entry);
        // Equal records give equal bytes: no time of writing.
        constexpr std::time_t first_of_1980 = 315532800;
        if (zip_set_file_compression(archive, index, ZIP_CM_STORE, 0) != 0
            || zip_file_set_mtime(archive, index, first_of_1980, 0) != 0) {
            fail(target_.string(), "cannot be written", zip_strerror(archive));
        }
    }

    std::filesystem::path target_;
    pending_file file_;
    std::vector<record_table> tables_;
    std::vector<std::vector<growing_array>> arrays_;
};

}  // namespace

std::unique_ptr<record_file> create_npz_records(const std::filesystem::path& path,
                                                std::vector<record_table> tables) {
    return std::make_unique<npz_records>(path, std::move(tables));
}

}  // namespace synfire::io
