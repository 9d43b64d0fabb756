// SPDX-License-Identifier: Apache-2.0
// Network files with a valid checksum or none, and wrong inside: every field check of the reader.
#include <cmath>
#include <functional>

#include <synfire/io/network_file.hpp>

#include <support/catch.hpp>

#include "bytes.hpp"
#include "full_network.hpp"
#include "hdf5_edit.hpp"

using namespace synfire;
using test::check_refused;
using test::edited;

namespace {

const std::vector<std::byte>& good_file() {
    static const std::vector<std::byte> file = io::encode_network(test::full_network(), "memory");
    return file;
}

void check_edit_refused(const std::string& part, const std::function<void(hid_t)>& edit) {
    const std::vector<std::byte> file = edited(good_file(), edit);
    check_refused(part, [&] { io::decode_network(file, "edited.snn"); });
    check_refused("edited.snn", [&] { io::decode_network(file, "edited.snn"); });
}

}  // namespace

TEST_CASE("a plain HDF5 file of another tool is read", "[io][unit]") {
    const std::vector<std::byte> plain = edited(good_file(), [](hid_t file) {
        test::set_integer(file, "/populations/1", "steps", 6);
        test::set_text(file, "/populations/3", "kind", "spiking", true);
        test::set_integers(file, "/projections/3/weights", {1, -2}, H5T_STD_I8BE);
        test::set_integers(file, "/populations/4/bias", {-5, 7}, H5T_STD_I16LE);
        test::set_integer(file, "/populations/4", "width_bits", 0);
    });
    network expected = test::full_network();
    expected.projections[3].weights = {1, -2};
    expected.populations[4].bias = {-5, 7};
    expected.populations[4].width_bits = 0;
    CHECK(test::same_network(io::decode_network(plain, "plain"), expected));
}

TEST_CASE("other formats and versions are refused before anything else", "[io][unit]") {
    check_edit_refused("not a network file",
                       [](hid_t file) { test::remove_attribute(file, "/", "format"); });
    check_edit_refused("not a network file",
                       [](hid_t file) { test::set_text(file, "/", "format", "other"); });
    check_edit_refused("later version", [](hid_t file) {
        test::set_integer(file, "/", "version", 4);
        test::remove_member(file, "/populations");
    });
    check_edit_refused("format version",
                       [](hid_t file) { test::set_integer(file, "/", "version", 0); });
    check_edit_refused("version", [](hid_t file) { test::remove_attribute(file, "/", "version"); });
}

TEST_CASE("missing fields are named with their path", "[io][unit]") {
    check_edit_refused("edited.snn:/populations/2/kind",
                       [](hid_t file) { test::remove_attribute(file, "/populations/2", "kind"); });
    check_edit_refused("edited.snn:/projections",
                       [](hid_t file) { test::remove_member(file, "/projections"); });
    check_edit_refused("edited.snn:/populations/0", [](hid_t file) {
        H5Lmove(file, "/populations/0", file, "/populations/9", 0, 0);
    });
    check_edit_refused("edited.snn:/populations/1/fire_table/k_lo", [](hid_t file) {
        test::remove_attribute(file, "/populations/1/fire_table", "k_lo");
    });
}

TEST_CASE("members that are not part of the format are refused", "[io][unit]") {
    check_edit_refused("theta_ng", [](hid_t file) {
        test::set_integers(file, "/populations/1/theta_ng", {1}, H5T_STD_I32LE);
    });
    check_edit_refused("decay",
                       [](hid_t file) { test::set_integer(file, "/populations/1", "decay", 1); });
}

TEST_CASE("fields of the wrong type, number or range are refused", "[io][unit]") {
    check_edit_refused("wrong type",
                       [](hid_t file) { test::set_real(file, "/populations/1", "steps", 6.0); });
    check_edit_refused("wrong type",
                       [](hid_t file) { test::set_integer(file, "/populations/1", "name", 6); });
    check_edit_refused("wrong type", [](hid_t file) {
        test::set_text(file, "/populations/0/input", "scale", "1");
    });
    check_edit_refused("out of range", [](hid_t file) {
        test::set_integer(file, "/populations/1", "steps", std::int64_t{1} << 33);
    });
    check_edit_refused("out of range",
                       [](hid_t file) { test::set_integer(file, "/projections/0", "source", -1); });
    check_edit_refused("out of range", [](hid_t file) {
        test::set_integer(file, "/projections/0", "spatial_sum", 2);
    });
    check_edit_refused("number of values",
                       [](hid_t file) { test::set_integer(file, "/populations/1", "shape", 4); });
    check_edit_refused("unknown value", [](hid_t file) {
        test::set_text(file, "/populations/1", "kind", "spikes");
    });
    check_edit_refused("UTF-8",
                       [](hid_t file) { test::set_text(file, "/populations/1", "name", "\xc3"); });
    check_edit_refused(
        "UTF-8", [](hid_t file) { test::set_text(file, "/populations/1", "name", "\xc3", true); });
}

