// SPDX-License-Identifier: Apache-2.0
// synfire cosim --trace: four files that are whole or not there, and nothing else is touched.
#include <sys/stat.h>

#include <filesystem>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "cosim_runs.hpp"

using namespace synfire::test;
namespace fs = std::filesystem;

namespace {

/// A network of digits in a folder, and runs of one sample that leave a waveform in it.
struct traced_folder {
    scratch_folder folder;
    std::string net = digits_net(folder);

    std::string path(const std::string& name) const { return (folder / name).string(); }
    program_run trace(const std::string& name, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> arguments{"cosim",     net, "--data",  "digits",
                                           "--samples", "2", "--trace", path(name)};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return synfire_program(arguments);
    }
    /// The command ends with this status, says so, and leaves every file as it was.
    void require_refused(const program_run& run, int status, const std::string& said,
                         std::size_t entries) const {
        INFO("standard error: " << run.err);
        CHECK(run.status == status);
        CHECK(run.out.empty());
        CHECK_THAT(run.err, contains_text(said));
        CHECK(folder.entries() == entries);
    }
};

bool is_waveform(const fs::path& file) {
    return fs::is_regular_file(file) && fs::file_size(file) > 1000;
}

const std::vector<std::string> one_layer{"--window", "layer=/conv1/Conv,sample=0"};

}  // namespace

TEST_CASE("a trace is four files, and a command that shows them", "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const traced_folder t;
    const std::string stem = t.path("sp ace");
    const program_run run = t.trace("sp ace.fst", one_layer);
    INFO(run.err);
    REQUIRE(run.status == 0);
    CHECK(is_waveform(stem + ".fst"));
    CHECK_THAT(slurp(stem + ".gtkw"), contains_text("[dumpfile] \"" + stem + ".fst\""));
    CHECK_THAT(slurp(stem + ".gtkw"), contains_text("trace_patterns_o[127:0]"));
    CHECK_THAT(slurp(stem + ".layers.txt"), contains_text("/conv1/Conv"));
    CHECK_THAT(slurp(stem + ".states.txt"), contains_text("Idle"));
    CHECK_THAT(run.out,
               contains_text("waveform: gtkwave '" + stem + ".fst' '" + stem + ".gtkw'\n"));
    CHECK(t.folder.entries() == 5);
}

TEST_CASE("the save file shows as many lanes as the engine has", "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const traced_folder t;
    REQUIRE(t.trace("wide.fst", {"--lanes", "16", "--window", "layer=/conv1/Conv"}).status == 0);
    CHECK_THAT(slurp(t.folder / "wide.gtkw"), contains_text("trace_patterns_o[255:0]"));
}

TEST_CASE("a new waveform replaces an old one, also behind a link", "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const traced_folder t;
    const fs::path old = t.folder.put("old.fst", "old");
    fs::permissions(old, fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink(old, t.folder / "link.fst");
    REQUIRE(t.trace("link.fst", one_layer).status == 0);
    CHECK(fs::is_symlink(t.folder / "link.fst"));
    CHECK(is_waveform(old));
    CHECK(fs::status(old).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a trace does not take the place of what is no file", "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const traced_folder t;
    const std::string pipe = t.path("pipe.fst");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    t.require_refused(t.trace("pipe.fst"), 3, "pipe.fst: cannot be replaced", 2);
    CHECK(fs::is_fifo(pipe));
    fs::create_directory(t.folder / "folder.fst");
    t.require_refused(t.trace("folder.fst"), 3, "found: a folder", 3);
    fs::create_directory(t.folder / "wave.states.txt");
    t.folder.put("wave.fst", "old");
    t.require_refused(t.trace("wave.fst"), 3, "wave.states.txt: cannot be written", 5);
    CHECK(slurp(t.folder / "wave.fst") == "old");
    t.require_refused(t.trace("none/wave.fst"), 3, "folder does not exist", 5);
}

TEST_CASE("names that would meet are wrong usage", "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const traced_folder t;
    t.require_refused(t.trace("wave.gtkw"), 2, "expected: FILE.fst", 1);
    t.require_refused(t.trace("wave.vcd"), 2, "expected: FILE.fst", 1);
    t.require_refused(t.trace("wave"), 2, "expected: FILE.fst", 1);
    t.require_refused(t.trace(".fst"), 2, "expected: FILE.fst", 1);
    t.require_refused(t.trace("a.fst", {"--json", t.path("a.fst")}), 2, "two outputs", 1);
    t.require_refused(t.trace("a.fst", {"--json", t.path("a.gtkw")}), 2, "two outputs", 1);
    fs::rename(t.net, t.folder / "net.layers.txt");
    const std::string net = slurp(t.folder / "net.layers.txt");
    t.require_refused(synfire_program({"cosim", t.path("net.layers.txt"), "--data", "digits",
                                       "--samples", "1", "--trace", t.path("net.fst")}),
                      2, "overwrite an input", 1);
    CHECK((slurp(t.folder / "net.layers.txt") == net));
}

TEST_CASE("a window that nothing of the run is in is wrong usage", "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const traced_folder t;
    const auto refused = [&](const std::string& window, const std::string& said) {
        t.require_refused(t.trace("wave.fst", {"--window", window}), 2, said, 1);
    };
    refused("sample=2", "--window sample=: that sample is not run\n  found: 2\n  expected: 0 to 1");
    refused("layer=nope", "--window layer=: the network computes no layer of that name\n"
                          "  found: nope\n  expected: /conv1/Conv, ");
}
