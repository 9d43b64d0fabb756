// SPDX-License-Identifier: Apache-2.0
// From measured errors to the option that changes them. Every rule names the figure it goes by.
#include <synfire/converters/explain.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace synfire::converters {

namespace {

// Below these a finding is left out: it could not change an answer that anybody would notice.
constexpr double least_error = 0.005;  ///< of the output
constexpr double least_share = 0.1;    ///< of a layer in it
constexpr double idle_share = 0.5;     ///< of neurons that the trained network never uses
constexpr double lost_share = 0.1;     ///< of neurons that only the conversion silences
constexpr double full_share = 0.05;    ///< of neurons that are always at the end of their range
constexpr std::size_t most_layers = 3;
constexpr double high_percentile = 99.99;
// The rule mse balances clipping and rounding; wider codes help only where it failed to.
constexpr double unbalanced = 4.0;
// Thresholds end here (semantics 7). Where all of a layer are there, its inputs are so small beside
// its biases that no integer weight is fine enough.
constexpr std::int32_t largest_theta = 32767;

std::string percent(double share) { return fmt::format("{:.1f} %", 100.0 * share); }

/// What to change, and the options after it.
struct remedy {
    std::string change;
    std::optional<convert_options> options;
};

remedy more_digits(const convert_options& o) {
    convert_options better = o;
    better.digits = o.digits + 1;
    if (better.digits * (o.digit_base - 1) > 15) {
        return {"--coding phase or auto with --steps: a window has no room for one more digit", {}};
    }
    return {fmt::format("one more digit, --digits {}: {} times as many levels", better.digits,
                        o.digit_base),
            better};
}

/// A search took what the answers did not miss; it takes less where fewer may change.
remedy lower_drop(const convert_options& o, double drop, const char* what) {
    convert_options better = o;
    const double lower = drop / 2.0;
    for (auto* searched :
         {&better.mixed_steps_drop, &better.chosen_steps_drop, &better.mixed_bits_drop}) {
        if (*searched) { *searched = lower; }
    }
    return {fmt::format("--max-drop {:g}: layers keep more {}", lower, what), better};
}

remedy finer_codes(const convert_options& o) {
    convert_options better = o;
    const double drop = o.mixed_steps_drop.value_or(o.chosen_steps_drop.value_or(0.0));
    if (drop > 0.0) { return lower_drop(o, drop, "steps"); }
    if (o.spike_price > 0.0) {
        better.spike_price = 0.0;
        return {"--spike-price 0: the price makes codes coarser on purpose", better};
    }
    if (o.thresholds == threshold_rule::max) {
        better.thresholds = threshold_rule::mse;
        return {"--thresholds mse: a few large values stretch the codes of all others", better};
    }
    if (o.code == coding::rate) {
        better.code = coding::phase;
        better.steps = std::min(o.steps, 15);
        return {fmt::format("--coding phase: {} levels at {} steps instead of {}",
                            (1 << better.steps) - 1, better.steps, o.steps),
                better};
    }
    if (o.code == coding::digit) { return more_digits(o); }
    if (o.code == coding::ttfs) {
        better.code = coding::phase;
        better.steps = std::min(o.steps, 15);
        return {fmt::format("--coding phase or auto, --steps {}: {} levels instead of {}",
                            better.steps, (1 << better.steps) - 1, o.steps),
                better};
    }
    if (o.steps >= 15) { return {"no option: codes are as fine as they get", {}}; }
    better.steps = (o.chosen_steps_drop ? most_chosen_steps : o.steps) + 1;
    better.chosen_steps_drop.reset();  // as --steps does
    return {fmt::format("one more step, --steps {}: twice as many levels", better.steps), better};
}

/// `parts`: what clipping and rounding do now.
remedy wider_codes(const convert_options& o, const error_parts& parts) {
    const bool balanced = parts.clipping < unbalanced * parts.rounding;
    if (o.thresholds == threshold_rule::mse && balanced) { return finer_codes(o); }
    convert_options better = o;
    if (o.spike_price > 0.0) {
        better.spike_price = 0.0;
        return {"--spike-price 0", better};
    }
    if (o.thresholds == threshold_rule::max) {
        return {"--calibration-samples 0, or other calibration data: these samples go beyond "
                "everything that was seen there",
                {}};
    }
    const bool high = o.thresholds == threshold_rule::percentile && o.percentile >= high_percentile;
    better.thresholds = high ? threshold_rule::max : threshold_rule::percentile;
    if (high) { return {"--thresholds max", better}; }
    better.percentile = high_percentile;
    return {fmt::format("--thresholds percentile --percentile {}, or --thresholds max; more levels "
                        "pay for the wider range",
                        high_percentile),
            better};
}

remedy finer_weights(const convert_options& o) {
    convert_options better = o;
    if (o.mixed_bits_drop.value_or(0.0) > 0.0) {
        return lower_drop(o, *o.mixed_bits_drop, "weight bits");
    }
    if (o.weight_bits < 8) {
        better.weight_bits = 8;
        return {fmt::format("--weight-bits 8 instead of {}", o.weight_bits), better};
    }
    if (!o.reconstruct) {
        better.reconstruct = true;
        return {"--reconstruct: weights are fitted anew to what reaches them", better};
    }
    return {"no option: weights have 8 bits; train the layer with smaller outliers (weight decay, "
            "clipping)",
            {}};
}

remedy finer_input(const convert_options& o) {
    convert_options better = o;
    if (o.input_steps >= 8) {
        return {
            "no option: the input has all 8 steps; a --scale that uses the range of the data, or "
            "8-bit data, lose less",
            {}};
    }
    better.input_steps = 8;
    return {"--input-steps 8", better};
}

advice about_error(const layer_explanation& layer, const convert_options& options) {
    const error_parts& p = layer.alone_parts;
    advice a{layer.name, {}, {}, {}};
    const auto say = [&](const char* cause, double share, double own, remedy what) {
        a.finding =
            fmt::format("makes {} of the output error alone; {} {} of it (relative error of "
                        "the layer {})",
                        percent(layer.alone), cause, percent(share), percent(own));
        a.change = std::move(what.change);
        a.options = std::move(what.options);
    };
    if (p.weights >= p.rounding && p.weights >= p.clipping) {
        if (layer.theta_min >= largest_theta) {
            say("weights make", p.weights, layer.own.weights,
                {"--scale, --mean, --std: what comes in is very small beside the biases; is it "
                 "what "
                 "the network was trained on?",
                 {}});
            return a;
        }
        say("weights make", p.weights, layer.own.weights, finer_weights(options));
    } else if (p.clipping >= p.rounding) {
        say("clipping makes", p.clipping, layer.own.clipping,
            layer.input ? remedy{"--calibration-samples 0, or calibration data that reach as far "
                                 "as these samples",
                                 {}}
                        : wider_codes(options, p));
    } else {
        say("rounding makes", p.rounding, layer.own.rounding,
            layer.input ? finer_input(options) : finer_codes(options));
    }
    return a;
}

/// What pruning took, no code and no weight bit brings back.
void advise_on_pruning(const explanation& found, const convert_options& o,
                       std::vector<advice>& all) {
    const double share = found.error > 0.0 ? found.pruning_error / found.error : 0.0;
    if (found.pruning_error < least_error || share * share < least_share) { return; }
    convert_options better = o;
    better.prune = o.prune / 2.0;
    better.prune_channels = o.prune_channels / 2.0;
    std::string change;
    if (o.prune > 0.0) { change += fmt::format("--prune {:g}", better.prune); }
    if (o.prune_channels > 0.0) {
        change += fmt::format("{}--prune-channels {:g}", change.empty() ? "" : " ",
                              better.prune_channels);
    }
    all.push_back({"",
                   fmt::format("pruning alone makes an output error of {}, before anything is "
                               "quantised",
                               percent(found.pruning_error)),
                   change + ": half of it", better});
}

void advise_on_error(const explanation& found, const convert_options& options,
                     std::vector<advice>& all) {
    std::vector<const layer_explanation*> worst;
    for (const layer_explanation& l : found.layers) {
        if (l.alone >= least_share) { worst.push_back(&l); }
    }
    std::stable_sort(worst.begin(), worst.end(),
                     [](const auto* a, const auto* b) { return a->alone > b->alone; });
    worst.resize(std::min(worst.size(), most_layers));
    for (const layer_explanation* l : worst) { all.push_back(about_error(*l, options)); }
    if (worst.empty()) {
        remedy what = finer_codes(options);
        all.push_back({"",
                       fmt::format("no layer makes more than {} of the output error: it adds up "
                                   "over the depth of the network",
                                   percent(least_share)),
                       std::move(what.change), std::move(what.options)});
    }
    const bool rounded = std::any_of(worst.begin(), worst.end(), [](const layer_explanation* l) {
        const error_parts& p = l->alone_parts;
        return !l->input && p.rounding > std::max(p.weights, p.clipping);
    });
    if (rounded && !options.reconstruct) {
        convert_options better = options;
        better.reconstruct = true;
        all.push_back({"", "rounding of codes is an error that later weights can make up for",
                       "--reconstruct: slower to convert, no more spikes; worth most behind "
                       "functions such as HardSwish",
                       better});
    }
    if (!options.bias_correction) {
        convert_options better = options;
        better.bias_correction = true;
        all.push_back({"", "means of layers drift from those of the trained network uncorrected",
                       "--bias-correction", better});
    }
}

void advise_on_neurons(const layer_explanation& l, const convert_options& options,
                       std::vector<advice>& all) {
    const neuron_use& use = l.use;
    if (l.input || l.readout || use.neurons == 0) { return; }
    const auto share = [&](std::size_t n) {
        return static_cast<double>(n) / static_cast<double>(use.neurons);
    };
    const auto of_all = [&](std::size_t n) {
        return fmt::format("{} of {} neurons ({})", n, use.neurons, percent(share(n)));
    };
    if (share(use.dead_trained) > idle_share) {
        all.push_back({l.name,
                       of_all(use.dead_trained) + " are silent in the trained network as well",
                       "are these the data and the preprocessing of the training (--scale, --mean, "
                       "--std)? If so, the layer is larger than its task",
                       {}});
    }
    // Where the error came from earlier layers, these neurons are silent for want of input.
    const bool own = l.own.rounding > 0.5 * l.accumulated;
    if (own && share(use.dead - use.dead_trained) > lost_share) {
        remedy what = finer_codes(options);
        all.push_back({l.name,
                       of_all(use.dead - use.dead_trained)
                           + " are active in the trained network and never fire here: their values "
                             "are below half a step",
                       std::move(what.change), std::move(what.options)});
    }
    if (share(use.saturated) > full_share && (options.steps > 1 || options.code != coding::phase)) {
        remedy what = wider_codes(options, l.own);
        all.push_back({l.name,
                       of_all(use.saturated)
                           + " are at the end of their range in every "
                             "sample",
                       std::move(what.change), std::move(what.options)});
    }
}

}  // namespace

std::vector<advice> advise(const explanation& found, const convert_options& options) {
    std::vector<advice> all;
    advise_on_pruning(found, options, all);
    if (found.plain_error >= least_error) { advise_on_error(found, options, all); }
    for (const layer_explanation& l : found.layers) { advise_on_neurons(l, options, all); }
    return all;
}

}  // namespace synfire::converters
