// SPDX-License-Identifier: Apache-2.0
// synfire draw: the samples that convert would calibrate with, as a NumPy file for other programs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <synfire/converters/convert.hpp>
#include <synfire/core/error.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/files.hpp>

#include "command.hpp"
#include "paths.hpp"

namespace synfire::cli {

namespace {

struct draw_arguments {
    std::string data;
    std::string output;
    std::size_t samples = 512;
    std::uint64_t seed = 1;
    std::string json;
};

int run_draw(const draw_arguments& arguments) {
    check_outputs({arguments.output, arguments.json}, {arguments.data});
    check_replaceable({arguments.output});
    if (std::filesystem::path(arguments.output).extension() != ".npy") {
        throw usage_error(
            {"--output", "names no NumPy array", arguments.output, "a name that ends in .npy", ""});
    }
    const result_header header("draw");
    const output out(arguments.json);
    const dataset all = io::load_dataset(arguments.data, io::dataset_part::train);
    const dataset drawn = converters::draw_samples(all, arguments.samples, arguments.seed);
    io::write_file(arguments.output, io::npy_of_samples(drawn));
    nlohmann::ordered_json json = header.start("", "");
    json["data"] = arguments.data;
    json["samples"] = drawn.size();
    json["seed"] = arguments.seed;
    json["sample_shape"] = drawn.sample_shape;
    json["eight_bit"] = drawn.eight_bit();
    out.text(fmt::format("written: {} ({} of {} samples of {}, {})", arguments.output, drawn.size(),
                         all.size(), fmt::join(drawn.sample_shape, "x"),
                         drawn.eight_bit() ? "8-bit" : "real numbers"));
    out.json(json);
    return status_ok;
}

}  // namespace

void add_draw(CLI::App& app, command_body& chosen) {
    auto arguments = std::make_shared<draw_arguments>();
    CLI::App* command = app.add_subcommand(
        "draw", "write the samples that convert would calibrate with as a NumPy file");
    command->add_option("data", arguments->data, "data set: built-in name or path")->required();
    command->add_option("-o,--output", arguments->output, ".npy file to write")->required();
    command->add_option("--samples", arguments->samples, "samples drawn (0: all)")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--seed", arguments->seed, "seed of the draw, as in convert")
        ->capture_default_str();
    command->add_option("--json", arguments->json, "result as JSON to a file, or - for stdout");
    command->callback(
        [arguments, &chosen] { chosen = [arguments] { return run_draw(*arguments); }; });
}

}  // namespace synfire::cli
