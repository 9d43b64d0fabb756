// SPDX-License-Identifier: Apache-2.0
// Which data set is for which input of a network.
#include <synfire/io/dataset.hpp>

#include <synfire/io/files.hpp>

#include <support/catch.hpp>

#include "bytes.hpp"
#include "numpy_files.hpp"
#include "scratch_folder.hpp"

using namespace synfire;
using io::load_inputs;
using test::check_refused;
using test::npy;
using test::raw;
using test::scratch_folder;
using test::zip_of;

namespace {

using names = std::vector<std::string>;

const names two{"image", "extra"};

std::string bytes_file() { return npy("|u1", "(2, 3)", "abcdef"); }
std::string reals_file(std::size_t samples) {
    return npy("<f4", "(" + std::to_string(samples) + ", 1)",
               raw(std::vector<float>(samples, 0.5F)));
}

/// Paths of files with these contents.
struct files {
    scratch_folder folder;

    std::string operator()(const std::string& name, const std::string& content) const {
        io::write_file(folder / name, test::as_bytes(content));
        return (folder / name).string();
    }
};

}  // namespace

TEST_CASE("each input gets the data set that is called as it is", "[io][unit]") {
    const files file;
    const std::string image = "image=" + file("a.npy", bytes_file());
    const std::string extra = "extra=" + file("b=,c.npy", reals_file(2));
    for (const names& given : {names{image, extra}, names{extra, image}, names{image + "," + extra},
                               names{extra + "," + image}}) {
        CAPTURE(given);
        const dataset data = load_inputs(given, two);
        REQUIRE(data.inputs() == 2);
        CHECK(data.sample_shape == std::vector<std::int64_t>{3});
        CHECK(data.eight_bit());
        CHECK_FALSE(data.input(1).eight_bit());
        CHECK(data.input(1).size() == 2);
    }
    CHECK(load_inputs({image}, {"image"}).inputs() == 1);
    CHECK(load_inputs({image.substr(6)}, {"image"}).size() == 2);
}

TEST_CASE("one archive holds an array per input and the answers", "[io][unit]") {
    const files file;
    const std::string all =
        file("all.npz", zip_of({{"extra.npy", reals_file(2)},
                                {"y.npy", npy("<i4", "(2,)", raw(std::vector<std::int32_t>{1, 0}))},
                                {"image.npy", bytes_file()}}));
    const dataset data = load_inputs({all}, two);
    CHECK(data.labels == std::vector<std::int32_t>{1, 0});
    CHECK(data.input(1).reals == std::vector<float>{0.5F, 0.5F});
    CHECK(data.input(1).labels.empty());
    check_refused("no array 'other'", [&] { load_inputs({all}, {"image", "other"}); });
    check_refused("arrays extra, y, image", [&] { load_inputs({all}, {"image", "other"}); });
    // An input called y has the array y; then nothing in the archive is an answer.
    CHECK(load_inputs({all}, {"image", "y"}).labels.empty());
}

TEST_CASE("answers come from any one of the data sets", "[io][unit]") {
    const files file;
    const std::string plain = "image=" + file("a.npy", bytes_file());
    const auto labelled = [&](const std::string& name, std::vector<std::int32_t> labels) {
        return file(name, zip_of({{"x.npy", reals_file(2)},
                                  {"labels.npy", npy("<i4", "(2,)", raw(labels))}}));
    };
    const std::string extra = "extra=" + labelled("b.npz", {2, 1});
    const dataset data = load_inputs({plain, extra}, two);
    CHECK(data.labels == std::vector<std::int32_t>{2, 1});
    CHECK(data.input(1).labels.empty());
    CHECK(load_inputs({"image=" + labelled("c.npz", {2, 1}), extra}, two).labels == data.labels);
    check_refused("has other labels", [&] {
        load_inputs({"image=" + labelled("d.npz", {0, 1}), extra}, two);
    });
}

TEST_CASE("data for inputs that do not exist, or for none, are refused", "[io][unit]") {
    const files file;
    const std::string path = file("a.npy", bytes_file());
    const auto refused = [&](const std::string& why, const names& given) {
        check_refused(why, [&] { load_inputs(given, two); });
        check_refused("image, extra", [&] { load_inputs(given, two); });
    };
    refused("does not say which input", {path});
    refused("does not say which input", {"image=" + path, path});
    refused("names no input", {"image=" + path, "sound=" + path});
    refused("none for extra", {"image=" + path});
    check_refused("has data already", [&] {
        load_inputs({"image=" + path, "image=" + path}, two);
    });
    check_refused("differ in length", [&] {
        load_inputs({"image=" + path, "extra=" + file("b.npy", reals_file(3))}, two);
    });
    check_refused("names no input", [&] { load_inputs({"image=" + path, path + "=b"}, two); });
}
