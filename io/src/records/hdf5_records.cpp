// SPDX-License-Identifier: Apache-2.0
// A group per table, a data set per column that grows along its first axis.
#include <algorithm>
#include <array>
#include <utility>

#include <synfire/io/pending_file.hpp>

#include "../fail.hpp"
#include "../hdf5.hpp"
#include "../hdf5_types.hpp"
#include "record_formats.hpp"

namespace synfire::io {

namespace {

// Values of a chunk: large enough for the disk, small enough that a chunk per column costs nothing.
constexpr hsize_t chunk_values = 8192;
constexpr std::size_t cache_slots = 17;
constexpr std::size_t cache_bytes = 2 * chunk_values * sizeof(double);

class hdf5_records final : public record_file {
  public:
    hdf5_records(const std::filesystem::path& path, const std::vector<record_table>& tables)
        : where_(path.string()),
          pending_(path) {
        const hdf5_session session;
        const hdf5_handle access(done(H5Pcreate(H5P_FILE_ACCESS)), H5Pclose);
        done(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18));
        const hdf5_handle creation = file_properties();
        file_ = {
            done(H5Fcreate(pending_.path().c_str(), H5F_ACC_TRUNC, creation.get(), access.get())),
            H5Fclose};
        const std::vector<std::string> groups = path_parts(tables);
        for (std::size_t t = 0; t < tables.size(); ++t) { add(tables[t], groups[t]); }
    }

    ~hdf5_records() override {
        const hdf5_session session;
        tables_.clear();
        file_ = {};
    }

    void append(std::size_t table, std::size_t rows,
                std::span<const record_values> columns) override {
        const hdf5_session session;
        for (std::size_t c = 0; c < columns.size() && rows > 0; ++c) {
            column& to = tables_[table][c];
            const hsize_t first[2] = {to.rows, 0};
            const hsize_t count[2] = {rows, to.width};
            to.rows += rows;
            const hsize_t size[2] = {to.rows, to.width};
            done(H5Dset_extent(to.data.get(), size));
            const hdf5_handle space(done(H5Dget_space(to.data.get())), H5Sclose);
            done(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, first, nullptr, count, nullptr));
            const hdf5_handle memory(done(H5Screate_simple(to.axes, count, nullptr)), H5Sclose);
            const void* values = std::visit(
                [](const auto& all) { return static_cast<const void*>(all.data()); }, columns[c]);
            done(H5Dwrite(to.data.get(), to.type, memory.get(), space.get(), H5P_DEFAULT, values));
        }
    }

    void commit() override {
        {
            const hdf5_session session;
            tables_.clear();
            done(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL));
            file_ = {};
        }
        pending_.commit();
    }

    std::vector<std::string> temporaries() const override { return {pending_.path().string()}; }

  private:
    struct column {
        hdf5_handle data;
        hid_t type = H5I_INVALID_HID;
        int axes = 1;
        hsize_t width = 1;
        hsize_t rows = 0;
    };

    template <class Result>
    Result done(Result result) const {
        if (result < 0) {
            fail(where_, "cannot be written", "HDF5 reports an error", {}, "is the disk full?");
        }
        return result;
    }

    void add(const record_table& table, const std::string& name) {
        const hdf5_handle properties = group_properties();
        const bool there = H5Lexists(file_.get(), name.c_str(), H5P_DEFAULT) > 0;
        const hdf5_handle outer(done(there ? H5Gopen2(file_.get(), name.c_str(), H5P_DEFAULT)
                                           : H5Gcreate2(file_.get(), name.c_str(), H5P_DEFAULT,
                                                        properties.get(), H5P_DEFAULT)),
                                H5Gclose);
        const hdf5_handle group(done(H5Gcreate2(outer.get(), table.name.c_str(), H5P_DEFAULT,
                                                properties.get(), H5P_DEFAULT)),
                                H5Gclose);
        for (const auto& [key, value] : table.notes) { note(group.get(), key, value); }
        std::vector<column>& columns = tables_.emplace_back();
        for (const record_column& c : table.columns) { columns.push_back(grow(group.get(), c)); }
    }

    column grow(hid_t group, const record_column& c) const {
        column made;
        made.type = c.real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT32;
        made.axes = c.width == 1 ? 1 : 2;
        made.width = c.width;
        const hsize_t now[2] = {0, c.width};
        const hsize_t most[2] = {H5S_UNLIMITED, c.width};
        const hsize_t chunk[2] = {std::max<hsize_t>(chunk_values / c.width, 1),
                                  std::min<hsize_t>(c.width, chunk_values)};
        const hdf5_handle space(done(H5Screate_simple(made.axes, now, most)), H5Sclose);
        const hdf5_handle properties = dataset_properties();
        done(H5Pset_chunk(properties.get(), made.axes, chunk));
        // Otherwise what is left of a chunk holds whatever was in memory.
        done(H5Pset_fill_time(properties.get(), H5D_FILL_TIME_ALLOC));
        // Rows are only added, so one chunk is all that is ever looked at again.
        const hdf5_handle access(done(H5Pcreate(H5P_DATASET_ACCESS)), H5Pclose);
        done(H5Pset_chunk_cache(access.get(), cache_slots, cache_bytes, 1.0));
        made.data = {done(H5Dcreate2(group, c.name.c_str(),
                                     c.real ? type_in_file<double>() : type_in_file<std::int32_t>(),
                                     space.get(), H5P_DEFAULT, properties.get(), access.get())),
                     H5Dclose};
        return made;
    }

    void note(hid_t group, const std::string& key, const std::string& value) const {
        const hdf5_handle type(done(H5Tcopy(H5T_C_S1)), H5Tclose);
        done(H5Tset_size(type.get(), std::max<std::size_t>(value.size(), 1)));
        done(H5Tset_cset(type.get(), H5T_CSET_UTF8));
        done(H5Tset_strpad(type.get(), H5T_STR_NULLPAD));
        const hdf5_handle space(done(H5Screate(H5S_SCALAR)), H5Sclose);
        const hdf5_handle attribute(
            done(H5Acreate2(group, key.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT)),
            H5Aclose);
        done(H5Awrite(attribute.get(), type.get(), value.empty() ? "" : value.data()));
    }

    std::string where_;
    pending_file pending_;
    hdf5_handle file_;
    std::vector<std::vector<column>> tables_;
};

}  // namespace

std::unique_ptr<record_file> create_hdf5_records(const std::filesystem::path& path,
                                                 std::vector<record_table> tables) {
    return std::make_unique<hdf5_records>(path, tables);
}

}  // namespace synfire::io
