// SPDX-License-Identifier: Apache-2.0
// synfire image: what a board is loaded with, as data that a host without files can embed.
#include "image.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <synfire/core/error.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/hw/load_words.hpp>
#include <synfire/hw/needs.hpp>
#include <synfire/io/files.hpp>
#include <synfire/io/network_file.hpp>
#include <vector>

#include "boards.hpp"
#include "engine_fit.hpp"
#include "hardware.hpp"
#include "hardware_rtl.hpp"
#include "paths.hpp"

namespace synfire::cli {

namespace {

struct image_arguments {
    std::string network;
    std::string board = "icebreaker";
    std::string file;
    std::string json;
};

/// The file's stem as a name of C.
std::string name_of(const std::string& file) {
    std::string name = std::filesystem::path(file).stem().string();
    for (char& c : name) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!digit && !letter) { c = '_'; }
    }
    return name.empty() || (name[0] >= '0' && name[0] <= '9') ? "network_" + name : name;
}

/// A header for one source file: the words are its own.
std::string header_of(const std::vector<std::uint32_t>& words, const std::string& file,
                      const std::string& board) {
    constexpr std::size_t words_a_line = 8;
    const std::string name = name_of(file);
    std::string text =
        fmt::format("/* Written by `synfire image` for the {}; read by hw/c/synfire.h. */\n"
                    "#include <stdint.h>\n\n#define {}_WORD_COUNT {}\n\nstatic const uint32_t "
                    "{}_words[{}] = {{",
                    board, name, words.size(), name, words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        text += fmt::format("{}0x{:08x},", i % words_a_line == 0 ? "\n    " : " ", words[i]);
    }
    return text + "\n};\n";
}

std::string bytes_of(const std::vector<std::uint32_t>& words) {
    std::string bytes;
    for (const std::uint32_t word : words) {
        for (int shift = 0; shift < 32; shift += 8) {
            bytes += static_cast<char>(static_cast<std::uint8_t>(word >> shift));
        }
    }
    return bytes;
}

bool is_header(const std::string& file) {
    const auto extension = std::filesystem::path(file).extension();
    if (extension == ".h") { return true; }
    if (extension == ".bin") { return false; }
    throw usage_error(
        {"--output", "the name does not say the form", file, "FILE.h or FILE.bin", ""});
}

int write_image(const image_arguments& arguments) {
    const result_header header("image");
    const output out(arguments.json);
    const bool as_header = is_header(arguments.file);
    check_outputs({arguments.file, arguments.json}, {arguments.network});
    const network net = io::read_network(arguments.network);
    hardware_options options;
    options.engine = hardware_engine::board;
    options.board = board_of(arguments.board);
    check_fits_engine(net, options, arguments.network);
    const hw::image made = hw::make_fitting_image(net, engine_config_of(options));
    const std::vector<std::uint32_t> words = hw::load_words(made);
    io::write_file(arguments.file, as_header ? header_of(words, arguments.file, options.board->name)
                                             : bytes_of(words));
    nlohmann::ordered_json json = header.start(arguments.network, io::network_hash(net));
    json["board"] = options.board->name;
    json["file"] = arguments.file;
    json["words"] = words.size();
    json["program_words"] = made.descriptors.size();
    json["weight_rows"] = made.weight_rows();
    json["parts"] = made.runs();
    json["part_words_per_sample"] = made.words_a_sample();
    json["inputs"] = made.input.neurons;
    json["steps"] = made.steps;
    out.text(fmt::format("written: {} ({} bytes; {} program words, {} weight rows)", arguments.file,
                         4 * words.size(), made.descriptors.size(), made.weight_rows()));
    if (made.runs() > 1) {
        out.text(
            fmt::format("{} parts, which the host loads one after the other: {} bytes a sample",
                        made.runs(), 4 * made.words_a_sample()));
    }
    out.json(json);
    return status_ok;
}

}  // namespace

void add_image(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<image_arguments>();
    CLI::App* command = app.add_subcommand(
        "image", "Write what a board is loaded with as data for hosts in C (hw/c/synfire.h)");
    command->add_option("network", arguments->network, "network file (.snn)")->required();
    command->add_option("--board", arguments->board, "which board")
        ->check(board_choice())
        ->capture_default_str();
    command
        ->add_option("-o,--output", arguments->file,
                     "FILE.h (an array to embed) or FILE.bin (the same words, little endian)")
        ->required();
    command->add_option("--json", arguments->json, "write the result as JSON (-: standard output)");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return write_image(*arguments); }; });
}

}  // namespace synfire::cli
