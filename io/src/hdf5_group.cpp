// SPDX-License-Identifier: Apache-2.0
#include "hdf5_group.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "text.hpp"

namespace synfire::io {

namespace {

constexpr std::size_t longest_text = std::size_t{1} << 20;

std::string class_name(H5T_class_t kind) {
    switch (kind) {
    case H5T_INTEGER:
        return "integers";
    case H5T_FLOAT:
        return "real numbers";
    case H5T_STRING:
        return "text";
    default:
        return "something else";
    }
}

void check_class(hid_t type, H5T_class_t expected, const std::string& place) {
    const H5T_class_t found = H5Tget_class(type);
    if (found != expected) {
        fail(place, "has the wrong type", class_name(found), class_name(expected));
    }
}

/// Integers of the same sign rule that are no wider, or real numbers that are no wider: HDF5 then
/// converts exactly.
template <file_number T>
void check_vector_type(hid_t type, const std::string& place) {
    check_class(type, std::same_as<T, double> ? H5T_FLOAT : H5T_INTEGER, place);
    const std::size_t size = H5Tget_size(type);
    const bool is_unsigned = !std::same_as<T, double> && H5Tget_sign(type) == H5T_SGN_NONE;
    if (size > sizeof(T) || (is_unsigned && size == sizeof(T))) {
        fail(place, "has the wrong type",
             fmt::format("{} bits{}", 8 * size, is_unsigned ? ", unsigned" : ""),
             fmt::format("{} of at most {} bits",
                         std::same_as<T, double> ? "real numbers" : "signed integers",
                         8 * sizeof(T)));
    }
}

std::size_t points_of(hid_t space, const std::string& place) {
    const hssize_t points = H5Sget_simple_extent_npoints(space);
    if (points < 0) { fail(place, "has an unreadable extent"); }
    return static_cast<std::size_t>(points);
}

/// A fixed-length text without its padding.
std::string without_padding(std::string_view raw, const std::string& place) {
    const std::size_t end = raw.find('\0');
    const std::string_view text = raw.substr(0, end);
    const bool clean =
        end == std::string_view::npos || raw.find_first_not_of('\0', end) == std::string_view::npos;
    if (!clean || !is_plain_text(text)) { fail(place, "is not UTF-8 text"); }
    return std::string(text);
}

std::string variable_text(hid_t attribute, const std::string& place) {
    const hdf5_handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), H5T_VARIABLE);
    // HDF5 refuses to convert between character sets, so the file's own is asked for.
    const hdf5_handle in_file(H5Aget_type(attribute), H5Tclose);
    H5Tset_cset(type.get(), H5Tget_cset(in_file.get()));
    char* raw = nullptr;
    if (H5Aread(attribute, type.get(), &raw) < 0 || raw == nullptr) {
        fail(place, "cannot be read");
    }
    const std::string text(raw);
    H5free_memory(raw);
    if (text.size() > longest_text || !is_plain_text(text)) {
        fail(place, "is not UTF-8 text of acceptable length");
    }
    return text;
}

std::string name_at(hid_t group, hsize_t index, bool attribute) {
    std::array<char, 256> name{};
    if (attribute) {
        H5Aget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, name.data(), name.size(),
                           H5P_DEFAULT);
    } else {
        H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, index, name.data(), name.size(),
                           H5P_DEFAULT);
    }
    return name.data();
}

}  // namespace

hdf5_group::hdf5_group(hdf5_handle group, std::string where, std::uint64_t max_bytes, int)
    : group_(std::move(group)),
      where_(std::move(where)),
      max_bytes_(max_bytes) {
    if (!group_.valid()) { fail(where_, "is not a readable group"); }
}

hdf5_group::hdf5_group(const hdf5_handle& file, std::string where, std::uint64_t max_bytes)
    : hdf5_group(hdf5_handle(H5Gopen2(file.get(), "/", H5P_DEFAULT), H5Gclose), std::move(where),
                 max_bytes, 0) {}

std::string hdf5_group::field(const char* name) const { return fmt::format("{}/{}", where_, name); }

bool hdf5_group::has_attribute(const char* name) const { return H5Aexists(group_.get(), name) > 0; }

bool hdf5_group::has_member(const char* name) const {
    return H5Lexists(group_.get(), name, H5P_DEFAULT) > 0;
}

