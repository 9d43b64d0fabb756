// SPDX-License-Identifier: Apache-2.0
// Sample by sample: simulator, cycle model, RTL, and the comparison of what they counted.
#include <algorithm>
#include <ctime>
#include <memory>
#include <synfire/core/error.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/hw/lane_work.hpp>
#include <synfire/hw/needs.hpp>

#include "expected_runs.hpp"
#include "hardware.hpp"
#include "hardware_rtl.hpp"
#include "input_data.hpp"

namespace synfire::cli {

namespace {

void subtract(counter_values& from, const counter_values& less) {
    for (std::size_t i = 0; i < from.size(); ++i) { from[i] -= less[i]; }
}

/// The population that the engine computes first.
std::size_t first_computed(const network& net) {
    for (const std::size_t i : topological_order(net)) {
        if (net.populations[i].kind != population_kind::input) { return i; }
    }
    throw internal_error("a network without anything to compute");
}

class hardware_run {
  public:
    hardware_run(const network& net, const dataset& data, const hardware_options& options)
        : net_(net),
          data_(data),
          config_(engine_config_of(options)),
          image_(hw::make_fitting_image(net, config_)),
          expected_(net),
          model_(net, image_),
          work_(expected_.of_one_run(), config_.arithmetic) {
        const bool whole = net.execution == execution::synchronous;
        if (whole && hw::has_current(net)) {
            with_currents_ = std::make_unique<sim::simulator>(net);
        }
        result_.options = options;
        result_.config = config_;
        result_.parts = image_.runs();
        result_.part_words = image_.words_a_sample();
        for (std::size_t i = 0; i < net.populations.size(); ++i) {
            result_.layers.push_back({i, {}, {}, filled_lanes(net, image_, i)});
        }
        if (result_.has_rtl()) {
            rtl_ = std::make_unique<rtl_side>(expected_.of_one_run(), image_, options);
        }
        result_.layers_from_rtl = result_.has_rtl();
    }

    hardware_result run() {
        const std::size_t wanted = result_.options.samples;
        const std::size_t all = wanted == 0 ? data_.size() : std::min(wanted, data_.size());
        const std::uint64_t limit = result_.options.most_cycles;
        for (std::size_t i = 0; i < all && result_.equal(); ++i) {
            run_sample(i);
            if (result_.options.progress) { result_.options.progress(i + 1, all); }
            if (limit != 0 && result_.model[counter_index("cycles")] >= limit) { break; }
        }
        if (rtl_) {
            result_.rtl_cycles_run = rtl_->totals().clock_cycles;
            if (result_.options.engine == hardware_engine::board) {
                result_.rtl_seconds = rtl_->totals().seconds;
            }
            result_.words_compared = rtl_->totals().words_compared;
            rtl_.reset();
        }
        return std::move(result_);
    }

  private:
    const network& net_;
    const dataset& data_;
    hw::engine_config config_;
    hw::image image_;
    expected_runs expected_;
    hw::cycle_model model_;
    std::unique_ptr<sim::simulator> with_currents_{};  ///< where the engine gets spikes instead
    hw::step_end before_{};  ///< of a streaming sample: what its last step left
    hw::lane_work work_;
    std::unique_ptr<rtl_side> rtl_{};
    hardware_result result_{};

    void run_sample(std::size_t sample) {
        const std::vector<sim::encoded_input> input =
            encode_inputs(net_, data_, sample, result_.options.seed);
        counter_values total{};
        std::uint64_t cycles = 0;
        std::int32_t step = 0;
        const expected_sample expected =
            expected_.run(input, [&](const sim::sample_result& run, bool later) {
                if (with_currents_) { check_currents(input, run, sample); }
                if (!result_.first_difference) {
                    cycles += run_once(run, later, sample, step, total);
                }
                ++step;
            });
        if (!with_currents_) { result_.simulated += expected.counts; }
        result_.sent += expected.counts;
        result_.simulated_adds += work_.of(expected.counts);
        // Accuracy needs the read-outs alone, and records of all neurons would fill the memory.
        result_.answers.push_back({expected.readouts, {}});
        add(result_.model, total);
        note(check_activity(expected.counts, total), sample);
        result_.cycles.push_back(cycles);
    }

    /// What the engine is sent as spikes comes to the same potentials as the currents.
    void check_currents(const std::vector<sim::encoded_input>& input, const sim::sample_result& run,
                        std::size_t sample) {
        const sim::sample_output& given = with_currents_->run(input, {false, true});
        result_.simulated += given.counts;
        note(potential_difference(given.result, run), sample);
    }

