// SPDX-License-Identifier: Apache-2.0
#include <synfire/io/network_file.hpp>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/io/files.hpp>

#include <support/catch.hpp>

#include "bytes.hpp"
#include "full_network.hpp"
#include "hdf5.hpp"
#include "scratch_folder.hpp"

using namespace synfire;
using test::check_refused;
using test::full_network;
using test::scratch_folder;

TEST_CASE("a network file gives back every field", "[io][unit]") {
    const scratch_folder folder;
    const network net = full_network();
    io::write_network(net, folder / "net.snn");
    const network read = io::read_network(folder / "net.snn");
    CHECK(test::same_network(net, read));
    CHECK(io::network_hash(net) == io::network_hash(read));
    CHECK(folder.entries() == 1);
}

TEST_CASE("random networks survive the round trip and differ in their hashes", "[io][property]") {
    std::string last_hash;
    for (std::uint32_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        const network net = seed <= 100 ? full_network(seed) : test::full_streaming_network(seed);
        const network read = io::decode_network(io::encode_network(net, "memory"), "memory");
        CHECK(test::same_network(net, read));
        const std::string hash = io::network_hash(read);
        CHECK(hash != last_hash);
        last_hash = hash;
    }
}

TEST_CASE("optional parts may be absent", "[io][unit]") {
    network net = full_network();
    net.labels.clear();
    net.metadata.clear();
    for (population& p : net.populations) {
        p.expected.reset();
        p.scale.clear();
        p.host_functions.clear();
    }
    net.populations[0].input.reset();
    CHECK(test::same_network(net, io::decode_network(io::encode_network(net, "memory"), "memory")));
}

TEST_CASE("equal networks give equal bytes", "[io][unit]") {
    const std::vector<std::byte> first = io::encode_network(full_network(), "a");
    const std::vector<std::byte> noise(123457, std::byte{0xa5});
    CHECK(first == io::encode_network(full_network(), "b"));
    CHECK(noise.size() == 123457);
}

TEST_CASE("a network of large weights is compressed", "[io][unit]") {
    network net = full_network();
    projection& dense = net.projections.back();
    std::fill(dense.weights.begin(), dense.weights.end(), std::int8_t{0});
    net.populations[6].shape.channels = 3003;
    net.populations[6].bias.assign(3003, 0);
    net.populations[6].scale.clear();
    for (population& p : net.populations) { p.width_bits = 0; }
    net.projections[7].target_channels = {0, 3};
    dense.target_channels = {0, 3003};
    dense.weights.assign(3003 * 64, 0);
    CHECK(io::encode_network(net, "memory").size() < 40000);
}

TEST_CASE("the hash ignores where a network came from and nothing else", "[io][unit]") {
    const network net = full_network();
    const std::string hash = io::network_hash(net);
    network changed = net;
    changed.metadata["tool"] = "another";
    CHECK(io::network_hash(changed) == hash);
    changed = net;
    changed.projections[3].weights[1] =
        static_cast<std::int8_t>(-changed.projections[3].weights[1] - 1);
    CHECK(io::network_hash(changed) != hash);
    changed = net;
    changed.populations[0].input->std[1] *= 1.0000000001;
    CHECK(io::network_hash(changed) != hash);
    changed = net;
    changed.labels[1] = "one";
    CHECK(io::network_hash(changed) != hash);
    CHECK(hash.size() == 64);
}

TEST_CASE("no network is written that would not be read", "[io][unit]") {
    const scratch_folder folder;
    network net = full_network();
    net.populations[3].theta[1] = 0;
    check_refused("theta", [&] { io::write_network(net, folder / "net.snn"); });
    net = full_network();
    net.labels[0] = std::string("a\0b", 3);
    check_refused("labels", [&] { io::write_network(net, folder / "net.snn"); });
    net.labels[0] = "\xff";
    check_refused("UTF-8", [&] { io::write_network(net, folder / "net.snn"); });
    net = full_network();
    net.populations[0].name = std::string(70000, 'n');
    check_refused("too long", [&] { io::write_network(net, folder / "net.snn"); });
    CHECK(folder.entries() == 0);
}

TEST_CASE("a network file that ends early is refused at every length", "[io][unit]") {
    const std::vector<std::byte> file = io::encode_network(full_network(), "memory");
    for (std::size_t length = 0; length < file.size(); length += length < 600 ? 1 : 97) {
        CAPTURE(length);
        CHECK_THROWS_AS(io::decode_network(std::span(file).first(length), "cut"), bad_input);
    }
    check_refused("truncated",
                  [&] { io::decode_network(std::span(file).first(file.size() - 1), "cut"); });
}

TEST_CASE("a network file with a changed byte is refused wherever the byte is", "[io][unit]") {
    std::vector<std::byte> file = io::encode_network(full_network(), "memory");
    for (std::size_t i = 0; i < file.size(); i += i < 512 ? 1 : 53) {
        CAPTURE(i);
        file[i] ^= std::byte{0x04};
        CHECK_THROWS_AS(io::decode_network(file, "changed"), bad_input);
        file[i] ^= std::byte{0x04};
    }
    CHECK_NOTHROW(io::decode_network(file, "whole"));
}

TEST_CASE("a file that is no network file is refused by name", "[io][unit]") {
    const scratch_folder folder;
    check_refused("not a network file", [&] { io::read_network(folder.put("a.snn", "garbage")); });
    check_refused("an empty file", [&] { io::read_network(folder.put("b.snn", "")); });
    check_refused("c.snn", [&] { io::read_network(folder / "c.snn"); });
    check_refused("cannot be written",
                  [&] { io::write_network(full_network(), folder / "missing" / "a.snn"); });
}

TEST_CASE("no HDF5 object stays open after a refusal", "[io][unit]") {
    const std::vector<std::byte> file = io::encode_network(full_network(), "memory");
    std::vector<std::byte> plain(file.begin() + 512, file.end());
    plain.resize(plain.size() / 2);
    CHECK_THROWS_AS(io::decode_network(plain, "cut"), bad_input);
    CHECK(H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL) == 0);
}
