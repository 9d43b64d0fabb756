// SPDX-License-Identifier: Apache-2.0
// Visitor that reads each field of a network. What it accepts is a superset of what the writer
// writes: other tools may use wider or narrower numbers, no compression, and texts of variable
// length.
#include "network_reader.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include <synfire/io/network_file.hpp>

#include "hdf5_group.hpp"
#include "network_fields.hpp"

namespace synfire::io {

namespace {

// No dataset can be larger than what deflate can make of the whole file (1,032 to 1), so a small
// file cannot ask for a large allocation.
constexpr std::uint64_t deflate_ratio = 1032;
constexpr std::uint64_t free_bytes = std::uint64_t{64} << 10;
constexpr std::uint64_t most_bytes = std::uint64_t{2} << 30;

// Shapes cost nothing in a file but everything in memory.
constexpr std::uint64_t most_neurons = std::uint64_t{1} << 26;

constexpr std::int64_t lowest_int = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t highest_int = std::numeric_limits<std::int32_t>::max();

std::uint64_t dataset_limit(std::size_t file_bytes) {
    return std::min<std::uint64_t>(most_bytes, deflate_ratio * file_bytes + free_bytes);
}

class group_reader {
  public:
    explicit group_reader(hdf5_group& group) : group_(group) {}

    void text(const char* name, std::string& value) { value = group_.text(name); }
    template <class E>
    void choice(const char* name, E& value) {
        const std::string found = group_.text(name);
        std::string known;
        for (const E candidate : choices<E>::all) {
            if (to_string(candidate) == found) {
                value = candidate;
                return;
            }
            known += fmt::format("{}{}", known.empty() ? "" : ", ", to_string(candidate));
        }
        fail(group_.field(name), "has an unknown value", found, known);
    }
    void flag(const char* name, bool& value) { value = integer(name, 0, 1) != 0; }
    void number(const char* name, std::int32_t& value) {
        value = static_cast<std::int32_t>(integer(name, lowest_int, highest_int));
    }
    void number(const char* name, std::size_t& value) {
        value = static_cast<std::size_t>(integer(name, 0, highest_int));
    }
    void real(const char* name, double& value) { value = group_.real(name); }
    template <class... Integers>
    void numbers(const char* name, Integers&... values) {
        std::array<std::int64_t, sizeof...(values)> all{};
        group_.integers(name, all, lowest_int, highest_int);
        std::size_t i = 0;
        ((values = static_cast<std::int32_t>(all[i++])), ...);
    }
    template <file_number T>
    void vector(const char* name, std::vector<T>& values) {
        values = group_.has_member(name) ? group_.vector<T>(name) : std::vector<T>();
    }
    void texts(const char* name, std::vector<std::string>& values) {
        values = group_.has_member(name) ? group_.texts(name) : std::vector<std::string>();
    }
    template <class T, class Visit>
    void group(const char* name, std::optional<T>& value, Visit visit) {
        if (!group_.has_member(name)) { return; }
        read_member(group_, name, value.emplace(), visit);
    }
    void added_number(const char* name, std::int32_t& value) {
        value = 0;
        if (group_.has_attribute(name)) { number(name, value); }
    }
    template <class T, class Visit>
    void added_group(const char* name, std::optional<T>& value, Visit visit) {
        group(name, value, visit);
    }
    template <class T, class Visit>
    void list(const char* name, std::vector<T>& values, Visit visit) {
        hdf5_group members = group_.member(name);
        values.clear();
        values.resize(members.member_count());
        for (std::size_t i = 0; i < values.size(); ++i) {
            read_member(members, std::to_string(i).c_str(), values[i], visit);
        }
        members.finish();
    }
    void map(const char* name, std::map<std::string, std::string>& entries) {
        if (!group_.has_member(name)) { return; }
        hdf5_group inner = group_.member(name);
        const std::vector<std::string> keys = inner.texts("keys");
        const std::vector<std::string> values = inner.texts("values");
        if (keys.size() != values.size()) {
            fail(inner.where(), "has not one value per key",
                 fmt::format("{} and {}", keys.size(), values.size()));
        }
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (!entries.emplace(keys[i], values[i]).second) {
                fail(inner.where(), "has a key twice", keys[i]);
            }
        }
        inner.finish();
    }

  private:
    std::int64_t integer(const char* name, std::int64_t lo, std::int64_t hi) {
        std::array<std::int64_t, 1> value{};
        group_.integers(name, value, lo, hi);
        return value[0];
    }
    template <class T, class Visit>
    static void read_member(hdf5_group& parent, const char* name, T& value, Visit visit) {
        hdf5_group member = parent.member(name);
        group_reader inner(member);
        visit(inner, value);
        member.finish();
    }

    hdf5_group& group_;
};

/// Before anything else is looked at: a later version may have changed everything else.
void check_version(hdf5_group& root, const std::string& where) {
    if (!root.has_attribute("format") || root.text("format") != "synfire-network") {
        fail(where, "is an HDF5 file but not a network file", {},
             "root attribute format = synfire-network");
    }
    std::array<std::int64_t, 1> version{};
    root.integers("version", version, lowest_int, highest_int);
    if (version[0] > network_format_version) {
        fail(where, "was written by a later version of Synfire",
             fmt::format("format version {}", version[0]),
             fmt::format("1 .. {}", network_format_version),
             "use that version, or convert the model again");
    }
    if (version[0] < 1) {
        fail(where, "has an impossible format version", std::to_string(version[0]),
             fmt::format("1 .. {}", network_format_version));
    }
}

std::uint64_t extent(std::int32_t n) { return static_cast<std::uint64_t>(std::max(n, 0)); }

void check_neurons(const network& net, const std::string& where) {
    std::uint64_t total = 0;
    for (const population& p : net.populations) {
        const std::uint64_t positions = extent(p.shape.height) * extent(p.shape.width);
        const std::uint64_t channels = extent(p.shape.channels);
        total = positions > most_neurons || positions * channels > most_neurons
                    ? most_neurons + 1
                    : total + positions * channels;
        if (total > most_neurons) {
            fail(where, fmt::format("population '{}' makes too many neurons", p.name), {},
                 fmt::format("at most {} in a file", most_neurons));
        }
    }
}

}  // namespace

network read_network_root(const hdf5_handle& file, std::size_t file_bytes,
                          const std::string& where) {
    hdf5_group root(file, where + ":", dataset_limit(file_bytes));
    check_version(root, where);
    network net;
    group_reader reader(root);
    visit_network(reader, net);
    reader.map("metadata", net.metadata);
    root.finish();
    check_neurons(net, where);
    return net;
}

network read_network_image(std::span<const std::byte> image, const std::string& where) {
    const hdf5_session session;
    const hdf5_handle file = open_hdf5_image(image);
    if (!file.valid()) {
        fail(where, "is not a readable HDF5 file", fmt::format("{} bytes", image.size()), {},
             "the file may be truncated or damaged");
    }
    return read_network_root(file, image.size(), where);
}

}  // namespace synfire::io
