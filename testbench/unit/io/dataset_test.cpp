// SPDX-License-Identifier: Apache-2.0
#include <synfire/io/dataset.hpp>

#include <cstdlib>

#include <synfire/core/error.hpp>
#include <synfire/io/files.hpp>

#include <support/catch.hpp>

#include "bytes.hpp"
#include "compress.hpp"
#include "numpy_files.hpp"
#include "scratch_folder.hpp"

using namespace synfire;
using io::dataset_part;
using io::load_dataset;
using test::big_endian;
using test::check_refused;
using test::scratch_folder;

namespace {

const std::string two_images =
    big_endian(0x0803) + big_endian(2) + big_endian(1) + big_endian(2) + "abcd";
const std::string two_labels = big_endian(0x0801) + big_endian(2) + std::string("\x03\x04", 2);
const std::string three_labels =
    big_endian(0x0801) + big_endian(3) + std::string("\x03\x04\x05", 3);

dataset bytes_of_shape(std::vector<std::int64_t> shape) {
    dataset data;
    data.name = "data";
    data.sample_shape = std::move(shape);
    data.bytes.resize(data.sample_size());
    return data;
}

input_encoding input_of_shape(std::vector<std::int64_t> shape) {
    input_encoding input;
    input.data_shape = std::move(shape);
    return input;
}

std::string shared_data() {
    const char* folder = std::getenv("SYNFIRE_SHARED_DIR");
    return std::string(folder != nullptr ? folder : SYNFIRE_SHARED_DIR) + "/data/";
}

bool missing(const std::string& path) {
    if (std::filesystem::exists(path)) { return false; }
    WARN("SKIPPED: " << path << " is not there");
    return true;
}

}  // namespace

TEST_CASE("digits are built in and have two parts", "[io][unit]") {
    const dataset test = load_dataset("digits", dataset_part::test);
    CHECK(test.size() == 360);
    CHECK(test.labels.size() == 360);
    CHECK(test.sample_shape == std::vector<std::int64_t>{8, 8});
    CHECK(test.name == "digits");
    CHECK(load_dataset("digits", dataset_part::train).size() == 1437);
    CHECK(load_dataset("digits:train").size() == 1437);
    CHECK(load_dataset("digits:test", dataset_part::train).size() == 360);
    CHECK(io::default_scale(test) == 1.0 / 16);
}

TEST_CASE("digits are looked for where SYNFIRE_DATA_DIR says", "[io][unit]") {
    const scratch_folder folder;
    std::filesystem::create_directory(folder / "digits");
    folder.put("digits/test-images-idx3-ubyte", two_images);
    folder.put("digits/test-labels-idx1-ubyte.gz", test::gzip(two_labels));
    ::setenv("SYNFIRE_DATA_DIR", folder.path().c_str(), 1);
    const std::size_t found = load_dataset("digits").size();
    ::unsetenv("SYNFIRE_DATA_DIR");
    CHECK(found == 2);
}

TEST_CASE("Fashion-MNIST comes from its Debian package", "[io][unit]") {
    if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
        check_refused("apt-get install", [] { load_dataset("fashion-mnist"); });
        return;
    }
    const dataset data = load_dataset("fashion-mnist:test");
    CHECK(data.size() == 10000);
    CHECK(data.sample_shape == std::vector<std::int64_t>{28, 28});
    CHECK(data.labels[0] == 9);
}

TEST_CASE("an IDX pair is read by its two names or finds its labels", "[io][unit]") {
    const scratch_folder folder;
    const std::string images = folder.put("train-images-idx3-ubyte", two_images).string();
    const std::string labels = folder.put("other", two_labels).string();
    CHECK(load_dataset(images).labels.empty());
    CHECK(load_dataset(images + "," + labels).labels == std::vector<std::int32_t>{3, 4});
    folder.put("train-labels-idx1-ubyte.gz", test::gzip(two_labels));
    CHECK(load_dataset(images).labels == std::vector<std::int32_t>{3, 4});
    CHECK(load_dataset(folder.path().string() + ":train").name == folder.path().string());
}

TEST_CASE("label files that do not fit are refused", "[io][unit]") {
    const scratch_folder folder;
    const std::string images = folder.put("a.idx", two_images).string();
    check_refused("3 labels",
                  [&] { load_dataset(images + "," + folder.put("l.idx", three_labels).string()); });
    check_refused("no labels", [&] {
        load_dataset(images + ","
                     + folder.put("e.idx", big_endian(0x0801) + big_endian(0)).string());
    });
    check_refused("missing.idx",
                  [&] { load_dataset(images + "," + (folder / "missing.idx").string()); });
}

