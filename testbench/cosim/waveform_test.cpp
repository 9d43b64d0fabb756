// SPDX-License-Identifier: Apache-2.0
// Waveforms: the window, and names for GTKWave.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <synfire/core/error.hpp>
#include <synfire/cosim/waveform.hpp>
#include <synfire/hw/host.hpp>

#include "rtl_fixture.hpp"
#include "simulated.hpp"

using namespace synfire;
using namespace synfire::test;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, gone at the end.
struct folder {
    fs::path path = fs::temp_directory_path() / ("synfire-wave-" + std::to_string(getpid()));
    folder() { fs::create_directories(path); }
    ~folder() { fs::remove_all(path); }
};

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Size of the waveform of all samples of a case in a window.
std::uintmax_t traced(const simulated_case& s, const cosim::waveform_options& window) {
    cosim::rtl_options options;
    options.waveform = window;
    {
        cosim::rtl_model model(s.image.config, options);
        CHECK(cosim::cosimulate(model, s.c.net, s.image, s.records).equal());
    }
    return fs::file_size(window.file);
}

bool has_fst2vcd() {
    if (std::system("command -v fst2vcd > /dev/null") == 0) return true;
    WARN("SKIPPED: no fst2vcd (Debian: gtkwave)");
    return false;
}

std::string vcd_of(const std::string& file) {
    const std::string vcd = file + ".vcd";
    REQUIRE(std::system(("fst2vcd -f " + file + " -o " + vcd + " > /dev/null 2>&1").c_str()) == 0);
    return text_of(vcd);
}

/// Notes when words of spikes leave the engine.
class word_cycles final : public cosim::observer {
  public:
    explicit word_cycles(std::vector<std::uint64_t>& cycles) : cycles_(cycles) {}
    void word(const cosim::trace_word& seen) override { cycles_.push_back(seen.cycle); }
    void potential(const cosim::trace_potential&) override {}
    void layer_end(const cosim::trace_layer_end&) override {}

  private:
    std::vector<std::uint64_t>& cycles_;
};

/// The first sample of a case, watched.
void run_sample(cosim::rtl_model& model, const simulated_case& s, cosim::observer& seen) {
    hw::host host(model);
    host.load(s.image);
    model.set_observer(&seen);
    const auto& spikes = s.records.front()[s.image.input.population].spikes;
    host.run(hw::encode(s.image.input, spike_train(spikes.begin(), spikes.end())));
    model.set_observer(nullptr);
}

/// Cycles (of 1000 time units) at whose begin trace_word_o is high, from its changes.
std::vector<std::uint64_t> cycles_with_words(const std::string& vcd) {
    std::smatch found;
    const std::regex form(R"(\$var \w+ 1 (\S+) trace_word_o \$end)");
    REQUIRE(std::regex_search(vcd, found, form));
    const std::string high = "1" + found[1].str();
    const std::string low = "0" + found[1].str();
    std::vector<std::uint64_t> cycles;
    bool is_high = false;
    std::uint64_t time = 0;
    std::istringstream lines(vcd);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) {
            const std::uint64_t next = std::stoull(line.substr(1));
            for (std::uint64_t c = (time + 999) / 1000; is_high && c * 1000 < next; ++c)
                cycles.push_back(c);
            time = next;
        } else if (line == high || line == low) {
            is_high = line == high;
        }
    }
    return cycles;
}

}  // namespace

TEST_CASE("a traced run is equal, and a window makes the waveform smaller", "[cosim][waveform]") {
    if (!rtl_built()) return;
    const folder here;
    const auto made = simulate_cases(100, 1, hw::simulation_config(8));
    const simulated_case& s = made.front();
    REQUIRE(s.records.size() > 1);
    const std::string file = (here.path / "wave.fst").string();
    const auto layer = static_cast<std::uint32_t>(s.image.passes.back().population);
    const auto all = traced(s, {.file = file});
    const auto one = traced(s, {.file = file, .sample = 1});
    const auto part = traced(s, {.file = file, .sample = 1, .layer = layer});
    const auto none = traced(s, {.file = file, .sample = 1000});
    CHECK(all > one);
    CHECK(one > part);
    CHECK(part > none);
}

