// SPDX-License-Identifier: Apache-2.0
// Recordings of events: every layout, and what is refused of each.
#include <synfire/io/dataset.hpp>

#include <cstdlib>
#include <functional>

#include <synfire/core/error.hpp>
#include <synfire/io/files.hpp>

#include <support/catch.hpp>

#include "bytes.hpp"
#include "data/recordings.hpp"
#include "hdf5_edit.hpp"
#include "numpy_files.hpp"
#include "scratch_folder.hpp"

using namespace synfire;
using test::check_refused;
using test::npy;
using test::raw;
using test::scratch_folder;

namespace {

std::string aer(int x, int y, int polarity, std::uint32_t time) {
    std::string event;
    event += static_cast<char>(x);
    event += static_cast<char>(y);
    event += static_cast<char>((polarity << 7) | static_cast<int>(time >> 16U));
    event += static_cast<char>((time >> 8U) & 0xFFU);
    event += static_cast<char>(time & 0xFFU);
    return event;
}

dataset parsed(const std::string& file) {
    dataset data;
    io::append_aer(test::as_bytes(file), "r.bin", data);
    return data;
}

std::uint32_t camera(std::uint32_t polarity, std::uint32_t y, std::uint32_t x) {
    return (polarity * 256 + y) * 256 + x;
}

using arrays = std::vector<std::pair<std::string, std::string>>;

std::string integers(const std::vector<std::int64_t>& values) {
    return npy("<i8", "(" + std::to_string(values.size()) + ",)", raw(values));
}

std::string npz(const arrays& entries) {
    arrays named;
    for (const auto& [name, content] : entries) { named.emplace_back(name + ".npy", content); }
    return test::zip_of(named);
}

dataset parsed_npz(const arrays& entries) {
    const std::string file = npz(entries);
    return io::parse_npz_events(test::as_bytes(file), "e.npz");
}

std::string shared_recordings() {
    const char* folder = std::getenv("SYNFIRE_SHARED_DIR");
    return std::string(folder != nullptr ? folder : SYNFIRE_SHARED_DIR) + "/data/nmnist/";
}

}  // namespace

TEST_CASE("40-bit address events are read, with the overflows of their clock", "[io][unit]") {
    const dataset data = parsed(aer(3, 4, 1, 70000) + aer(0, 240, 0, 0) + aer(33, 0, 0, 70001));
    REQUIRE(data.size() == 1);
    CHECK(data.sample_shape == std::vector<std::int64_t>{2, 256, 256});
    CHECK(data.events
          == std::vector<sensor_event>{{70000, camera(1, 4, 3)}, {78193, camera(0, 0, 33)}});
}

TEST_CASE("address events that are cut short or out of order are refused", "[io][unit]") {
    check_refused("r.bin: is no recording of 40-bit events", [] { parsed(""); });
    check_refused("6 bytes", [] { parsed(aer(1, 2, 0, 5) + "x"); });
    check_refused("recording 0, event 1: events are not in the order of their times",
                  [] { parsed(aer(1, 2, 0, 5) + aer(1, 2, 0, 4)); });
    check_refused("4 us after 5 us", [] { parsed(aer(1, 2, 0, 5) + aer(1, 2, 0, 4)); });
}

TEST_CASE("times that no recording can have are refused", "[io][unit]") {
    dataset data;
    check_refused("before the start", [&] { io::add_event(data, -1, 0, "here"); });
    check_refused("too late to be counted", [&] { io::add_event(data, 1LL << 33, 0, "here"); });
}

TEST_CASE("a folder per class is read in the order of file names", "[io][unit]") {
    const scratch_folder folder;
    for (const char* name : {"Test/0", "Test/1", "Train/0", "Test/notes"}) {
        std::filesystem::create_directories(folder / name);
    }
    io::write_file(folder / "Test/1/00001.bin", aer(1, 1, 0, 1));
    io::write_file(folder / "Test/0/00002.bin", aer(2, 1, 0, 2));
    io::write_file(folder / "Test/1/00003.bin", aer(3, 1, 0, 3));
    io::write_file(folder / "Test/0/readme.txt", std::string_view("not a recording"));
    io::write_file(folder / "Train/0/00009.bin", aer(9, 1, 0, 9));
    const std::string name = (folder / "").string();
    const dataset test = io::load_data(name);
    CHECK(test.labels == std::vector<std::int32_t>{1, 0, 1});
    CHECK(test.event_sample(1).front() == sensor_event{2, camera(0, 1, 2)});
    CHECK(io::load_data(name + ":train").size() == 1);
    CHECK(io::load_data(name, io::dataset_part::train).event_sample(0).front().time_us == 9);
    CHECK(io::load_data((folder / "Test").string()).size() == 3);
    check_refused("holds recordings of events", [&] { io::load_dataset(name); });
}

