// SPDX-License-Identifier: Apache-2.0
// Waveforms: the window, and names for GTKWave.
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include <synfire/cosim/waveform.hpp>

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

TEST_CASE("GTKWave's files name populations, states and signals that the waveform has",
          "[cosim][waveform]") {
    if (!rtl_built()) return;
    const folder here;
    const auto made = simulate_cases(100, 1, hw::simulation_config(8));
    const simulated_case& s = made.front();
    const std::string file = (here.path / "wave.fst").string();
    traced(s, {.file = file, .sample = 0});
    const cosim::waveform_views views = cosim::write_waveform_views(file, s.c.net);
    const std::string layers = text_of(views.layers);
    for (const population& p : s.c.net.populations) CHECK_THAT(layers, contains_text(p.name));
    CHECK_THAT(text_of(views.states), contains_text("9 EmitWait"));
    const std::string save = text_of(views.save);
    CHECK_THAT(save, contains_text(views.layers));
    CHECK_THAT(save, contains_text("core.synfire_core.trace_layer_o[11:0]"));
    if (std::system("command -v fst2vcd > /dev/null") != 0) {
        WARN("SKIPPED: no fst2vcd (Debian: gtkwave)");
        return;
    }
    const std::string vcd = (here.path / "wave.vcd").string();
    REQUIRE(std::system(("fst2vcd -f " + file + " -o " + vcd + " > /dev/null 2>&1").c_str()) == 0);
    const std::string head = text_of(vcd);
    for (const char* name : {"trace_layer_o", "trace_state_o", "trace_word_o", "in_data_i"})
        CHECK_THAT(head, contains_text(name));
    CHECK_THAT(head, contains_text("$scope module core"));
    CHECK_THAT(head, contains_text("$scope module synfire_core"));
}
