// SPDX-License-Identifier: Apache-2.0
#include "data/npy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <support/catch.hpp>

#include "bytes.hpp"
#include "numpy_files.hpp"

using namespace synfire;
using test::check_refused;
using test::npy;
using test::npy_with_header;
using test::raw;
using test::zip_of;

namespace {

io::named_array parse(const std::string& file) {
    return io::parse_npy(test::as_bytes(file), "a.npy");
}

void refuse(const std::string& part, const std::string& file) {
    check_refused(part, [&] { parse(file); });
    check_refused("a.npy", [&] { parse(file); });
}

void refuse_header(const std::string& part, const std::string& header) {
    refuse(part, npy_with_header(header, raw<float>({1, 2, 3, 4, 5, 6})));
}

dataset load(const std::vector<std::pair<std::string, std::string>>& entries) {
    const std::string file = zip_of(entries);
    const auto arrays = io::parse_npz(test::as_bytes(file), "a.npz");
    const auto array = [&](const std::string& name) {
        const auto found = std::find_if(arrays.begin(), arrays.end(),
                                        [&](const io::named_array& a) { return a.name == name; });
        return found == arrays.end() ? nullptr : &*found;
    };
    return io::dataset_of_arrays(io::find_array(arrays, "x"),
                                 {array("y"), array("labels"), array("targets")}, "a.npz");
}

}  // namespace

TEST_CASE("arrays of every supported type are read", "[io][unit]") {
    CHECK(std::get<0>(parse(npy("|u1", "(2, 2)", "\x01\x02\x03\xff")).values)
          == std::vector<std::uint8_t>{1, 2, 3, 255});
    CHECK(std::get<1>(parse(npy("<f4", "(2,)", raw<float>({-1.5F, 3}))).values)
          == std::vector<float>{-1.5F, 3});
    CHECK(std::get<2>(parse(npy("<f8", "(1,)", raw<double>({0.1}))).values)
          == std::vector<double>{0.1});
    CHECK(std::get<3>(parse(npy("<i4", "(1,)", raw<std::int32_t>({-7}))).values)
          == std::vector<std::int32_t>{-7});
    CHECK(std::get<4>(parse(npy("<i8", "()", raw<std::int64_t>({-7}))).values)
          == std::vector<std::int64_t>{-7});
    CHECK(parse(npy("<f4", "(0, 3)", "")).shape == std::vector<std::int64_t>{0, 3});
}

TEST_CASE("Fortran order is turned into C order", "[io][unit]") {
    // x[i, j, k] = 100 i + 10 j + k for shape (2, 3, 2), first index fastest
    std::vector<std::int32_t> fortran;
    std::vector<std::int32_t> c_order;
    for (int k = 0; k < 2; ++k) {
        for (int j = 0; j < 3; ++j) {
            for (int i = 0; i < 2; ++i) { fortran.push_back(100 * i + 10 * j + k); }
        }
    }
    for (int i = 0; i < 2; ++i) {
        for (int j = 0; j < 3; ++j) {
            for (int k = 0; k < 2; ++k) { c_order.push_back(100 * i + 10 * j + k); }
        }
    }
    CHECK(std::get<3>(parse(npy("<i4", "(2, 3, 2)", raw(fortran), true)).values) == c_order);
}

TEST_CASE("headers may have any order of keys, any spaces and either quote", "[io][unit]") {
    const std::string data = raw<float>({1, 2, 3, 4, 5, 6});
    for (const char* header :
         {"{\"shape\":(2,3),'fortran_order':False,'descr':'<f4'}",
          "{ 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 , 3 , ) }",
          "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)}"}) {
        CAPTURE(header);
        CHECK(std::get<1>(parse(npy_with_header(header, data)).values).size() == 6);
    }
}

