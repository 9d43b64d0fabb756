// SPDX-License-Identifier: Apache-2.0
// Tables that grow on disk: all formats hold what was appended, and nothing is left of those that
// were not finished.
#include <synfire/io/record_file.hpp>

#include <span>

#include <hdf5.h>

#include <synfire/io/dataset.hpp>
#include <synfire/io/files.hpp>

#include <support/catch.hpp>

#include "bytes.hpp"
#include "hdf5.hpp"
#include "scratch_folder.hpp"

using namespace synfire;
using test::check_refused;
using test::scratch_folder;

namespace {

std::vector<io::record_table> tables() {
    io::record_table spikes{"a/b", "spikes", {{"sample"}, {"step"}, {"neuron"}, {"sign"}}, {}};
    io::record_table rates{
        "a_b", "rates", {{"sample"}, {"values", true, 2}}, {{"kind", "spiking"}}};
    return {spikes, rates};
}

using ints = std::vector<std::int32_t>;
using reals = std::vector<double>;

void fill(io::record_file& file) {
    for (std::int32_t k = 0; k < 2; ++k) {
        const ints sample{k, k};
        const ints step{10 * k, 10 * k + 1};
        const ints neuron{3, 4};
        const ints sign{1, -1};
        file.append(0, 2,
                    std::vector<io::record_values>{std::span<const std::int32_t>(sample),
                                                   std::span<const std::int32_t>(step),
                                                   std::span<const std::int32_t>(neuron),
                                                   std::span<const std::int32_t>(sign)});
        const ints one{k};
        const reals values{0.5, 0.25 * k};
        file.append(1, 1,
                    std::vector<io::record_values>{std::span<const std::int32_t>(one),
                                                   std::span<const double>(values)});
    }
}

std::string written(const scratch_folder& folder, const char* name) {
    const std::string path = (folder / name).string();
    const auto file = io::create_record_file(path, tables());
    fill(*file);
    CHECK_FALSE(std::filesystem::exists(path));
    file->commit();
    return path;
}

template <class Number>
std::vector<Number> hdf5_values(hid_t file, const char* path, hid_t native, std::size_t size) {
    std::vector<Number> values(size);
    const io::hdf5_handle data(H5Dopen2(file, path, H5P_DEFAULT), H5Dclose);
    const io::hdf5_handle space(H5Dget_space(data.get()), H5Sclose);
    REQUIRE(H5Sget_simple_extent_npoints(space.get()) == static_cast<hssize_t>(size));
    REQUIRE(H5Dread(data.get(), native, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
    return values;
}

}  // namespace

TEST_CASE("records become NumPy arrays", "[io][unit]") {
    const scratch_folder folder;
    const std::string path = written(folder, "r.npz");
    const std::vector<io::named_array> arrays = io::read_npz(path);
    CHECK(arrays.size() == 6);
    CHECK(std::get<ints>(io::find_array(arrays, "a_b.spikes.step").values) == ints{0, 1, 10, 11});
    CHECK(std::get<ints>(io::find_array(arrays, "a_b.spikes.sign").values) == ints{1, -1, 1, -1});
    const io::named_array& rates = io::find_array(arrays, "a_b_.rates.values");
    CHECK(rates.shape == std::vector<std::int64_t>{2, 2});
    CHECK(std::get<reals>(rates.values) == reals{0.5, 0.0, 0.5, 0.25});
    // Equal records give equal bytes.
    CHECK(io::read_file(path) == io::read_file(written(folder, "again.npz")));
}

TEST_CASE("records become lines of CSV", "[io][unit]") {
    const scratch_folder folder;
    CHECK(io::read_text(written(folder, "r.csv"))
          == "population,record,sample,step,neuron,value\n"
             "a/b,spikes,0,0,3,1\na/b,spikes,0,1,4,-1\n"
             "a_b,rates,0,,0,0.5\na_b,rates,0,,1,0\n"
             "a/b,spikes,1,10,3,1\na/b,spikes,1,11,4,-1\n"
             "a_b,rates,1,,0,0.5\na_b,rates,1,,1,0.25\n");
}

TEST_CASE("records become data sets of HDF5", "[io][unit]") {
    const scratch_folder folder;
    const std::vector<std::byte> content = io::read_file(written(folder, "r.h5"));
    CHECK(content == io::read_file(written(folder, "again.hdf5")));
    const io::hdf5_session session;
    const io::hdf5_handle file = io::open_hdf5_image(content);
    REQUIRE(file.valid());
    CHECK(hdf5_values<std::int32_t>(file.get(), "/a_b/spikes/step", H5T_NATIVE_INT32, 4)
          == ints{0, 1, 10, 11});
    CHECK(hdf5_values<double>(file.get(), "/a_b_/rates/values", H5T_NATIVE_DOUBLE, 4)
          == reals{0.5, 0.0, 0.5, 0.25});
    CHECK(H5Aexists_by_name(file.get(), "/a_b_/rates", "kind", H5P_DEFAULT) > 0);
}

TEST_CASE("records that are not finished leave nothing behind", "[io][unit]") {
    const scratch_folder folder;
    for (const char* name : {"r.npz", "r.csv", "r.h5"}) {
        const auto file = io::create_record_file(folder / name, tables());
        fill(*file);
        CHECK(std::filesystem::exists(file->temporaries().front()));
    }
    CHECK(std::filesystem::is_empty(folder / ""));
}

TEST_CASE("records go nowhere under another name or in no folder", "[io][unit]") {
    const scratch_folder folder;
    check_refused("the name does not tell the format of the records",
                  [&] { io::create_record_file(folder / "r.txt", tables()); });
    for (const char* name : {"no/r.npz", "no/r.csv", "no/r.h5"}) {
        check_refused("cannot be written",
                      [&] { io::create_record_file(folder / name, tables()); });
    }
}