    /// One run of the program on all levels; adds to the model's total. Returns the cycles.
    std::uint64_t run_once(const sim::sample_result& run, bool later, std::size_t sample,
                           std::int32_t step, counter_values& total) {
        counter_values model{};
        const std::vector<counter_values> foretold = run_model(run, later, model);
        add(total, model);
        if (!rtl_) { return model[counter_index("cycles")]; }
        const double begin = processor_seconds();
        rtl_sample seen = rtl_->run(run, later);
        result_.rtl_seconds += processor_seconds() - begin;
        add(result_.rtl, seen.total);
        add_rtl_layers(seen, foretold);
        if (seen.difference && image_.steps != 0) { seen.difference->step = step; }
        note(seen.difference, sample);
        return seen.total[counter_index("cycles")];
    }

    void note(std::optional<hardware_difference> d, std::size_t sample) {
        if (!d || result_.first_difference) { return; }
        d->sample = sample;
        result_.first_difference = std::move(d);
    }

    /// The total holds more than the populations: the program has a beginning and an end.
    std::vector<counter_values> run_model(const sim::sample_result& expected, bool later,
                                          counter_values& total) {
        const double begin = processor_seconds();
        const std::vector<hw::hardware_counts> counts =
            later ? model_.run(codes_of(expected), before_) : model_.run(codes_of(expected));
        if (image_.steps != 0) { before_ = end_of(expected); }
        total = hw::to_array(hw::sum(counts, image_.runs()));
        result_.model_seconds += processor_seconds() - begin;
        std::vector<counter_values> layers;
        for (const hw::hardware_counts& c : counts) { layers.push_back(hw::to_array(c)); }
        for (std::size_t i = 0; i < layers.size(); ++i) { add(result_.layers[i].model, layers[i]); }
        return layers;
    }

    /// The engine counts its input before the first population ends, and says nothing in between:
    /// that share is the cycle model's. Where it tells totals only, all shares are.
    void add_rtl_layers(const rtl_sample& seen, const std::vector<counter_values>& foretold) {
        const std::size_t first = first_computed(net_);
        const bool told = !seen.layers.empty() && seen.layers[first][counter_index("cycles")] != 0;
        for (std::size_t i = 0; i < foretold.size(); ++i) {
            const bool input = net_.populations[i].kind == population_kind::input;
            add(result_.layers[i].rtl, told && !input ? seen.layers[i] : foretold[i]);
            if (told && input) { subtract(result_.layers[first].rtl, foretold[i]); }
        }
        result_.layers_from_rtl &= told;
    }

    /// What enters once must add up to what the engine adds bit by bit.
    std::optional<hardware_difference> potential_difference(const sim::sample_result& given,
                                                            const sim::sample_result& sent) const {
        for (std::size_t i = 0; i < given.populations.size(); ++i) {
            const std::vector<std::int64_t>& wanted = given.populations[i].potentials;
            const std::vector<std::int64_t>& found = sent.populations[i].potentials;
            const auto at = std::mismatch(wanted.begin(), wanted.end(), found.begin(), found.end());
            if (at.first == wanted.end() || at.second == found.end()) { continue; }
            return hardware_difference{.layer = net_.populations[i].name,
                                       .what = "potential",
                                       .neuron =
                                           static_cast<std::uint64_t>(at.first - wanted.begin()),
                                       .expected = *at.first,
                                       .found = *at.second,
                                       .note = "codes that are sent as spikes"};
        }
        return std::nullopt;
    }

    /// The model's activity counts must be the simulator's.
    std::optional<hardware_difference> check_activity(const activity& counts,
                                                      const counter_values& total) const {
        for (std::size_t i = 0; i < total.size(); ++i) {
            const std::string name(hw::counter_names[i]);
            const auto simulated =
                simulator_count(expected_.of_one_run(), counts, name, work_.of(counts));
            if (!simulated || *simulated == total[i]) { continue; }
            return hardware_difference{.layer = "all",
                                       .what = "counter " + name,
                                       .expected = static_cast<std::int64_t>(*simulated),
                                       .found = static_cast<std::int64_t>(total[i]),
                                       .note =
                                           "total of the sample, cycle model against simulator"};
        }
        return std::nullopt;
    }
};

}  // namespace

double processor_seconds() {
    return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

void add(counter_values& sum, const counter_values& more) {
    for (std::size_t i = 0; i < sum.size(); ++i) { sum[i] += more[i]; }
}

hardware_result run_hardware(const network& net, const dataset& data,
                             const hardware_options& options) {
    require_available(options.engine);
    return hardware_run(net, data, options).run();
}

}  // namespace synfire::cli
