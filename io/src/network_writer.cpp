// SPDX-License-Identifier: Apache-2.0
// Visitor that writes each field of a network: single values as attributes, vectors as datasets.
#include "network_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include <synfire/io/network_file.hpp>

#include "hdf5.hpp"
#include "hdf5_types.hpp"
#include "network_fields.hpp"
#include "text.hpp"

namespace synfire::io {

namespace {

// Attributes above 64 KiB need another layout; no name is that long.
constexpr std::size_t longest_text_attribute = 60000;

// Compression of less gains nothing; chunks this long keep memory small on both sides.
constexpr std::size_t shortest_compressed = 512;
constexpr std::size_t chunk_bytes = std::size_t{1} << 20;
constexpr unsigned deflate_level = 6;

hdf5_handle vector_space(std::size_t count) {
    const hsize_t extent = count;
    return {written(H5Screate_simple(1, &extent, nullptr)), H5Sclose};
}

hdf5_handle text_type(std::size_t length) {
    hdf5_handle type(written(H5Tcopy(H5T_C_S1)), H5Tclose);
    // HDF5 has no empty strings of fixed length: one NUL stands for them.
    written(H5Tset_size(type.get(), std::max<std::size_t>(length, 1)));
    written(H5Tset_strpad(type.get(), H5T_STR_NULLPAD));
    written(H5Tset_cset(type.get(), H5T_CSET_UTF8));
    return type;
}

hdf5_handle properties_for(std::size_t count, std::size_t value_size) {
    hdf5_handle properties = dataset_properties();
    if (count * value_size < shortest_compressed) { return properties; }
    const hsize_t chunk = std::clamp<std::size_t>(chunk_bytes / value_size, 1, count);
    written(H5Pset_chunk(properties.get(), 1, &chunk));
    if (value_size > 1) { written(H5Pset_shuffle(properties.get())); }
    written(H5Pset_deflate(properties.get(), deflate_level));
    return properties;
}

class group_writer {
  public:
    group_writer(hid_t group, std::string where) : group_(group), where_(std::move(where)) {}