TEST_CASE("a folder of CIFAR-10 files is read in order", "[io][unit]") {
    const scratch_folder folder;
    folder.put("data_batch_2.bin", std::string(1, '\x02') + std::string(3072, 'b'));
    folder.put("data_batch_1.bin.xz", test::xz(std::string(1, '\x01') + std::string(3072, 'a')));
    folder.put("test_batch.bin", std::string(1, '\x07') + std::string(3072, 't'));
    CHECK(load_dataset(folder.path(), dataset_part::train).labels
          == std::vector<std::int32_t>{1, 2});
    CHECK(load_dataset(folder.path(), dataset_part::test).labels == std::vector<std::int32_t>{7});
}

TEST_CASE("the name of a single file tells its format", "[io][unit]") {
    const scratch_folder folder;
    const std::string array = test::npy("<f4", "(2, 1)", test::raw<float>({1, 2}));
    CHECK(load_dataset(folder.put("a.csv.gz", test::gzip("1,2\n"))).reals
          == std::vector<float>{1, 2});
    CHECK(load_dataset(folder.put("a.npy", array)).size() == 2);
    CHECK(load_dataset(folder.put("a.npz.xz", test::xz(test::zip_of({{"x.npy", array}})))).size()
          == 2);
    check_refused("array 'x'", [&] {
        load_dataset(folder.put("b.npz", test::zip_of({{"z.npy", array}})));
    });
    check_refused("format", [&] { load_dataset(folder.put("a.dat", "1,2\n")); });
    check_refused("no such data set", [&] { load_dataset(folder / "missing.npz"); });
    check_refused("digits, fashion-mnist", [] { load_dataset("mnits"); });
    check_refused("usual file names", [&] { load_dataset(folder.path()); });
}

TEST_CASE("samples must have the shape that the network takes", "[io][unit]") {
    const auto fits = [](std::vector<std::int64_t> sample, std::vector<std::int64_t> input) {
        io::check_fits(bytes_of_shape(std::move(sample)), input_of_shape(std::move(input)),
                       "net.snn");
    };
    CHECK_NOTHROW(fits({28, 28}, {1, 28, 28}));
    CHECK_NOTHROW(fits({28, 28}, {28, 28, 1}));
    CHECK_NOTHROW(fits({28, 28}, {784}));
    CHECK_NOTHROW(fits({3, 4, 5}, {3, 4, 5}));
    check_refused("28 x 28", [&] { fits({28, 28}, {1, 8, 8}); });
    check_refused("3 x 4 x 5", [&] { fits({4, 5, 3}, {3, 4, 5}); });
    check_refused("784", [&] { fits({8, 8}, {784}); });
    check_refused("net.snn", [&] { fits({20, 3}, {3, 20}); });
}

TEST_CASE("8-bit data do not enter a network of real input, nor the other way round",
          "[io][unit]") {
    input_encoding real = input_of_shape({4});
    real.eight_bit = false;
    check_refused("real values", [&] { io::check_fits(bytes_of_shape({4}), real, "net.snn"); });
    dataset data;
    data.sample_shape = {4};
    data.reals.resize(4);
    check_refused("8-bit", [&] { io::check_fits(data, input_of_shape({4}), "net.snn"); });
    CHECK_NOTHROW(io::check_fits(data, real, "net.snn"));
    CHECK(io::default_scale(data) == 1.0);
    CHECK(io::default_scale(bytes_of_shape({4})) == 1.0 / 255);
}

TEST_CASE("labels must be classes of the network", "[io][unit]") {
    dataset data = bytes_of_shape({1});
    data.labels = {9};
    CHECK_NOTHROW(io::check_labels(data, 10));
    check_refused("9 for sample 0", [&] { io::check_labels(data, 9); });
}

TEST_CASE("the golden outputs of the zoo are read", "[io][unit]") {
    const auto arrays = io::read_npz(SYNFIRE_SOURCE_DIR "/models/zoo/digits_cnn/golden.npz");
    CHECK_FALSE(arrays.empty());
    for (const io::named_array& array : arrays) {
        std::size_t count = 1;
        for (const std::int64_t n : array.shape) { count *= static_cast<std::size_t>(n); }
        CHECK(std::visit([](const auto& values) { return values.size(); }, array.values) == count);
    }
    check_refused("nothing", [&] { io::find_array(arrays, "nothing"); });
}

TEST_CASE("MNIST as published is read", "[io][unit]") {
    const std::string folder = shared_data() + "mnist";
    if (missing(folder)) { return; }
    const dataset test = load_dataset(folder);
    CHECK(test.size() == 10000);
    CHECK(test.labels[0] == 7);
    CHECK(load_dataset(folder + "/train-images-idx3-ubyte.gz").labels.size() == 60000);
}

TEST_CASE("CIFAR-10 as published is read", "[io][unit]") {
    const std::string file = shared_data() + "cifar10/test_batch.bin.xz";
    if (missing(file)) { return; }
    const dataset data = load_dataset(file);
    CHECK(data.size() == 10000);
    CHECK(data.labels[0] == 3);
}