TEST_CASE("a list names files of a folder, or pieces of one file", "[io][unit]") {
    const scratch_folder folder;
    io::write_file(folder / "a.bin", aer(1, 1, 0, 1) + aer(2, 1, 0, 2));
    io::write_file(folder / "b.bin", aer(3, 1, 0, 3));
    io::write_file(folder / "files.csv", std::string_view("file,label\nb.bin,4\na.bin,0\n\n"));
    const std::string path = (folder / "").string();
    const dataset files = io::load_data(path + "," + path + "files.csv");
    CHECK(files.labels == std::vector<std::int32_t>{4, 0});
    CHECK(files.event_ends == std::vector<std::size_t>{1, 3});
    io::write_file(folder / "pieces.csv",
                   std::string_view("sample,label,byte_offset,n_events\n9,7,5,1\r\n8,6,0,2\r\n"));
    const dataset pieces = io::load_data(path + "a.bin," + path + "pieces.csv");
    CHECK(pieces.labels == std::vector<std::int32_t>{7, 6});
    CHECK(pieces.event_sample(0).front().time_us == 2);
    CHECK(pieces.event_sample(1).size() == 2);
}

TEST_CASE("lists that say nothing useful are refused with their line", "[io][unit]") {
    const scratch_folder folder;
    io::write_file(folder / "a.bin", aer(1, 1, 0, 1));
    const std::string path = (folder / "").string();
    const auto refused = [&](const std::string& recordings, const std::string& list,
                             const std::string& part) {
        io::write_file(folder / "list.csv", list);
        check_refused(part, [&] { io::load_data(path + recordings + "," + path + "list.csv"); });
    };
    refused("", "name,label\na.bin,1\n", "is no list of recordings");
    refused("", "file,label\n", "lists no recordings");
    refused("", "file,label\na.bin\n", "line 2: has another number of columns");
    refused("", "file,label\na.bin,x\n", "line 2: holds an impossible label");
    refused("", "file,label\n,1\n", "names no file");
    refused("", "file,label\nmissing.bin,1\n", "missing.bin: cannot be opened");
    refused("", "byte_offset,n_events\n0,1\n", "does not name the files");
    refused("a.bin", "file,label\na.bin,1\n", "are said to be in one file");
    refused("a.bin", "byte_offset,n_events\n0,x\n", "'n_events' is not a number");
    refused("a.bin", "byte_offset,n_events\n5,1\n", "beyond the end of the file");
    refused("a.bin", "byte_offset,n_events\n0,9000000000000000000\n", "beyond the end");
    refused("a.bin", "byte_offset,n_events\n18446744073709551611,1\n", "beyond the end");
}

TEST_CASE("events are NumPy arrays of a camera or of units", "[io][unit]") {
    const dataset units =
        parsed_npz({{"times", npy("<f8", "(3,)", raw<double>({0.5, 0.75, 0.001}))},
                    {"units", integers({7, 0, 3})},
                    {"ends", integers({2, 3})},
                    {"labels", integers({1, 0})}});
    CHECK(units.sample_shape == std::vector<std::int64_t>{8});
    CHECK(units.events == std::vector<sensor_event>{{500000, 7}, {750000, 0}, {1000, 3}});
    CHECK(units.labels == std::vector<std::int32_t>{1, 0});
    const dataset pixels = parsed_npz({{"times", integers({5, 5})},
                                       {"x", integers({1, 2})},
                                       {"y", integers({1, 0})},
                                       {"p", integers({0, 1})}});
    CHECK(pixels.size() == 1);
    CHECK(pixels.sample_shape == std::vector<std::int64_t>{2, 2, 3});
    CHECK(pixels.events == std::vector<sensor_event>{{5, 4}, {5, 8}});
}

TEST_CASE("arrays of events that contradict each other are refused", "[io][unit]") {
    const auto refused = [](const std::string& part, const arrays& entries) {
        check_refused(part, [&] { parsed_npz(entries); });
    };
    const std::string two = integers({1, 2});
    refused("has no array 'times'", {{"units", two}});
    refused("has no array 'x'", {{"times", two}});
    refused("has the wrong shape", {{"times", two}, {"units", integers({1})}});
    refused("not in the order", {{"times", integers({2, 1})}, {"units", two}});
    refused("before the start", {{"times", integers({-1, 1})}, {"units", two}});
    refused("no number of seconds",
            {{"times", npy("<f4", "(1,)", raw<float>({1e30F}))}, {"units", integers({1})}});
    refused("names no place", {{"times", two}, {"units", integers({-1, 1})}});
    refused("names no place", {{"times", two}, {"x", two}, {"y", two}, {"p", two}});
    refused("holds real numbers",
            {{"times", two}, {"units", npy("<f8", "(2,)", raw<double>({1, 2}))}});
    refused("does not say where recordings end",
            {{"times", two}, {"units", two}, {"ends", integers({3})}});
    refused("does not say where recordings end",
            {{"times", two}, {"units", two}, {"ends", integers({2, 1})}});
    refused("leaves events out", {{"times", two}, {"units", two}, {"ends", integers({1})}});
    refused("one label per sample", {{"times", two}, {"units", two}, {"labels", two}});
    refused("impossible label", {{"times", two}, {"units", two}, {"labels", integers({-1})}});
}

