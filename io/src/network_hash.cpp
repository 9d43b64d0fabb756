// SPDX-License-Identifier: Apache-2.0
// The hash is taken over a plain listing of all fields, so that neither HDF5 nor compression has a
// say in it.
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/io/network_file.hpp>

#include "content_hasher.hpp"
#include "network_fields.hpp"

namespace synfire::io {

namespace {

/// Visitor that hashes a listing of name, number of values and values of each field; all numbers as
/// 8 bytes, little endian.
class field_lister {
  public:
    void text(std::string_view name, const std::string& value) {
        begin(name, value.size());
        append(value);
    }
    template <class E>
    void choice(std::string_view name, E value) {
        text(name, std::string(to_string(value)));
    }
    void flag(std::string_view name, bool value) { numbers(name, value ? 1 : 0); }
    template <class Integer>
    void number(std::string_view name, Integer value) {
        numbers(name, value);
    }
    void real(std::string_view name, double value) { vector(name, std::vector<double>{value}); }
    template <class... Integers>
    void numbers(std::string_view name, Integers... values) {
        begin(name, sizeof...(values));
        (append(static_cast<std::int64_t>(values)), ...);
    }
    template <class T>
    void vector(std::string_view name, const std::vector<T>& values) {
        begin(name, values.size());
        for (const T value : values) { append(value); }
    }
    void texts(std::string_view name, const std::vector<std::string>& values) {
        begin(name, values.size());
        for (const std::string& value : values) { text("", value); }
    }
    template <class T, class Visit>
    void group(std::string_view name, const std::optional<T>& value, Visit visit) {
        begin(name, value ? 1 : 0);
        if (value) { visit(*this, *value); }
    }
    void added_number(std::string_view name, std::int32_t value) {
        if (value != 0) { number(name, value); }
    }
    template <class T, class Visit>
    void added_group(std::string_view name, const std::optional<T>& value, Visit visit) {
        if (value) { group(name, value, visit); }
    }
    template <class T, class Visit>
    void list(std::string_view name, const std::vector<T>& values, Visit visit) {
        begin(name, values.size());
        for (const T& value : values) { visit(*this, value); }
    }

    std::string hash() {
        hasher_.add(listing_);
        return hasher_.text();
    }

  private:
    void begin(std::string_view name, std::size_t count) {
        append(static_cast<std::int64_t>(name.size()));
        append(name);
        append(static_cast<std::int64_t>(count));
    }
    void append(std::string_view text) {
        for (const char c : text) { listing_.push_back(static_cast<std::byte>(c)); }
        hand_over();
    }
    void append(double value) { append(std::bit_cast<std::int64_t>(value)); }
    void append(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        for (int shift = 0; shift < 64; shift += 8) {
            listing_.push_back(static_cast<std::byte>(bits >> shift));
        }
        hand_over();
    }
    void append(std::int32_t value) { append(std::int64_t{value}); }
    void append(std::int8_t value) { append(std::int64_t{value}); }

    /// The listing of a large network is three times as large: it is never there as a whole.
    void hand_over() {
        constexpr std::size_t most = std::size_t{1} << 16;
        if (listing_.size() < most) { return; }
        hasher_.add(listing_);
        listing_.clear();
    }

    std::vector<std::byte> listing_;
    content_hasher hasher_;
};

}  // namespace

std::string network_hash(const network& net) {
    field_lister lister;
    visit_network(lister, net);
    return lister.hash();
}

}  // namespace synfire::io
