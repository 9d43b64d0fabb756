// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/descriptor.hpp>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

namespace synfire::hw {
namespace {

struct field {
    const char* name;
    std::size_t word;
    int lsb;
    int bits;
    bool is_signed;

    /// A field of 64 bits fills the number that it is kept in, sign included.
    bool has_sign() const { return is_signed || bits == 64; }
    std::uint64_t mask() const { return ~std::uint64_t{0} >> (64 - bits); }
    std::int64_t hi() const { return static_cast<std::int64_t>(mask() >> (has_sign() ? 1 : 0)); }
    std::int64_t lo() const { return has_sign() ? -hi() - 1 : 0; }
};

template <class Words>
void put(Words& words, const field& f, std::int64_t value) {
    if (value < f.lo() || value > f.hi()) {
        throw bad_input({"program of the engine",
                         fmt::format("field {} cannot hold its value", f.name),
                         fmt::format("{}", value), fmt::format("{} .. {}", f.lo(), f.hi()),
                         "smaller maps, kernels or networks"});
    }
    words[f.word] |= (static_cast<std::uint64_t>(value) & f.mask()) << f.lsb;
}

template <class Words>
std::int64_t get(const Words& words, const field& f) {
    const std::uint64_t raw = (words[f.word] >> f.lsb) & f.mask();
    const auto value = static_cast<std::int64_t>(raw);
    return f.is_signed && value > f.hi() ? value - (std::int64_t{1} << f.bits) : value;
}

}  // namespace

packed_header pack(const pass_header& header) {
    packed_header words{};
#define SYNFIRE_HEADER_FIELD(name, word, lsb, bits, is_signed, meaning)                            \
    put(words, {"header." #name, word, lsb, bits, is_signed != 0}, header.name);
#include <synfire/hw/descriptor_fields.inc>
    return words;
}

packed_range pack(const pass_range& range) {
    packed_range words{};
#define SYNFIRE_RANGE_FIELD(name, word, lsb, bits, is_signed, meaning)                             \
    put(words, {"range." #name, word, lsb, bits, (is_signed) != 0}, range.name);
#include <synfire/hw/descriptor_fields.inc>
    return words;
}

packed_term pack(const term& t) {
    packed_term words{};
#define SYNFIRE_TERM_FIELD(name, word, lsb, bits, is_signed, meaning)                              \
    put(words, {"term." #name, word, lsb, bits, (is_signed) != 0}, t.name);
#include <synfire/hw/descriptor_fields.inc>
    return words;
}

pass_header unpack_header(const packed_header& words) {
    pass_header header;
#define SYNFIRE_HEADER_FIELD(name, word, lsb, bits, is_signed, meaning)                            \
    header.name = get(words, {"header." #name, word, lsb, bits, (is_signed) != 0});
#include <synfire/hw/descriptor_fields.inc>
    return header;
}

pass_range unpack_range(const packed_range& words) {
    pass_range range;
#define SYNFIRE_RANGE_FIELD(name, word, lsb, bits, is_signed, meaning)                             \
    range.name = get(words, {"range." #name, word, lsb, bits, (is_signed) != 0});
#include <synfire/hw/descriptor_fields.inc>
    return range;
}

term unpack_term(const packed_term& words) {
    term t;
#define SYNFIRE_TERM_FIELD(name, word, lsb, bits, is_signed, meaning)                              \
    t.name = get(words, {"term." #name, word, lsb, bits, (is_signed) != 0});
#include <synfire/hw/descriptor_fields.inc>
    return t;
}

}  // namespace synfire::hw
