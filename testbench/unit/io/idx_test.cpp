// SPDX-License-Identifier: Apache-2.0
#include "data/idx.hpp"

#include <support/catch.hpp>

#include "bytes.hpp"
#include "data/cifar.hpp"

using namespace synfire;
using test::big_endian;
using test::check_refused;

namespace {

std::string idx(unsigned type, const std::vector<std::uint32_t>& extents,
                const std::string& values) {
    std::string file = big_endian((type << 8) | static_cast<unsigned>(extents.size()));
    for (const std::uint32_t n : extents) { file += big_endian(n); }
    return file + values;
}

dataset samples(const std::string& file) {
    return io::parse_idx_samples(test::as_bytes(file), "a.idx");
}
std::vector<std::int32_t> labels(const std::string& file) {
    return io::parse_idx_labels(test::as_bytes(file), "a.idx");
}

std::string cifar_record(char label) { return label + std::string(3072, 'p'); }

}  // namespace

TEST_CASE("IDX images keep the shape of the file", "[io][unit]") {
    const dataset data = samples(idx(8, {2, 1, 3}, "abcdef"));
    CHECK(data.sample_shape == std::vector<std::int64_t>{1, 3});
    CHECK(data.size() == 2);
    CHECK(data.byte_sample(1)[2] == 'f');
}

TEST_CASE("IDX reals are big endian", "[io][unit]") {
    CHECK(samples(idx(0x0d, {1, 2}, big_endian(0x3fc00000) + big_endian(0xc0000000))).reals
          == std::vector<float>{1.5F, -2});
    CHECK(samples(idx(0x0e, {1, 1}, big_endian(0x3ff80000) + big_endian(0))).reals
          == std::vector<float>{1.5F});
}

TEST_CASE("IDX labels are bytes or 32-bit integers", "[io][unit]") {
    CHECK(labels(idx(8, {3}, std::string("\x00\x09\xff", 3)))
          == std::vector<std::int32_t>{0, 9, 255});
    CHECK(labels(idx(0x0c, {1}, big_endian(70000))) == std::vector<std::int32_t>{70000});
    check_refused("impossible label", [] { labels(idx(0x0c, {1}, big_endian(0xffffffff))); });
    check_refused("labels", [] { labels(idx(8, {1, 1}, "a")); });
    check_refused("labels", [] { labels(idx(0x0d, {1}, "abcd")); });
}

TEST_CASE("IDX files with a wrong header or length are refused", "[io][unit]") {
    check_refused("first bytes", [] { samples(idx(0x09, {1, 1}, "a")); });
    check_refused("first bytes", [] { samples("\x01\x02\x08\x03 and so on"); });
    check_refused("first bytes", [] { samples(big_endian(0x0800)); });
    check_refused("at least two axes", [] { samples(idx(8, {3}, "abc")); });
    check_refused("32-bit integers", [] { samples(idx(0x0c, {1, 1}, "abcd")); });
    check_refused("length", [] { samples(idx(8, {2, 2}, "abc")); });
    check_refused("length", [] { samples(idx(8, {2, 2}, "abcde")); });
    check_refused("length", [] { samples(idx(0x0d, {1, 1}, "abcde")); });
    check_refused("no samples", [] { samples(idx(8, {0, 2}, "")); });
    check_refused("no samples", [] { samples(idx(8, {2, 0}, "")); });
    check_refused("impossible shape", [] { samples(idx(8, {~0U, ~0U, ~0U}, "")); });
    check_refused("finite", [] { samples(idx(0x0d, {1, 1}, big_endian(0x7fc00000))); });
    const std::string file = idx(8, {2, 2}, "abcd");
    for (std::size_t length = 0; length < file.size(); ++length) {
        CHECK_THROWS_AS(samples(file.substr(0, length)), bad_input);
    }
}

TEST_CASE("CIFAR records are split into label and pixels", "[io][unit]") {
    const dataset data =
        io::parse_cifar(test::as_bytes(cifar_record(3) + cifar_record(9)), "a.bin");
    CHECK(data.labels == std::vector<std::int32_t>{3, 9});
    CHECK(data.sample_shape == std::vector<std::int64_t>{3, 32, 32});
    CHECK(data.byte_sample(1)[0] == 'p');
}

TEST_CASE("CIFAR files of another size or with other labels are refused", "[io][unit]") {
    const auto parse = [](const std::string& file) {
        return io::parse_cifar(test::as_bytes(file), "a.bin");
    };
    check_refused("3073", [&] { parse(cifar_record(3) + "x"); });
    check_refused("10 at byte 3073", [&] { parse(cifar_record(3) + cifar_record(10)); });
    check_refused("no samples", [&] { parse(""); });
}
