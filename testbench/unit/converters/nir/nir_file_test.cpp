// SPDX-License-Identifier: Apache-2.0
// HDF5 files as trees: what is written comes back, and damaged files are refused.
#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include <synfire/converters/nir_graph.hpp>
#include <synfire/core/error.hpp>
#include <synfire/io/hdf5_tree.hpp>

#include "support/catch.hpp"
#include "support/nir_builder.hpp"

using namespace synfire;
using test::contains_text;
using test::nir_builder;

namespace {

nir_builder small() {
    nir_builder graph;
    graph.input({2}).lif("lif", 2, 2.0).output({2}).chain({"input", "lif", "output"});
    return graph;
}

}  // namespace

TEST_CASE("trees come back from their bytes as they were", "[io][nir]") {
    io::hdf5_tree tree = small().file();
    tree.groups[0].values.push_back(test::numbers("narrow", {0.5, -1.25}, {1, 2}));
    tree.groups[0].values.back().bits = 32;
    tree.groups[0].values.push_back({"whole", io::hdf5_kind::integers, 64, {}, {-7.0}, {}});
    const std::vector<std::byte> bytes = io::encode_hdf5_tree(tree);
    CHECK(bytes == io::encode_hdf5_tree(tree));
    const io::hdf5_tree back = io::decode_hdf5_tree(bytes, "memory");
    REQUIRE(back.group("node") != nullptr);
    const io::hdf5_value* narrow = back.group("node")->value("narrow");
    REQUIRE(narrow != nullptr);
    CHECK(narrow->numbers == std::vector<double>{0.5, -1.25});
    CHECK(narrow->extents == std::vector<std::size_t>{1, 2});
    CHECK(narrow->bits == 32);
    CHECK(back.group("node")->value("whole")->kind == io::hdf5_kind::integers);
    CHECK(back.group("node")->value("whole")->numbers == std::vector<double>{-7.0});
    CHECK(back.value("version")->texts == std::vector<std::string>{"1.0.8"});
    const converters::nir_graph graph = converters::nir_from_tree(back, "memory");
    CHECK(graph.nodes.size() == 3);
    CHECK(graph.edges.size() == 2);
}

TEST_CASE("files that are cut off or no HDF5 at all are refused", "[io][nir]") {
    const std::vector<std::byte> bytes = io::encode_hdf5_tree(small().file());
    CHECK_THROWS_WITH(io::decode_hdf5_tree({}, "x.nir"), contains_text("is not an HDF5 file"));
    const std::vector<std::byte> text(100, std::byte{'x'});
    CHECK_THROWS_WITH(io::decode_hdf5_tree(text, "x.nir"), contains_text("is not an HDF5 file"));
    for (const std::size_t length : {bytes.size() / 4, bytes.size() / 2}) {
        CHECK_THROWS_AS(io::decode_hdf5_tree(std::span(bytes).first(length), "x.nir"), bad_input);
    }
    CHECK_THROWS_AS(converters::read_nir("no-such-file.nir"), bad_input);
}

TEST_CASE("files that the NIR library wrote load", "[converters][nir]") {
    const std::filesystem::path zoo = std::filesystem::path(SYNFIRE_SOURCE_DIR) / "models/zoo";
    for (const char* name : {"fashion_rows", "fashion_spiking_cnn"}) {
        const converters::nir_graph graph =
            converters::read_nir(zoo / name / "model.nir", converters::nir_rules::strict);
        CHECK(graph.deviations.empty());
        CHECK(graph.version == "1.0.8");
    }
}
