// SPDX-License-Identifier: Apache-2.0
// The Heidelberg data sets' layout: one sequence of times (seconds) and one of units per recording.
// Unlike network files these carry no seal, so that what a damaged file does inside HDF5 is up to
// that library; every number that comes out of it is checked.
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "../fail.hpp"
#include "../hdf5.hpp"
#include "recordings.hpp"
#include "values.hpp"

namespace synfire::io {

namespace {

constexpr std::string_view signature{"\x89HDF\r\n\x1a\n", 8};
constexpr double microseconds = 1e6;
constexpr double latest_s = 1e9;  // far beyond what add_event takes
constexpr std::int64_t most_units = std::int64_t{1} << 26;

void require(bool holds, const std::string& place, const char* what, const char* expected) {
    if (!holds) { fail(place, what, {}, expected); }
}

/// No way out of the file: neither links nor values that lie elsewhere.
hdf5_handle open_inside(hid_t parent, const char* name, const std::string& place) {
    const char* const layout = "spikes/times, spikes/units and labels (Heidelberg data sets)";
    require(H5Lexists(parent, name, H5P_DEFAULT) > 0, place, "is not there", layout);
    H5L_info_t link;
    const bool hard =
        H5Lget_info(parent, name, &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD;
    require(hard, place, "is a link to somewhere else", "values in the file itself");
    hdf5_handle object(H5Oopen(parent, name, H5P_DEFAULT), H5Oclose);
    require(object.valid(), place, "cannot be read", layout);
    return object;
}

/// A dataset of one axis, and the class of its values.
class hdf5_column {
  public:
    hdf5_column(hid_t parent, const char* name, std::string place)
        : place_(std::move(place)),
          data_(open_inside(parent, name, place_)) {
        require(H5Iget_type(data_.get()) == H5I_DATASET, place_, "holds no values", "a data set");
        const hdf5_handle creation(H5Dget_create_plist(data_.get()), H5Pclose);
        const bool inside = H5Pget_layout(creation.get()) != H5D_VIRTUAL
                            && H5Pget_external_count(creation.get()) == 0;
        require(inside, place_, "has its values somewhere else", "values in the file itself");
        type_ = {H5Dget_type(data_.get()), H5Tclose};
        space_ = {H5Dget_space(data_.get()), H5Sclose};
        require(H5Sget_simple_extent_ndims(space_.get()) == 1, place_, "has not one axis",
                "one entry per recording");
        hsize_t extent = 0;
        H5Sget_simple_extent_dims(space_.get(), &extent, nullptr);
        size_ = static_cast<std::size_t>(extent);
        // Extents are only claims: of chunks, those that hold nothing are not in the file.
        H5D_space_status_t stored = H5D_SPACE_STATUS_ERROR;
        H5Dget_space_status(data_.get(), &stored);
        require(size_ == 0 || stored == H5D_SPACE_STATUS_ALLOCATED, place_,
                "has entries that were never written", "a value for every entry");
    }

    std::size_t size() const { return size_; }
    const std::string& place() const { return place_; }

    /// Throws unless the entries are sequences of numbers of these classes.
    void require_sequences(bool reals_too) const {
        require(H5Tget_class(type_.get()) == H5T_VLEN, place_, "holds no sequences",
                "a sequence of variable length per recording");
        const hdf5_handle inner(H5Tget_super(type_.get()), H5Tclose);
        const H5T_class_t kind = H5Tget_class(inner.get());
        require(kind == H5T_INTEGER || (reals_too && kind == H5T_FLOAT), place_,
                "holds sequences of something else", reals_too ? "numbers" : "integers");
    }

    /// One sequence; `native` is that of Number.
    template <class Number>
    std::vector<Number> sequence(std::size_t entry, hid_t native) const {
        const hdf5_handle type(H5Tvlen_create(native), H5Tclose);
        const hsize_t first = entry;
        const hsize_t one = 1;
        H5Sselect_hyperslab(space_.get(), H5S_SELECT_SET, &first, nullptr, &one, nullptr);
        const hdf5_handle single(H5Screate_simple(1, &one, nullptr), H5Sclose);
        hvl_t raw{0, nullptr};
        if (H5Dread(data_.get(), type.get(), single.get(), space_.get(), H5P_DEFAULT, &raw) < 0) {
            fail(fmt::format("{}[{}]", place_, entry), "cannot be read", {}, {},
                 "the file may be truncated or damaged");
        }
        const auto* values = static_cast<const Number*>(raw.p);
        std::vector<Number> sequence(values, values + raw.len);
        H5Dvlen_reclaim(type.get(), single.get(), H5P_DEFAULT, &raw);
        return sequence;
    }

    std::vector<std::int64_t> integers() const {
        require(H5Tget_class(type_.get()) == H5T_INTEGER, place_, "has the wrong type", "integers");
        std::vector<std::int64_t> values(size_);
        if (H5Dread(data_.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data())
            < 0) {
            fail(place_, "cannot be read", {}, {}, "the file may be truncated or damaged");
        }
        return values;
    }

  private:
    std::string place_;
    hdf5_handle data_;
    hdf5_handle type_;
    hdf5_handle space_;
    std::size_t size_ = 0;
};

void read_recording(const hdf5_column& times, const hdf5_column& units, std::size_t number,
                    dataset& data) {
    const std::vector<double> seconds = times.sequence<double>(number, H5T_NATIVE_DOUBLE);
    const std::vector<std::int64_t> places = units.sequence<std::int64_t>(number, H5T_NATIVE_INT64);
    if (seconds.size() != places.size()) {
        fail(fmt::format("{}[{}]", units.place(), number), "has not one unit per time",
             fmt::format("{} units", places.size()), fmt::format("{} units", seconds.size()));
    }
    for (std::size_t i = 0; i < places.size(); ++i) {
        const bool possible = std::abs(seconds[i]) < latest_s;
        if (!possible || places[i] < 0 || places[i] >= most_units) {
            fail(fmt::format("{}[{}]", possible ? units.place() : times.place(), number),
                 possible ? "holds an impossible unit"
                          : "holds a time that is no number of seconds",
                 fmt::format("{} at event {}", possible ? double(places[i]) : seconds[i], i));
        }
        data.sample_shape[0] = std::max(data.sample_shape[0], places[i] + 1);
        add_event(data, std::llround(seconds[i] * microseconds),
                  static_cast<std::uint32_t>(places[i]), times.place());
    }
    end_recording(data);
}

}  // namespace

bool is_hdf5(std::span<const std::byte> file) {
    return file.size() >= signature.size()
           && std::equal(signature.begin(), signature.end(), file.begin(),
                         [](char a, std::byte b) { return static_cast<std::byte>(a) == b; });
}

dataset parse_hdf5_events(std::span<const std::byte> file, const std::string& where) {
    const hdf5_session session;
    const hdf5_handle opened = open_hdf5_image(file);
    if (!opened.valid()) {
        fail(where, "is not a readable HDF5 file", {}, {}, "the file may be truncated or damaged");
    }
    const hdf5_handle spikes = open_inside(opened.get(), "spikes", where + ": spikes");
    const hdf5_column times(spikes.get(), "times", where + ": spikes/times");
    const hdf5_column units(spikes.get(), "units", where + ": spikes/units");
    times.require_sequences(true);
    units.require_sequences(false);
    if (times.size() != units.size()) {
        fail(units.place(), "has not one entry per recording", std::to_string(units.size()),
             std::to_string(times.size()));
    }
    dataset data;
    data.sample_shape = {1};
    for (std::size_t i = 0; i < times.size(); ++i) { read_recording(times, units, i, data); }
    if (H5Lexists(opened.get(), "labels", H5P_DEFAULT) > 0) {
        for (const std::int64_t label :
             hdf5_column(opened.get(), "labels", where + ": labels").integers()) {
            data.labels.push_back(checked_label(label, data.labels.size(), where));
        }
    }
    check_complete(data, where);
    return data;
}

}  // namespace synfire::io