TEST_CASE("a device or folder is not replaced by a waveform", "[cosim][waveform]") {
    if (!rtl_built()) return;
    const folder here;
    const std::string pipe = (here.path / "pipe.fst").string();
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    cosim::rtl_options options;
    for (const std::string& file : {pipe, here.path.string()}) {
        options.waveform.file = file;
        CHECK_THROWS_AS(cosim::rtl_model(hw::simulation_config(8), options), bad_input);
    }
    CHECK(fs::is_fifo(pipe));
    CHECK(fs::is_directory(here.path));
}

TEST_CASE("GTKWave's files name populations and states", "[cosim][waveform]") {
    const auto made = simulate_cases(100, 1, hw::simulation_config(8));
    const network& net = made.front().c.net;
    const cosim::waveform_views views = cosim::views_of_waveform("some/wave.fst", net, 8);
    CHECK(views.save.path == "some/wave.gtkw");
    CHECK(views.layers.path == "some/wave.layers.txt");
    CHECK(views.states.path == "some/wave.states.txt");
    for (const population& p : net.populations)
        CHECK_THAT(views.layers.text, contains_text(p.name));
    CHECK_THAT(views.save.text, contains_text(views.layers.path));
}

TEST_CASE("states have the names and numbers of the sequencer's source", "[cosim][waveform]") {
    const cosim::waveform_views views = cosim::views_of_waveform("wave.fst", network{}, 8);
    const std::string source = text_of(SYNFIRE_SOURCE_DIR "/hdl/rtl/synfire_sequencer.v");
    const std::size_t begin = source.find("localparam Idle");
    REQUIRE(begin != std::string::npos);
    const std::string names = source.substr(begin, source.find(';', begin) - begin);
    const std::regex form(R"((\w+)\s*=\s*4'd(\d+))");
    std::string expected;
    for (std::sregex_iterator state(names.begin(), names.end(), form), end; state != end; ++state)
        expected += fmt::format("{:X} {}\n", std::stoi((*state)[2]), (*state)[1].str());
    CHECK(views.states.text == expected);
}

TEST_CASE("signals of the save file are in the waveform, at any number of lanes",
          "[cosim][waveform]") {
    if (!rtl_built() || !has_fst2vcd()) return;
    const int lanes = GENERATE(8, 16);
    const folder here;
    const auto made = simulate_cases(100, 1, hw::simulation_config(lanes));
    const std::string file = (here.path / "wave.fst").string();
    traced(made.front(), {.file = file, .sample = 0});
    const std::string vcd = vcd_of(file);
    CHECK_THAT(vcd, contains_text("$scope module core"));
    CHECK_THAT(vcd, contains_text("$scope module synfire_core"));
    const std::string save = cosim::views_of_waveform(file, made.front().c.net, lanes).save.text;
    const std::regex form(R"(core\.synfire_core\.(\w+)(\[\d+:\d+\])?\n)");
    std::size_t signals = 0;
    for (std::sregex_iterator s(save.begin(), save.end(), form), end; s != end; ++s, ++signals) {
        const std::string range = (*s)[2];
        CHECK_THAT(
            vcd, contains_text(" " + (*s)[1].str() + (range.empty() ? "" : " " + range) + " $end"));
    }
    CHECK(signals > 15);
}

TEST_CASE("a nanosecond of the waveform is a cycle of the trace port", "[cosim][waveform]") {
    if (!rtl_built() || !has_fst2vcd()) return;
    const folder here;
    const auto made = simulate_cases(100, 1, hw::simulation_config(8));
    const std::string file = (here.path / "wave.fst").string();
    std::vector<std::uint64_t> cycles;
    {
        cosim::rtl_options options;
        options.waveform.file = file;
        cosim::rtl_model model(hw::simulation_config(8), options);
        word_cycles seen(cycles);
        run_sample(model, made.front(), seen);
    }
    REQUIRE(cycles.size() > 1);
    const std::string vcd = vcd_of(file);
    CHECK_THAT(vcd, contains_text("1ps"));
    CHECK(cycles_with_words(vcd) == cycles);
}