TEST_CASE("headers that NumPy does not write are refused", "[io][unit]") {
    refuse_header("'{'", "");
    refuse_header("fortran_order and shape", "{'descr': '<f4', 'shape': (6,)}");
    refuse_header("a key once", "{'descr': '<f4', 'descr': '<f4', 'shape': (6,)}");
    refuse_header("fortran_order and shape",
                  "{'descr': '<f4', 'fortran_order': False, 'sh': (6,)}");
    refuse_header("True or False", "{'descr': '<f4', 'fortran_order': 0, 'shape': (6,)}");
    refuse_header("','", "{'descr': '<f4', 'fortran_order': False, 'shape': (6)}");
    refuse_header("a number", "{'descr': '<f4', 'fortran_order': False, 'shape': (-6,)}");
    refuse_header("a smaller number",
                  "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}");
    refuse_header("impossible shape",
                  "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}");
    refuse_header("the end", "{'descr': '<f4', 'fortran_order': False, 'shape': (6,)} import os");
    refuse_header("records", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (6,)}");
    refuse_header("axes", "{'descr': '<f4', 'fortran_order': False, 'shape': "
                          "(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
                          "1,1,1,1,1,1,1,1,1,1,1,1,1,)}");
}

TEST_CASE("other types of values are refused with a way out", "[io][unit]") {
    for (const char* descr : {">f4", "<f2", "|i1", "<u2", "|b1", "|O", "<c8", "|S3", ""}) {
        CAPTURE(descr);
        refuse("astype", npy(descr, "(1,)", "1234"));
    }
}

TEST_CASE("arrays with too few or too many bytes are refused", "[io][unit]") {
    refuse("length", npy("<f4", "(2,)", raw<float>({1})));
    refuse("length", npy("<f4", "(2,)", raw<float>({1, 2, 3})));
    refuse("length", npy("<f4", "(2,)", raw<float>({1, 2}) + "x"));
    const std::string file = npy("<f4", "(2,)", raw<float>({1, 2}));
    for (std::size_t length = 0; length < file.size(); ++length) {
        CHECK_THROWS_AS(parse(file.substr(0, length)), bad_input);
    }
    refuse("unknown version", std::string("\x93NUMPY\x04\x00\x02\x00{}", 12));
}

TEST_CASE("an npz file gives samples and labels", "[io][unit]") {
    const dataset data = load({{"x.npy", npy("|u1", "(2, 3)", "abcdef")},
                               {"y.npy", npy("<i8", "(2,)", raw<std::int64_t>({4, 0}))}});
    CHECK(data.sample_shape == std::vector<std::int64_t>{3});
    CHECK(data.eight_bit());
    CHECK(data.size() == 2);
    CHECK(data.labels == std::vector<std::int32_t>{4, 0});
    CHECK(data.byte_sample(1)[0] == 'd');
}

TEST_CASE("a real y is a regression target", "[io][unit]") {
    const dataset data = load({{"x.npy", npy("<f8", "(2, 1)", raw<double>({0.5, 1}))},
                               {"y.npy", npy("<f4", "(2, 3)", raw<float>({1, 2, 3, 4, 5, 6}))}});
    CHECK(data.reals == std::vector<float>{0.5F, 1});
    CHECK(data.target_size == 3);
    CHECK(data.targets.size() == 6);
    CHECK(data.labels.empty());
}

