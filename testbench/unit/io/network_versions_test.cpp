// SPDX-License-Identifier: Apache-2.0
// Old files load for ever: one file per format version, written when that version was current, is
// kept in files/.
#include <synfire/io/network_file.hpp>

#include <filesystem>
#include <iterator>

#include <support/catch.hpp>

#include "full_network.hpp"

using namespace synfire;

namespace {

struct kept_file {
    int version;
    const char* name;
    const char* hash;
    network (*holds)(std::uint32_t seed);
};

// A new format version adds a line (make_network_file writes the file and prints the hash); no line
// ever changes.
constexpr kept_file kept_files[] = {
    {1, "network_v1.snn", "38f376215f4678a4393fef30c3d15e479d012e6f90bcbb9bb8b0bc1f0ff49873",
     test::full_network},
    {2, "network_v2.snn", "1ae6c5166ea02741b79748f1050652cbb18cfda9f8e34269ebfc976185e8ac84",
     test::full_streaming_network},
    {3, "network_v3.snn", "9cf1f13c6890bbf2dc1f33b784e105a51a35af3f67eb3b9e538d9cc096bdca91",
     test::full_event_network},
};

std::filesystem::path path_of(const kept_file& kept) {
    return std::filesystem::path(SYNFIRE_SOURCE_DIR "/testbench/unit/io/files") / kept.name;
}

}  // namespace

TEST_CASE("a file of every format version loads and holds what it held", "[io][unit]") {
    for (const kept_file& kept : kept_files) {
        CAPTURE(kept.name);
        const network net = io::read_network(path_of(kept));
        CHECK(io::network_hash(net) == kept.hash);
        CHECK(test::same_network(net, kept.holds(1)));
    }
}

TEST_CASE("the current format version has its kept file", "[io][unit]") {
    const kept_file& last = *std::rbegin(kept_files);
    CHECK(last.version == io::network_format_version);
    // Not compared byte for byte: another zlib may compress otherwise.
    CHECK(io::network_hash(last.holds(1)) == last.hash);
}

TEST_CASE("a network is written in the earliest version that holds it", "[io][unit]") {
    for (const kept_file& kept : kept_files) {
        CHECK(io::network_format_of(kept.holds(1)) == kept.version);
    }
}
