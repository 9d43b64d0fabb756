// SPDX-License-Identifier: Apache-2.0
// Data sets and network files that cannot be used, and outputs that cannot be written.
#include <unistd.h>

#include <sys/stat.h>

#include <support/catch.hpp>
#include <unit/io/hdf5_edit.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire::test;

namespace {

/// A folder with a converted network in it.
struct converted {
    scratch_folder folder;
    std::filesystem::path net = folder / "net.snn";

    converted() {
        REQUIRE(synfire_program({"convert", digits_model().string(), "--calibration", "digits",
                                 "-o", net.string(), "--calibration-samples", "16"})
                    .status
                == 0);
    }
    program_run simulate(const std::string& data) const {
        return synfire_program({"simulate", net.string(), "--data", data, "--samples", "2"});
    }
};

std::string big_endian(std::uint32_t value) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        text += static_cast<char>((value >> shift) & 0xff);
    }
    return text;
}

/// An IDX file of images, as long as `bytes` says.
std::string idx(std::uint32_t count, std::uint32_t rows, std::uint32_t columns, std::size_t bytes) {
    return std::string("\0\0\x08\x03", 4) + big_endian(count) + big_endian(rows)
           + big_endian(columns) + std::string(bytes, '\1');
}

}  // namespace

TEST_CASE("data sets that cannot be used are bad input", "[cli]") {
    const converted c;
    const auto refuse = [&](const std::string& data, const std::vector<std::string>& parts) {
        CAPTURE(data);
        const program_run run = c.simulate(data);
        require_bad_input(run, parts);
        CHECK(run.out.empty());
    };
    refuse("no-such-data", {"no-such-data", "digits", "fashion-mnist"});
    refuse(c.folder.put("cut.idx", idx(4, 8, 8, 100)).string(), {"cut.idx"});
    refuse(c.folder.put("none.idx", idx(0, 8, 8, 0)).string(), {"none.idx"});
    refuse(c.folder.put("empty.idx", "").string(), {"empty.idx"});
    refuse(c.folder.put("wide.idx", idx(4, 8, 9, 288)).string(), {"8 x 9", "8 x 8"});
    refuse(c.folder.put("data.unknown", "1,2,3").string(), {"data.unknown", "format"});
    refuse(c.folder.put("words.csv", "one,two\nthree,four\n").string(), {"words.csv"});
    CHECK(c.simulate(c.folder.put("good.idx", idx(4, 8, 8, 256)).string()).status == 0);
}

TEST_CASE("calibration data that cannot be used are bad input", "[cli]") {
    const scratch_folder folder;
    const auto convert = [&](const std::string& data) {
        return synfire_program({"convert", digits_model().string(), "--calibration", data, "-o",
                                (folder / "net.snn").string()});
    };
    require_bad_input(convert(folder.put("none.idx", idx(0, 8, 8, 0)).string()), {"none.idx"});
    require_bad_input(convert(folder.put("cut.idx", idx(9, 8, 8, 17)).string()), {"cut.idx"});
    require_bad_input(convert(folder.put("wide.idx", idx(2, 9, 8, 144)).string()),
                      {"9 x 8", "1 x 8 x 8"});
    CHECK_FALSE(std::filesystem::exists(folder / "net.snn"));
}

TEST_CASE("network files that are damaged, foreign or of another version are bad input", "[cli]") {
    const converted c;
    const std::string whole = slurp(c.net);
    const auto refuse = [&](const std::string& name, const std::vector<std::string>& parts) {
        CAPTURE(name);
        const std::string file = (c.folder / name).string();
        require_bad_input(synfire_program({"simulate", file, "--data", "digits"}), parts);
        require_bad_input(synfire_program({"inspect", file}), parts);
    };
    refuse("missing.snn", {"missing.snn", "No such file"});
    c.folder.put("cut.snn", whole.substr(0, whole.size() / 2));
    refuse("cut.snn", {"cut.snn", "truncated"});
    c.folder.put("empty.snn", "");
    refuse("empty.snn", {"empty.snn"});
    std::string flipped = whole;
    flipped[whole.size() / 2] = static_cast<char>(~flipped[whole.size() / 2]);
    c.folder.put("flipped.snn", flipped);
    refuse("flipped.snn", {"flipped.snn", "checksum"});
    std::vector<std::byte> bytes(whole.size());
    std::transform(whole.begin(), whole.end(), bytes.begin(),
                   [](char b) { return static_cast<std::byte>(b); });
    const std::vector<std::byte> newer =
        edited(bytes, [](hid_t file) { set_integer(file, "/", "version", 99); });
    c.folder.put("newer.snn",
                 std::string(reinterpret_cast<const char*>(newer.data()), newer.size()));
    refuse("newer.snn", {"newer.snn", "version", "99"});
}

TEST_CASE("outputs that cannot be written are bad input, and nothing is left", "[cli]") {
    const converted c;
    std::filesystem::create_directory(c.folder / "folder");
    const std::size_t files = c.folder.entries();
    const auto convert_to = [&](const std::string& output) {
        return synfire_program({"convert", digits_model().string(), "--calibration", "digits",
                                "--calibration-samples", "8", "-o", output});
    };
    require_bad_input(convert_to((c.folder / "nowhere/net.snn").string()),
                      {"nowhere/net.snn", "cannot be written"});
    require_bad_input(convert_to((c.folder / "folder").string()), {"folder"});
    require_bad_input(convert_to("/proc/net.snn"), {"/proc/net.snn", "cannot be written"});
    require_bad_input(synfire_program({"simulate", c.net.string(), "--data", "digits", "--samples",
                                       "1", "--json", (c.folder / "nowhere/run.json").string()}),
                      {"nowhere/run.json", "cannot be written"});
    CHECK(c.folder.entries() == files);
    if (::geteuid() == 0) { return; }  // root may write anywhere
    ::chmod((c.folder / "folder").c_str(), 0555);
    require_bad_input(convert_to((c.folder / "folder/net.snn").string()), {"cannot be written"});
    ::chmod((c.folder / "folder").c_str(), 0755);
}