hdf5_handle hdf5_group::open_attribute(const char* name) {
    if (!has_attribute(name)) { fail(field(name), "the attribute is missing"); }
    hdf5_handle attribute(H5Aopen(group_.get(), name, H5P_DEFAULT), H5Aclose);
    if (!attribute.valid()) { fail(field(name), "the attribute cannot be read"); }
    attributes_read_.insert(name);
    return attribute;
}

std::string hdf5_group::text(const char* name) {
    const hdf5_handle attribute = open_attribute(name);
    const hdf5_handle type(H5Aget_type(attribute.get()), H5Tclose);
    const hdf5_handle space(H5Aget_space(attribute.get()), H5Sclose);
    const std::string place = field(name);
    check_class(type.get(), H5T_STRING, place);
    if (points_of(space.get(), place) != 1) { fail(place, "is not a single text"); }
    if (H5Tis_variable_str(type.get()) > 0) { return variable_text(attribute.get(), place); }
    const std::size_t size = H5Tget_size(type.get());
    if (size > longest_text) { fail(place, "is too long", fmt::format("{} bytes", size)); }
    std::string raw(size, '\0');
    if (H5Aread(attribute.get(), type.get(), raw.data()) < 0) { fail(place, "cannot be read"); }
    return without_padding(raw, place);
}

double hdf5_group::real(const char* name) {
    const hdf5_handle attribute = open_attribute(name);
    const hdf5_handle type(H5Aget_type(attribute.get()), H5Tclose);
    const hdf5_handle space(H5Aget_space(attribute.get()), H5Sclose);
    const std::string place = field(name);
    check_class(type.get(), H5T_FLOAT, place);
    double value = 0.0;
    if (points_of(space.get(), place) != 1 || H5Tget_size(type.get()) > sizeof(value)
        || H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) < 0) {
        fail(place, "is not a single real number of at most 64 bits");
    }
    return value;
}

void hdf5_group::integers(const char* name, std::span<std::int64_t> values, std::int64_t lo,
                          std::int64_t hi) {
    const hdf5_handle attribute = open_attribute(name);
    const hdf5_handle type(H5Aget_type(attribute.get()), H5Tclose);
    const hdf5_handle space(H5Aget_space(attribute.get()), H5Sclose);
    const std::string place = field(name);
    check_class(type.get(), H5T_INTEGER, place);
    const std::size_t points = points_of(space.get(), place);
    if (points != values.size()) {
        fail(place, "has the wrong number of values", std::to_string(points),
             std::to_string(values.size()));
    }
    // Wider or unsigned 64-bit values are cut off at the ends of int64 and then fail the range
    // below.
    if (H5Aread(attribute.get(), H5T_NATIVE_INT64, values.data()) < 0) {
        fail(place, "cannot be read");
    }
    for (const std::int64_t value : values) {
        if (value < lo || value > hi) {
            fail(place, "is out of range", std::to_string(value), fmt::format("{} .. {}", lo, hi));
        }
    }
}

void hdf5_group::check_hard_link(const char* name) const {
    H5L_info_t info{};
    if (H5Lget_info(group_.get(), name, &info, H5P_DEFAULT) < 0 || info.type != H5L_TYPE_HARD) {
        fail(field(name), "is a link to somewhere else", {}, "the object itself");
    }
}

hdf5_handle hdf5_group::open_dataset(const char* name) {
    check_hard_link(name);
    hdf5_handle dataset(H5Dopen2(group_.get(), name, H5P_DEFAULT), H5Dclose);
    if (!dataset.valid()) { fail(field(name), "is not a readable dataset"); }
    members_read_.insert(name);
    return dataset;
}

void hdf5_group::check_storage(const hdf5_handle& dataset, const std::string& place) const {
    const hdf5_handle properties(H5Dget_create_plist(dataset.get()), H5Pclose);
    const H5D_layout_t layout = H5Pget_layout(properties.get());
    // External and virtual datasets would read other files.
    if (layout == H5D_VIRTUAL || layout < 0 || H5Pget_external_count(properties.get()) != 0) {
        fail(place, "does not lie in this file");
    }
    const int filters = H5Pget_nfilters(properties.get());
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        std::size_t parameters = 0;
        const H5Z_filter_t filter =
            H5Pget_filter2(properties.get(), static_cast<unsigned>(i), &flags, &parameters, nullptr,
                           0, nullptr, nullptr);
        if (!known_hdf5_filter(filter)) {
            fail(place, "is compressed in a way that is not allowed here",
                 fmt::format("filter {}", filter), "deflate, shuffle, fletcher32");
        }
    }
    if (layout == H5D_CHUNKED) {
        std::array<hsize_t, H5S_MAX_RANK> chunk{};
        if (H5Pget_chunk(properties.get(), H5S_MAX_RANK, chunk.data()) != 1
            || chunk[0] > max_bytes_) {
            fail(place, "has impossible chunks");
        }
    }
}

