// SPDX-License-Identifier: Apache-2.0
#include "shrinking_options.hpp"

#include <fmt/format.h>

#include <synfire/core/error.hpp>

namespace synfire::cli {

namespace {

void check_mixed(const char* option, bool given, double max_drop) {
    if (!given || max_drop >= 0.0) { return; }
    throw usage_error({option, "needs to know what may be lost", "no --max-drop",
                       "--max-drop PERCENT", "try --max-drop 0.5"});
}

double share(double part, double whole) { return whole > 0.0 ? part / whole : 1.0; }

/// Bytes of all weights, at as many bits as their layers have.
std::size_t weight_bytes(const network& net) {
    std::size_t bits = 0;
    for (const projection& p : net.projections) {
        bits += p.weights.size() * static_cast<std::size_t>(p.weight_bits);
    }
    return (bits + 7) / 8;
}

void print_unfitted(const output& out, const char* what, const std::vector<std::string>& layers) {
    if (layers.empty()) { return; }
    out.text(fmt::format("{}: left as they are, too large or of another kind: {}", what,
                         fmt::join(layers, ", ")));
}

void print_pruning(const output& out, const converters::pruning_report& p) {
    out.text(fmt::format(
        "pruned: {} of {} weights left ({}), {} of {} channels, {} of the multiplications",
        p.weights_left, p.weights,
        percent(share(static_cast<double>(p.weights_left), static_cast<double>(p.weights))),
        p.channels_left, p.channels,
        percent(share(static_cast<double>(p.multiplications_left),
                      static_cast<double>(p.multiplications)))));
    print_unfitted(out, "pruned but not fitted again", p.unfitted);
}

}  // namespace

void add_shrinking_options(CLI::App* command, convert_arguments* arguments) {
    converters::convert_options& o = arguments->options;
    command
        ->add_option("--prune", o.prune,
                     "remove this percentage of the weights, those with the least effect, and fit "
                     "the others to the trained network again")
        ->check(number_between(0.0, 99.9));
    command
        ->add_option("--prune-channels", o.prune_channels,
                     "remove whole channels until this percentage of the multiplications is gone; "
                     "they leave the network")
        ->check(number_between(0.0, 99.9));
    command->add_flag("--mixed-steps", arguments->mixed_steps,
                      "give each layer as few steps, --steps at most, as --max-drop allows");
    command->add_flag("--mixed-bits", arguments->mixed_bits,
                      "give each layer as few weight bits, --weight-bits at most, as --max-drop "
                      "allows");
}

void add_max_drop_option(CLI::App* command, convert_arguments* arguments, const std::string& what) {
    command->add_option("--max-drop", arguments->max_drop, what)->check(number_between(0.0, 100.0));
}

void check_shrinking_options(const convert_arguments& arguments) {
    if (arguments.mixed_steps && arguments.coding != "phase" && arguments.coding != "auto") {
        throw usage_error({"--mixed-steps", "has no effect on --coding " + arguments.coding,
                           "given", "--coding phase or auto", ""});
    }
    check_mixed("--mixed-steps", arguments.mixed_steps, arguments.max_drop);
    check_mixed("--mixed-bits", arguments.mixed_bits, arguments.max_drop);
}

void check_max_drop(const convert_arguments& arguments, bool regression) {
    if (arguments.max_drop < 0.0 || !regression) { return; }
    throw usage_error({"--max-drop", "counts answers that change; a regression has none",
                       fmt::format("{}", arguments.max_drop), "no --max-drop",
                       "convert --check reports R2 against the trained network"});
}

void take_shrinking_options(const convert_arguments& arguments,
                            converters::convert_options& options) {
    if (arguments.mixed_steps) { options.mixed_steps_drop = arguments.max_drop; }
    if (arguments.mixed_bits) { options.mixed_bits_drop = arguments.max_drop; }
}

void print_sizes(const output& out, const convert_arguments& arguments,
                 const converters::conversion& conversion) {
    if (conversion.pruning) { print_pruning(out, *conversion.pruning); }
    if (arguments.mixed_bits) {
        std::vector<std::string> bits;
        for (const converters::layer_report& l : conversion.layers) {
            if (l.weight_bits > 0) { bits.push_back(fmt::format("{} {}", l.name, l.weight_bits)); }
        }
        out.text(fmt::format("weights: {} bytes; bits: {}", weight_bytes(conversion.net),
                             fmt::join(bits, ", ")));
    }
    print_unfitted(out, "--reconstruct", conversion.unfitted);
}

void add_sizes(const convert_arguments& arguments, const converters::conversion& conversion,
               nlohmann::ordered_json& json) {
    json["mixed_bits"] = arguments.mixed_bits;
    json["weight_bytes"] = weight_bytes(conversion.net);
    json["reconstruct_left"] = conversion.unfitted;
    json["pruning"] = nullptr;
    if (!conversion.pruning) { return; }
    const converters::pruning_report& p = *conversion.pruning;
    json["pruning"] = {{"weights_percent", arguments.options.prune},
                       {"channels_percent", arguments.options.prune_channels},
                       {"weights", p.weights},
                       {"weights_left", p.weights_left},
                       {"channels", p.channels},
                       {"channels_left", p.channels_left},
                       {"multiplications", p.multiplications},
                       {"multiplications_left", p.multiplications_left},
                       {"not_fitted", p.unfitted}};
}

}  // namespace synfire::cli