TEST_CASE("vectors that would lose values are refused", "[io][unit]") {
    check_edit_refused("wrong type", [](hid_t file) {
        test::set_integers(file, "/projections/3/weights", {1, 2}, H5T_STD_I16LE);
    });
    check_edit_refused("wrong type", [](hid_t file) {
        test::set_integers(file, "/projections/3/weights", {1, 2}, H5T_STD_U8LE);
    });
    check_edit_refused("wrong type", [](hid_t file) {
        test::set_integers(file, "/populations/1/theta", {1, 2}, H5T_IEEE_F64LE);
    });
}

TEST_CASE("a small file cannot ask for a large allocation", "[io][unit]") {
    check_edit_refused("too large", [](hid_t file) {
        test::set_hollow(file, "/projections/8/weights", hsize_t{1} << 40, 4096);
    });
    check_edit_refused("impossible chunks", [](hid_t file) {
        test::set_hollow(file, "/projections/8/weights", hsize_t{1} << 31, hsize_t{1} << 31);
    });
    check_edit_refused("too many neurons", [](hid_t file) {
        const hsize_t three = 3;
        const std::int32_t shape[3] = {2, 30000, 30000};
        test::remove_attribute(file, "/populations/0", "shape");
        const hid_t space = H5Screate_simple(1, &three, nullptr);
        const hid_t made =
            H5Acreate_by_name(file, "/populations/0", "shape", H5T_STD_I32LE, space, 0, 0, 0);
        H5Awrite(made, H5T_NATIVE_INT32, shape);
        H5Aclose(made);
        H5Sclose(space);
    });
}

TEST_CASE("links out of the file are refused", "[io][unit]") {
    check_edit_refused("link to somewhere else", [](hid_t file) {
        test::remove_member(file, "/projections/3/weights");
        H5Lcreate_external("/etc/passwd", "/", file, "/projections/3/weights", 0, 0);
    });
    check_edit_refused("link to somewhere else", [](hid_t file) {
        test::remove_member(file, "/populations/1");
        H5Lcreate_soft("/populations/3", file, "/populations/1", 0, 0);
    });
}

TEST_CASE("a network that breaks a rule is refused on load", "[io][unit]") {
    check_edit_refused("theta", [](hid_t file) {
        test::set_integers(file, "/populations/1/theta", {1, 2, 0, 4}, H5T_STD_I32LE);
    });
    check_edit_refused(
        "width", [](hid_t file) { test::set_integer(file, "/populations/1", "width_bits", 31); });
    check_edit_refused(
        "scale", [](hid_t file) { test::set_real(file, "/populations/0/input", "scale", NAN); });
}

TEST_CASE("metadata need one value per key and each key once", "[io][unit]") {
    check_edit_refused("metadata",
                       [](hid_t file) { test::remove_member(file, "/metadata/values"); });
    check_edit_refused("one value per key", [](hid_t file) {
        test::remove_member(file, "/metadata/values");
        H5Lcreate_hard(file, "/populations/6/host_functions", file, "/metadata/values", 0, 0);
    });
    check_edit_refused("twice", [](hid_t file) {
        test::remove_member(file, "/metadata/keys");
        test::remove_member(file, "/metadata/values");
        const hsize_t two = 2;
        const hid_t space = H5Screate_simple(1, &two, nullptr);
        for (const char* path : {"/metadata/keys", "/metadata/values"}) {
            const hid_t made = H5Dcreate2(file, path, H5T_C_S1, space, 0, 0, 0);
            H5Dwrite(made, H5T_C_S1, 0, 0, 0, "kk");
            H5Dclose(made);
        }
        H5Sclose(space);
    });
}

namespace {

void check_streaming_edit_refused(const std::string& part, const std::function<void(hid_t)>& edit) {
    static const std::vector<std::byte> good =
        io::encode_network(test::full_streaming_network(), "memory");
    const std::vector<std::byte> file = edited(good, edit);
    check_refused(part, [&] { io::decode_network(file, "edited.snn"); });
}

}  // namespace

TEST_CASE("fields of streaming networks are checked like all others", "[io][unit]") {
    check_streaming_edit_refused("edited.snn:/populations/1/streaming/decay_bits", [](hid_t file) {
        test::remove_attribute(file, "/populations/1/streaming", "decay_bits");
    });
    check_streaming_edit_refused("unknown value", [](hid_t file) {
        test::set_text(file, "/populations/1/streaming", "reset", "half");
    });
    check_streaming_edit_refused("unknown value", [](hid_t file) {
        test::set_text(file, "/populations/2/streaming", "answer", "mean");
    });
    check_streaming_edit_refused("number of values", [](hid_t file) {
        test::set_integer(file, "/populations/1/streaming", "v_range", 4);
    });
    check_streaming_edit_refused(
        "leak", [](hid_t file) { test::set_integer(file, "/populations/1/streaming", "leak", 1); });
    check_streaming_edit_refused("needs its dynamics", [](hid_t file) {
        test::remove_member(file, "/populations/1/streaming");
    });
    check_streaming_edit_refused("impossible number of steps",
                                 [](hid_t file) { test::remove_attribute(file, "/", "steps"); });
    check_streaming_edit_refused(
        "delay", [](hid_t file) { test::set_integer(file, "/projections/1", "delay", 0); });
    check_edit_refused("no steps of its own",
                       [](hid_t file) { test::set_integer(file, "/", "steps", 5); });
}