namespace {

/// spikes/times and spikes/units of two recordings, and labels.
std::vector<std::byte> heidelberg(const std::vector<double>& first,
                                  std::function<void(hid_t)> edit = {}) {
    std::vector<double> times = first;
    std::vector<std::int64_t> units{3, 699};
    std::vector<double> more{0.25};
    std::vector<std::int64_t> one{5};
    return test::built([&](hid_t file) {
        const hid_t group = H5Gcreate2(file, "spikes", 0, 0, 0);
        const hsize_t two = 2;
        const hid_t space = H5Screate_simple(1, &two, nullptr);
        const auto write = [&](const char* name, hid_t native, hvl_t* values) {
            const hid_t type = H5Tvlen_create(native);
            const hid_t made = H5Dcreate2(group, name, type, space, 0, 0, 0);
            H5Dwrite(made, type, 0, 0, 0, values);
            H5Dclose(made);
            H5Tclose(type);
        };
        hvl_t t[2] = {{times.size(), times.data()}, {1, more.data()}};
        hvl_t u[2] = {{2, units.data()}, {1, one.data()}};
        write("times", H5T_NATIVE_DOUBLE, t);
        write("units", H5T_NATIVE_INT64, u);
        const hid_t labels = H5Dcreate2(file, "labels", H5T_STD_U16LE, space, 0, 0, 0);
        const std::int64_t numbers[2] = {19, 0};
        H5Dwrite(labels, H5T_NATIVE_INT64, 0, 0, 0, numbers);
        H5Dclose(labels);
        H5Sclose(space);
        H5Gclose(group);
        if (edit) { edit(file); }
    });
}

void check_heidelberg_refused(const std::string& part, const std::vector<std::byte>& file) {
    check_refused(part, [&] { io::parse_hdf5_events(file, "shd.h5"); });
}

}  // namespace

TEST_CASE("sequences of the Heidelberg data sets are read", "[io][unit]") {
    const std::vector<std::byte> file = heidelberg({0.001, 0.0125});
    CHECK(io::is_hdf5(file));
    const dataset data = io::parse_hdf5_events(file, "shd.h5");
    CHECK(data.sample_shape == std::vector<std::int64_t>{700});
    CHECK(data.events == std::vector<sensor_event>{{1000, 3}, {12500, 699}, {250000, 5}});
    CHECK(data.event_ends == std::vector<std::size_t>{2, 3});
    CHECK(data.labels == std::vector<std::int32_t>{19, 0});
    const scratch_folder folder;
    io::write_file(folder / "shd.h5", file);
    CHECK(io::load_data((folder / "shd.h5").string()).size() == 2);
}

TEST_CASE("HDF5 files that are not in that layout are refused", "[io][unit]") {
    check_heidelberg_refused("not in the order", heidelberg({0.2, 0.1}));
    check_heidelberg_refused("before the start", heidelberg({-0.2, 0.1}));
    check_heidelberg_refused("no number of seconds", heidelberg({1e300, 0.1}));
    check_heidelberg_refused("has not one unit per time", heidelberg({0.1}));
    check_heidelberg_refused("spikes/units: is not there", heidelberg({0.1, 0.2}, [](hid_t file) {
                                 test::remove_member(file, "/spikes/units");
                             }));
    check_heidelberg_refused("is a link to somewhere else", heidelberg({0.1, 0.2}, [](hid_t file) {
                                 test::remove_member(file, "/spikes/units");
                                 H5Lcreate_soft("/labels", file, "/spikes/units", 0, 0);
                             }));
    check_heidelberg_refused("holds no sequences", heidelberg({0.1, 0.2}, [](hid_t file) {
                                 test::set_integers(file, "/spikes/units", {1, 2}, H5T_STD_I32LE);
                             }));
    check_heidelberg_refused("one label per sample", heidelberg({0.1, 0.2}, [](hid_t file) {
                                 test::set_integers(file, "/labels", {1}, H5T_STD_I32LE);
                             }));
    const std::vector<std::byte> whole = heidelberg({0.1, 0.2});
    const std::vector<std::byte> half(whole.begin(), whole.begin() + 900);
    check_heidelberg_refused("shd.h5", half);
    const scratch_folder folder;
    io::write_file(folder / "text.h5", std::string_view("text"));
    check_refused("is not an HDF5 file", [&] { io::load_data((folder / "text.h5").string()); });
}

TEST_CASE("the subset of N-MNIST is read as its description says", "[io][unit]") {
    const std::string folder = shared_recordings();
    if (!std::filesystem::exists(folder + "nmnist_test.csv")) {
        WARN("SKIPPED: " << folder << " is not there");
        return;
    }
    const dataset data = io::load_data(folder + "nmnist_test.bin.xz," + folder + "nmnist_test.csv");
    CHECK(data.size() == 100);
    CHECK(data.events.size() == 385596);
    std::vector<int> of_class(10);
    for (const std::int32_t label : data.labels) { of_class[static_cast<std::size_t>(label)] += 1; }
    CHECK(of_class == std::vector<int>{8, 14, 8, 11, 14, 7, 10, 15, 2, 11});
    for (const sensor_event& e : data.events) {
        if (e.place % 256 < 34 && e.place / 256 % 256 < 34) { continue; }
        FAIL("an event outside the sensor");
    }
}
