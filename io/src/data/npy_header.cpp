// SPDX-License-Identifier: Apache-2.0
// Recursive descent over {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }. Strict: what
// NumPy writes, in any order of keys and with any spaces, and nothing more.
#include "npy_header.hpp"

#include <limits>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "../fail.hpp"
#include "byte_reader.hpp"

namespace synfire::io {

namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t most_axes = 32;

class literal_parser {
  public:
    literal_parser(std::string_view text, std::size_t offset, const std::string& where)
        : text_(text),
          offset_(offset),
          where_(where) {}

    void dictionary(npy_header& header) {
        expect('{');
        std::set<std::string> seen;
        while (!accept('}')) {
            const std::string key = string();
            if (!seen.insert(key).second) { broken("a key once"); }
            expect(':');
            value(key, header);
            if (!accept(',')) {
                expect('}');
                break;
            }
        }
        skip_spaces();
        if (seen.size() != 3) { broken("the keys descr, fortran_order and shape"); }
        if (at_ != text_.size()) { broken("the end of the header"); }
    }

  private:
    [[noreturn]] void broken(const std::string& expected) const {
        fail(where_, "has a header that is not NumPy's",
             fmt::format("something else at byte {}", offset_ + at_), expected);
    }
    void skip_spaces() {
        while (at_ < text_.size()
               && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) {
            ++at_;
        }
    }
    bool accept(char c) {
        skip_spaces();
        if (at_ >= text_.size() || text_[at_] != c) { return false; }
        ++at_;
        return true;
    }
    void expect(char c) {
        if (!accept(c)) { broken(fmt::format("'{}'", c)); }
    }
    std::string string() {
        skip_spaces();
        if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) {
            broken("a text in quotes");
        }
        const std::size_t end = text_.find(text_[at_], at_ + 1);
        if (end == std::string_view::npos) { broken("a closed text"); }
        std::string value(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
        return value;
    }
    bool word(std::string_view expected) {
        skip_spaces();
        if (!text_.substr(at_).starts_with(expected)) { return false; }
        at_ += expected.size();
        return true;
    }
    std::int64_t integer() {
        skip_spaces();
        std::int64_t value = 0;
        const std::size_t start = at_;
        for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
            if (value > (std::numeric_limits<std::int64_t>::max() - 9) / 10) {
                broken("a smaller number");
            }
            value = value * 10 + (text_[at_] - '0');
        }
        if (at_ == start) { broken("a number"); }
        return value;
    }
    /// (), (n,) or (n, m, ...); a single number in brackets is no tuple in Python.
    std::vector<std::int64_t> tuple() {
        std::vector<std::int64_t> values;
        expect('(');
        while (!accept(')')) {
            if (values.size() == most_axes) { broken(fmt::format("at most {} axes", most_axes)); }
            values.push_back(integer());
            if (accept(',')) { continue; }
            if (values.size() < 2) { broken("','"); }
            expect(')');
            break;
        }
        return values;
    }
    void value(const std::string& key, npy_header& header) {
        if (key == "descr") {
            skip_spaces();
            if (at_ < text_.size() && text_[at_] == '[') {
                fail(where_, "holds records of several fields", {}, "one of u1, i4, i8, f4, f8");
            }
            header.descr = string();
        } else if (key == "fortran_order") {
            header.fortran_order = word("True");
            if (!header.fortran_order && !word("False")) { broken("True or False"); }
        } else if (key == "shape") {
            header.shape = tuple();
        } else {
            broken("the keys descr, fortran_order and shape");
        }
    }

    std::string_view text_;
    std::size_t offset_;
    const std::string& where_;
    std::size_t at_ = 0;
};

/// Bytes of the length field: version 1 has 16 bits, 2 and 3 have 32.
std::size_t length_bytes(std::span<const std::byte> file, const std::string& where) {
    const int major = std::to_integer<int>(file[magic.size()]);
    const int minor = std::to_integer<int>(file[magic.size() + 1]);
    if (major < 1 || major > 3 || minor != 0) {
        fail(where, "has an unknown version of the .npy format", fmt::format("{}.{}", major, minor),
             "1.0, 2.0, 3.0");
    }
    return major == 1 ? 2 : 4;
}

}  // namespace

npy_header parse_npy_header(std::span<const std::byte> file, const std::string& where) {
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    const std::size_t fixed = magic.size() + 2;
    if (!text.starts_with(magic)) {
        fail(where, "is not a NumPy array", "other first bytes", "\\x93NUMPY");
    }
    if (file.size() < fixed) { fail(where, "the NumPy file ends in its header"); }
    const std::size_t size_bytes = length_bytes(file, where);
    if (file.size() < fixed + size_bytes) { fail(where, "the NumPy file ends in its header"); }
    const std::size_t length = size_bytes == 2 ? read_little<std::uint16_t>(file, fixed)
                                               : read_little<std::uint32_t>(file, fixed);
    const std::size_t start = fixed + size_bytes;
    if (length > file.size() - start) { fail(where, "the NumPy file ends in its header"); }
    npy_header header;
    literal_parser(text.substr(start, length), start, where).dictionary(header);
    header.data_offset = start + length;
    return header;
}

}  // namespace synfire::io
