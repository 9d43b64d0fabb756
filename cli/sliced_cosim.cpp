// SPDX-License-Identifier: Apache-2.0
#include "sliced_cosim.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <synfire/core/error.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/lane_work.hpp>

#include "hardware_rtl.hpp"
#include "input_data.hpp"
#include "slice_counts.hpp"

namespace synfire::cli {

namespace {

/// Runs slice by slice with what the uncut network computes before it, so that a difference stays
/// where it arises.
class sliced_hardware {
  public:
    sliced_hardware(const network& net, const hw::sliced_network& cut, const dataset& data,
                    const hardware_options& options)
        : net_(net),
          cut_(cut),
          data_(data),
          whole_(cut.whole),
          given_(net),
          work_(cut.whole, engine_config_of(options).arithmetic) {
        result_.options = options;
        result_.config = engine_config_of(options);
        result_.slices = cut.slices.size();
        result_.slice_words = cut.words_a_batch();
        result_.layers_from_rtl = result_.has_rtl();
        for (std::size_t i = 0; i < net.populations.size(); ++i) {
            result_.layers.push_back({i, {}, {}, 0});
        }
        for (const hw::slice& s : cut.slices) {
            counters_.emplace_back(s);
            result_.sums_slices |= s.partial;
            hardware_layer& layer = result_.layers[s.population];
            layer.lanes = std::max(layer.lanes, filled_lanes(s.net, s.made, s.target()));
            if (result_.has_rtl()) {
                engines_.push_back(std::make_unique<rtl_side>(s.net, s.made, options));
            }
        }
    }

    hardware_result run() {
        const hardware_options& options = result_.options;
        const std::size_t all =
            options.samples == 0 ? data_.size() : std::min(options.samples, data_.size());
        for (std::size_t i = 0; i < all && result_.equal(); ++i) {
            run_sample(i);
            if (options.progress) { options.progress(i + 1, all); }
        }
        for (const std::unique_ptr<rtl_side>& engine : engines_) {
            result_.rtl_cycles_run += engine->totals().clock_cycles;
            result_.words_compared += engine->totals().words_compared;
        }
        return std::move(result_);
    }

  private:
    const network& net_;
    const hw::sliced_network& cut_;
    const dataset& data_;
    sim::simulator whole_;  ///< as the engine runs it
    sim::simulator given_;  ///< with `current` inputs, where it has some
    hw::lane_work work_;
    std::vector<slice_counter> counters_{};             ///< one a slice
    std::vector<std::unique_ptr<rtl_side>> engines_{};  ///< one a slice, or none
    hardware_result result_{};

    void run_sample(std::size_t sample) {
        const std::vector<sim::encoded_input> input =
            encode_inputs(net_, data_, sample, result_.options.seed);
        const sim::sample_output& out = given_.run(input, {false, true});
        result_.simulated += out.counts;
        result_.answers.push_back({out.result.readouts, {}});
        const std::vector<sim::encoded_input> sent = for_engine(net_, input);
        const sim::sample_output& expected = whole_.run(sent, {true, true});
        result_.sent += expected.counts;
        result_.simulated_adds += work_.of(expected.counts);
        std::vector<spike_train> spikes;
        for (const sim::encoded_input& i : sent) { spikes.push_back(i.spikes); }
        hw::sliced_sample state(cut_, spikes);
        for (std::size_t i = 0; i < cut_.whole.populations.size(); ++i) {
            state.set_values(i,
                             values_of(cut_.whole.populations[i], expected.result.populations[i]));
        }
        std::uint64_t cycles = 0;
        for (std::size_t i = 0; i < cut_.slices.size() && result_.equal(); ++i) {
            cycles += run_slice(i, state, sample);
        }
        result_.cycles.push_back(cycles);
    }

    std::uint64_t run_slice(std::size_t number, hw::sliced_sample& state, std::size_t sample) {
        const hw::slice& s = cut_.slices[number];
        const double begin = processor_seconds();
        const sim::sample_result& record = counters_[number].simulate(state.inputs_of(s));
        const counter_values model = counters_[number].counted(record);
        result_.model_seconds += processor_seconds() - begin;
        add(result_.model, model);
        add(result_.layers[s.population].model, model);
        note(simulated_difference(s, record, state), sample);
        if (s.partial) { state.take(s, counters_[number].sums(record)); }
        if (engines_.empty()) { return model[counter_index("cycles")]; }
        const double started = processor_seconds();
        rtl_sample seen = engines_[number]->run(record, false);
        result_.rtl_seconds += processor_seconds() - started;
        add(result_.rtl, seen.total);
        add(result_.layers[s.population].rtl, seen.total);
        note(std::move(seen.difference), sample);
        return seen.total[counter_index("cycles")];
    }

    /// What a slice computes is a part of what the uncut network computes.
    std::optional<hardware_difference> simulated_difference(const hw::slice& s,
                                                            const sim::sample_result& record,
                                                            const hw::sliced_sample& state) const {
        if (s.partial) { return std::nullopt; }
        const population& p = cut_.whole.populations[s.population];
        auto found =
            value_difference(p, state.values_in(s), values_of(p, record.populations[s.target()]));
        if (found) { found->note = "neuron of a slice, against the uncut network"; }
        return found;
    }

    void note(std::optional<hardware_difference> d, std::size_t sample) {
        if (!d || result_.first_difference) { return; }
        d->sample = sample;
        result_.first_difference = std::move(d);
    }
};

}  // namespace

void check_slices_allowed(const hardware_options& options, bool traced,
                          const std::string& network_path) {
    if (options.engine == hardware_engine::board) {
        throw bad_input({network_path, "too large for the board: `cosim --port` does not cut it",
                         "", "", "`synfire run --check` runs it in slices"});
    }
    if (options.engine == hardware_engine::systemc || options.engine == hardware_engine::pins) {
        throw bad_input({network_path, "a network in slices has several engines, SystemC one", "",
                         "", "--engine cc compares the same"});
    }
    if (traced) {
        throw bad_input({network_path, "a network in slices has no waveform of one engine", "", "",
                         "an engine with more room, or leave --trace out"});
    }
}

hardware_result run_sliced_hardware(const network& net, const hw::sliced_network& cut,
                                    const dataset& data, const hardware_options& options) {
    require_available(options.engine);
    return sliced_hardware(net, cut, data, options).run();
}

}  // namespace synfire::cli