std::size_t hdf5_group::checked_extent(const hdf5_handle& dataset, std::size_t value_size,
                                       const std::string& place) const {
    const hdf5_handle space(H5Dget_space(dataset.get()), H5Sclose);
    hsize_t extent = 0;
    if (H5Sget_simple_extent_ndims(space.get()) != 1
        || H5Sget_simple_extent_dims(space.get(), &extent, nullptr) != 1) {
        fail(place, "is not a list of values", {}, "one axis");
    }
    if (extent > max_bytes_ / value_size) {
        fail(place, "is too large", fmt::format("{} values", extent),
             fmt::format("at most {} for a file of this size", max_bytes_ / value_size));
    }
    return static_cast<std::size_t>(extent);
}

template <file_number T>
std::vector<T> hdf5_group::vector(const char* name) {
    const std::string place = field(name);
    const hdf5_handle dataset = open_dataset(name);
    const hdf5_handle type(H5Dget_type(dataset.get()), H5Tclose);
    check_vector_type<T>(type.get(), place);
    check_storage(dataset, place);
    std::vector<T> values(checked_extent(dataset, sizeof(T), place));
    if (H5Dread(dataset.get(), type_in_memory<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data())
        < 0) {
        fail(place, "cannot be read; its data are damaged");
    }
    return values;
}

template std::vector<std::int8_t> hdf5_group::vector(const char*);
template std::vector<std::int32_t> hdf5_group::vector(const char*);
template std::vector<std::int64_t> hdf5_group::vector(const char*);
template std::vector<double> hdf5_group::vector(const char*);

std::vector<std::string> hdf5_group::texts(const char* name) {
    const std::string place = field(name);
    const hdf5_handle dataset = open_dataset(name);
    const hdf5_handle type(H5Dget_type(dataset.get()), H5Tclose);
    check_class(type.get(), H5T_STRING, place);
    if (H5Tis_variable_str(type.get()) > 0) {
        fail(place, "holds texts of variable length", {}, "a fixed length");
    }
    check_storage(dataset, place);
    const std::size_t length = H5Tget_size(type.get());
    const std::size_t count = checked_extent(dataset, length, place);
    std::string raw(count * length, '\0');
    if (H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()) < 0) {
        fail(place, "cannot be read; its data are damaged");
    }
    std::vector<std::string> values;
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(without_padding(std::string_view(raw).substr(i * length, length), place));
    }
    return values;
}

hdf5_group hdf5_group::member(const char* name) {
    if (!has_member(name)) { fail(field(name), "the group is missing"); }
    check_hard_link(name);
    members_read_.insert(name);
    return {hdf5_handle(H5Gopen2(group_.get(), name, H5P_DEFAULT), H5Gclose), field(name),
            max_bytes_, 0};
}

std::size_t hdf5_group::member_count() const {
    H5G_info_t info{};
    if (H5Gget_info(group_.get(), &info) < 0) { fail(where_, "is not a readable group"); }
    return static_cast<std::size_t>(info.nlinks);
}

void hdf5_group::finish() const {
    const char* const hint = "a misspelt name, or a field of a later version";
    for (hsize_t i = 0; i < member_count(); ++i) {
        const std::string name = name_at(group_.get(), i, false);
        if (!members_read_.contains(name)) {
            fail(field(name.c_str()), "is not part of the format", {}, {}, hint);
        }
    }
    H5O_info_t info{};
    if (H5Oget_info2(group_.get(), &info, H5O_INFO_NUM_ATTRS) < 0) {
        fail(where_, "is not a readable group");
    }
    for (hsize_t i = 0; i < info.num_attrs; ++i) {
        const std::string name = name_at(group_.get(), i, true);
        if (!attributes_read_.contains(name)) {
            fail(field(name.c_str()), "is not part of the format", {}, {}, hint);
        }
    }
}

}  // namespace synfire::io