TEST_CASE("labels and targets may be called so, whatever the type of targets", "[io][unit]") {
    const std::string x = npy("|u1", "(2, 3)", "abcdef");
    const std::string labels = npy("<i8", "(2,)", raw<std::int64_t>({4, 0}));
    const std::string targets = npy("<i4", "(2, 2)", raw<std::int32_t>({-1, 2, 3, 700}));
    const dataset both = load({{"x.npy", x}, {"labels.npy", labels}, {"targets.npy", targets}});
    CHECK(both.labels == std::vector<std::int32_t>{4, 0});
    CHECK(both.target_size == 2);
    CHECK(both.targets == std::vector<float>{-1, 2, 3, 700});
    const std::string real = npy("<f4", "(2,)", raw<float>({0.5F, 1}));
    check_refused("targets", [&] { load({{"x.npy", x}, {"labels.npy", real}}); });
    check_refused("'y' and 'targets'", [&] {
        load({{"x.npy", x}, {"y.npy", real}, {"targets.npy", targets}});
    });
    check_refused("'y' and 'labels'", [&] {
        load({{"x.npy", x}, {"y.npy", labels}, {"labels.npy", labels}});
    });
    check_refused("array 'targets' has not one entry per sample", [&] {
        load({{"x.npy", x}, {"targets.npy", npy("<f4", "(3,)", raw<float>({1, 2, 3}))}});
    });
    CHECK(load({{"x.npy", x}, {"y.npy", labels}, {"targets.npy", targets}}).target_size == 2);
}

TEST_CASE("npz data sets that make no sense are refused", "[io][unit]") {
    const std::string x = npy("|u1", "(2, 3)", "abcdef");
    const auto y = [](std::vector<std::int64_t> v) {
        return npy("<i8", "(" + std::to_string(v.size()) + ",)", raw(v));
    };
    check_refused("array 'x'", [&] { load({{"z.npy", x}}); });
    check_refused("no samples", [&] { load({{"x.npy", npy("|u1", "(0, 3)", "")}}); });
    check_refused("no samples", [&] { load({{"x.npy", npy("|u1", "(3, 0)", "")}}); });
    check_refused("one entry per sample", [&] { load({{"x.npy", x}, {"y.npy", y({1})}}); });
    check_refused("impossible label", [&] { load({{"x.npy", x}, {"y.npy", y({1, -1})}}); });
    check_refused("impossible label", [&] {
        load({{"x.npy", x}, {"y.npy", y({1, std::int64_t{1} << 31})}});
    });
    check_refused("single number", [&] { load({{"x.npy", npy("|u1", "()", "a")}}); });
    const std::string bad =
        npy("<f8", "(2, 2)", raw<double>({1, 2, 3, std::numeric_limits<double>::quiet_NaN()}));
    check_refused("nan at value 1 of sample 1", [&] { load({{"x.npy", bad}}); });
    check_refused("inf", [&] { load({{"x.npy", npy("<f8", "(1,)", raw<double>({1e300}))}}); });
}

TEST_CASE("damaged zip files are refused", "[io][unit]") {
    const std::string file = zip_of({{"x.npy", npy("|u1", "(300,)", std::string(300, 'a'))}});
    const auto parse_zip = [](const std::string& f) {
        return io::parse_npz(test::as_bytes(f), "a.npz");
    };
    for (std::size_t length = 0; length < file.size(); ++length) {
        CHECK_THROWS_AS(parse_zip(file.substr(0, length)), bad_input);
    }
    check_refused("a.npz", [&] { parse_zip("PK\x03\x04 garbage"); });
    check_refused("something else", [&] { parse_zip(zip_of({{"readme.txt", "text"}})); });
    std::string damaged = file;
    damaged[60] = static_cast<char>(damaged[60] ^ 1);
    CHECK_THROWS_AS(parse_zip(damaged), bad_input);
}

TEST_CASE("samples written as .npy are read back", "[io][unit]") {
    dataset bytes;
    bytes.sample_shape = {2, 3};
    for (std::uint8_t i = 0; i < 24; ++i) { bytes.bytes.push_back(i); }
    dataset reals;
    reals.sample_shape = {5};
    reals.reals = {0.5F, -1.0F, 2.0F, 1e-30F, 3.0F};
    for (const dataset& written : {bytes, reals}) {
        const io::named_array read = io::parse_npy(io::npy_of_samples(written), "a.npy");
        const dataset again = io::dataset_of_arrays(read, {}, "a.npy");
        CHECK(again.sample_shape == written.sample_shape);
        CHECK(again.bytes == written.bytes);
        CHECK(again.reals == written.reals);
    }
}
