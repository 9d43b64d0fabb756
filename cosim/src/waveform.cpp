// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <filesystem>

#include <fmt/format.h>

#include <synfire/cosim/waveform.hpp>

namespace synfire::cosim {

namespace {

/// States of synfire_sequencer, in the order of their numbers.
constexpr std::array states{"Idle",  "Header", "Term",     "Constant", "Begin",     "Run",
                            "Drain", "Emit",   "EmitWait", "Finish",   "FinishWait"};

/// Formats of GTKWave's save files.
constexpr const char* bit_format = "@28";
constexpr const char* hex_format = "@22";
constexpr const char* decimal_format = "@24";
constexpr const char* signed_format = "@424";
constexpr const char* translated_format = "@2022";
constexpr const char* comment_format = "@200";

std::string save_text(const std::string& waveform, const waveform_views& views, int lanes) {
    const auto name = [](const std::string& path) {
        return std::filesystem::absolute(path).string();
    };
    std::string text = fmt::format("[*] made by synfire\n[dumpfile] \"{}\"\n", name(waveform));
    const auto title = [&](const char* words) {
        text += fmt::format("{}\n-{}\n", comment_format, words);
    };
    const auto signal = [&](const char* format, const std::string& path) {
        text += fmt::format("{}\ncore.synfire_core.{}\n", format, path);
    };
    const auto translated = [&](const std::string& filter, const char* path) {
        text +=
            fmt::format("{}\n^1 {}\ncore.synfire_core.{}\n", translated_format, name(filter), path);
    };
    signal(bit_format, "clk_i");
    signal(bit_format, "rst_ni");
    title("Program");
    translated(views.layers.path, "trace_layer_o[11:0]");
    translated(views.states.path, "trace_state_o[3:0]");
    title("Spikes of a word");
    signal(bit_format, "trace_word_o");
    signal(decimal_format, "trace_channel_o[15:0]");
    signal(decimal_format, "trace_position_o[19:0]");
    signal(hex_format, fmt::format("trace_patterns_o[{}:0]", 16 * lanes - 1));
    title("Potentials of read-outs");
    signal(bit_format, "trace_potential_o");
    signal(signed_format, "trace_value_o[31:0]");
    title("End of a population");
    signal(bit_format, "trace_layer_end_o");
    title("Streams");
    signal(bit_format, "in_valid_i");
    signal(bit_format, "in_ready_o");
    signal(hex_format, "in_data_i[31:0]");
    signal(bit_format, "out_valid_o");
    signal(bit_format, "out_ready_i");
    signal(hex_format, "out_data_o[31:0]");
    title("Registers");
    signal(bit_format, "bus_valid_i");
    signal(bit_format, "bus_write_i");
    signal(bit_format, "bus_ready_o");
    signal(hex_format, "bus_addr_i[7:0]");
    signal(hex_format, "bus_wdata_i[31:0]");
    signal(hex_format, "bus_rdata_o[31:0]");
    return text;
}

/// GTKWave compares with the value as it would show it: hexadecimal, as wide as the signal.
std::string layers_text(const network& net) {
    std::string text;
    for (std::size_t i = 0; i < net.populations.size(); ++i)
        text += fmt::format("{:03X} {}\n", i, net.populations[i].name);
    return text;
}

std::string states_text() {
    std::string text;
    for (std::size_t i = 0; i < states.size(); ++i) text += fmt::format("{:X} {}\n", i, states[i]);
    return text;
}

}  // namespace

waveform_views views_of_waveform(const std::string& waveform, const network& net, int lanes) {
    const std::string stem = std::filesystem::path(waveform).replace_extension().string();
    waveform_views views{{stem + ".gtkw", ""},
                         {stem + ".layers.txt", layers_text(net)},
                         {stem + ".states.txt", states_text()}};
    views.save.text = save_text(waveform, views, lanes);
    return views;
}

}  // namespace synfire::cosim