    void text(const char* name, const std::string& value) {
        check_text(name, value);
        if (value.size() > longest_text_attribute) {
            fail(field(name), "the text is too long for a network file",
                 fmt::format("{} bytes", value.size()),
                 fmt::format("at most {} bytes", longest_text_attribute));
        }
        const hdf5_handle type = text_type(value.size());
        const hdf5_handle space(written(H5Screate(H5S_SCALAR)), H5Sclose);
        attribute(name, type.get(), type.get(), space.get(), value.c_str());
    }
    template <class E>
    void choice(const char* name, E value) {
        text(name, std::string(to_string(value)));
    }
    void flag(const char* name, bool value) {
        const std::uint8_t byte = value ? 1 : 0;
        scalar(name, H5T_STD_U8LE, H5T_NATIVE_UINT8, &byte);
    }
    void number(const char* name, std::int32_t value) {
        scalar(name, H5T_STD_I32LE, H5T_NATIVE_INT32, &value);
    }
    void number(const char* name, std::size_t value) {
        const std::int64_t wide = static_cast<std::int64_t>(value);
        scalar(name, H5T_STD_I64LE, H5T_NATIVE_INT64, &wide);
    }
    void real(const char* name, double value) {
        scalar(name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
    }
    template <class... Integers>
    void numbers(const char* name, Integers... values) {
        const std::array<std::int32_t, sizeof...(values)> all{values...};
        const hdf5_handle space = vector_space(all.size());
        attribute(name, H5T_STD_I32LE, H5T_NATIVE_INT32, space.get(), all.data());
    }
    template <file_number T>
    void vector(const char* name, const std::vector<T>& values) {
        if (values.empty()) { return; }
        dataset(name, type_in_file<T>(), type_in_memory<T>(), values.size(), values.data());
    }
    void texts(const char* name, const std::vector<std::string>& values) {
        if (values.empty()) { return; }
        std::size_t longest = 1;
        for (const std::string& value : values) {
            check_text(name, value);
            longest = std::max(longest, value.size());
        }
        std::string padded;
        padded.reserve(longest * values.size());
        for (const std::string& value : values) {
            padded += value;
            padded.append(longest - value.size(), '\0');
        }
        const hdf5_handle type = text_type(longest);
        dataset(name, type.get(), type.get(), values.size(), padded.data());
    }
    template <class T, class Visit>
    void group(const char* name, const std::optional<T>& value, Visit visit) {
        if (value) {
            inside(name, [&](group_writer& inner) { visit(inner, *value); });
        }
    }
    void added_number(const char* name, std::int32_t value) {
        if (value != 0) { number(name, value); }
    }
    template <class T, class Visit>
    void added_group(const char* name, const std::optional<T>& value, Visit visit) {
        group(name, value, visit);
    }
    template <class T, class Visit>
    void list(const char* name, const std::vector<T>& values, Visit visit) {
        inside(name, [&](group_writer& members) {
            for (std::size_t i = 0; i < values.size(); ++i) {
                members.inside(std::to_string(i).c_str(),
                               [&](group_writer& inner) { visit(inner, values[i]); });
            }
        });
    }
    void map(const char* name, const std::map<std::string, std::string>& entries) {
        if (entries.empty()) { return; }
        std::vector<std::string> keys;
        std::vector<std::string> values;
        for (const auto& [key, value] : entries) {
            keys.push_back(key);
            values.push_back(value);
        }
        inside(name, [&](group_writer& inner) {
            inner.texts("keys", keys);
            inner.texts("values", values);
        });
    }

  private:
    std::string field(const char* name) const { return fmt::format("{}/{}", where_, name); }

    void check_text(const char* name, const std::string& value) const {
        if (!is_plain_text(value)) { fail(field(name), "the text is not UTF-8 without NUL"); }
    }
    void attribute(const char* name, hid_t in_file, hid_t in_memory, hid_t space,
                   const void* value) {
        const hdf5_handle made(
            written(H5Acreate2(group_, name, in_file, space, H5P_DEFAULT, H5P_DEFAULT)), H5Aclose);
        written(H5Awrite(made.get(), in_memory, value));
    }
    void scalar(const char* name, hid_t in_file, hid_t in_memory, const void* value) {
        const hdf5_handle space(written(H5Screate(H5S_SCALAR)), H5Sclose);
        attribute(name, in_file, in_memory, space.get(), value);
    }
    void dataset(const char* name, hid_t in_file, hid_t in_memory, std::size_t count,
                 const void* values) {
        const hdf5_handle space = vector_space(count);
        const hdf5_handle properties = properties_for(count, H5Tget_size(in_file));
        const hdf5_handle made(written(H5Dcreate2(group_, name, in_file, space.get(), H5P_DEFAULT,
                                                  properties.get(), H5P_DEFAULT)),
                               H5Dclose);
        written(H5Dwrite(made.get(), in_memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
    }
    template <class Write>
    void inside(const char* name, Write write) {
        const hdf5_handle properties = group_properties();
        const hdf5_handle made(
            written(H5Gcreate2(group_, name, H5P_DEFAULT, properties.get(), H5P_DEFAULT)),
            H5Gclose);
        group_writer inner(made.get(), field(name));
        write(inner);
    }

    hid_t group_;
    std::string where_;
};

void write_root(hid_t file, const network& net, const std::string& where) {
    const hdf5_handle root(written(H5Gopen2(file, "/", H5P_DEFAULT)), H5Gclose);
    group_writer writer(root.get(), where + ":");
    writer.text("format", "synfire-network");
    writer.number("version", network_format_of(net));
    visit_network(writer, net);
    writer.map("metadata", net.metadata);
}

}  // namespace

std::int32_t network_format_of(const network& net) {
    const auto says_steps = [](const population& p) {
        return p.input && (p.input->event_step_us != 0 || p.input->most_events != 0);
    };
    if (std::any_of(net.populations.begin(), net.populations.end(), says_steps)) { return 3; }
    return net.execution == execution::streaming ? 2 : 1;
}

std::vector<std::byte> write_network_image(const network& net, const std::string& where) {
    const hdf5_session session;
    hdf5_memory_file file;
    write_root(file.id(), net, where);
    return file.finish();
}

}  // namespace synfire::io
