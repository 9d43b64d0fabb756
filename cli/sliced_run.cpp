// SPDX-License-Identifier: Apache-2.0
#include "sliced_run.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <synfire/sim/encode.hpp>
#include <synfire/sim/simulator.hpp>

#include "board_session.hpp"
#include "input_data.hpp"
#include "slice_counts.hpp"

namespace synfire::cli {

namespace {

constexpr std::size_t largest_batch = 256;
constexpr std::size_t batch_bytes = std::size_t{256} << 20;

/// Of a sample between the slices: a code of each neuron, and spikes of the inputs in all steps.
std::size_t bytes_of_sample(const network& net) {
    std::size_t bytes = 0;
    for (const population& p : net.populations) {
        const bool input = p.kind == population_kind::input;
        const std::size_t each =
            input ? sizeof(spike) * static_cast<std::size_t>(p.window.steps) : sizeof(std::int32_t);
        bytes += each * p.shape.neurons();
    }
    return bytes;
}

std::size_t batch_of(const board_run_options& options, const network& net) {
    if (options.batch != 0) { return options.batch; }
    return std::clamp<std::size_t>(batch_bytes / bytes_of_sample(net), 1, largest_batch);
}

class sliced_run {
  public:
    sliced_run(board_link& link, const network& net, const hw::sliced_network& cut,
               const dataset& data, const board_run_options& options)
        : net_(net),
          cut_(cut),
          data_(data),
          options_(options),
          session_(link, options.retries, result_) {
        if (options.check) { whole_ = std::make_unique<sim::simulator>(cut.whole); }
    }

    board_run_result run() {
        const std::size_t all = samples_of(options_, data_);
        result_.slices = cut_.slices.size();
        result_.slice_words = cut_.words_a_batch();
        const std::size_t batch = batch_of(options_, cut_.whole);
        result_.batch = std::min(all, batch);
        for (std::size_t first = 0; first < all && !result_.first_difference; first += batch) {
            run_batch(first, std::min(all, first + batch), all);
        }
        return std::move(result_);
    }

  private:
    const network& net_;
    const hw::sliced_network& cut_;
    const dataset& data_;
    const board_run_options& options_;
    board_run_result result_{};
    board_session session_;
    std::unique_ptr<sim::simulator> whole_{};

    std::vector<sim::encoded_input> inputs_of(std::size_t sample) const {
        return for_engine(net_, encode_inputs(net_, data_, sample, options_.seed));
    }

    void run_batch(std::size_t first, std::size_t last, std::size_t all) {
        std::vector<hw::sliced_sample> batch;
        for (std::size_t sample = first; sample < last; ++sample) {
            std::vector<spike_train> spikes;
            for (sim::encoded_input& i : inputs_of(sample)) {
                spikes.push_back(std::move(i.spikes));
            }
            batch.emplace_back(cut_, spikes);
        }
        result_.cycles.resize(last, 0);
        for (std::size_t s = 0; s < cut_.slices.size() && !result_.first_difference; ++s) {
            run_slice(cut_.slices[s], first, batch);
            if (options_.progress) {
                options_.progress(first + batch.size() * (s + 1) / cut_.slices.size(), all);
            }
        }
        std::size_t done = first;
        while (done < last && !result_.first_difference) {
            finish(done, batch[done - first]);
            ++done;
        }
        result_.cycles.resize(done);  // the others were not finished
    }

    void run_slice(const hw::slice& s, std::size_t first, std::vector<hw::sliced_sample>& batch) {
        std::optional<slice_counter> reference;
        if (options_.check) { reference.emplace(s); }
        session_.load(s.made);
        for (std::size_t i = 0; i < batch.size() && !result_.first_difference; ++i) {
            const std::vector<spike_train> spikes = batch[i].inputs_of(s);
            const hw::sample_words words = hw::encode(s.made, spikes);
            hw::sample_answer answer;
            const counter_values counters =
                session_.run([&](hw::host& host) { answer = host.run(words); });
            batch[i].take(s, answer);
            result_.cycles[first + i] += counters[counter_index("cycles")];
            if (reference) { check(first + i, s, *reference, spikes, batch[i], counters); }
        }
    }

    /// At once: what is wrong in the first slice need not wait for the last one.
    void check(std::size_t sample, const hw::slice& s, slice_counter& reference,
               const std::vector<spike_train>& spikes, const hw::sliced_sample& done,
               const counter_values& counters) {
        const sim::sample_result& expected = reference.simulate(spikes);
        compare(sample, s, reference.counted(expected), counters);
        if (s.partial || result_.first_difference) { return; }
        const population& p = cut_.whole.populations[s.population];
        result_.first_difference =
            value_difference(p, values_of(p, expected.populations[s.target()]), done.values_in(s));
        if (result_.first_difference) {
            result_.first_difference->sample = sample;
            result_.first_difference->note = "neuron of a slice";
        }
    }

    void compare(std::size_t sample, const hw::slice& s, const counter_values& expected,
                 const counter_values& found) {
        for (std::size_t i = 0; i < expected.size() && !result_.first_difference; ++i) {
            if (expected[i] == found[i]) { continue; }
            result_.first_difference =
                hardware_difference{.sample = sample,
                                    .layer = cut_.whole.populations[s.population].name,
                                    .what = "counter " + std::string(hw::counter_names[i]),
                                    .expected = static_cast<std::int64_t>(expected[i]),
                                    .found = static_cast<std::int64_t>(found[i]),
                                    .note = "of one slice, board against cycle model"};
        }
    }

    void finish(std::size_t sample, const hw::sliced_sample& done) {
        sim::sample_result found;
        for (const hw::readout_answer& r : done.answer().readouts) {
            sim::readout_result readout;
            readout.population = r.population;
            readout.potentials.assign(r.potentials.begin(), r.potentials.end());
            readout.arg_max = r.label;
            found.readouts.push_back(std::move(readout));
        }
        if (options_.on_sample) { options_.on_sample(sample, found); }
        if (!whole_) { return; }
        const sim::sample_output& out = whole_->run(inputs_of(sample), {true, true});
        for (std::size_t i = 0; i < cut_.whole.populations.size(); ++i) {
            compare(sample, i, out.result.populations[i], done);
        }
    }

    void compare(std::size_t sample, std::size_t number, const sim::population_record& expected,
                 const hw::sliced_sample& done) {
        const population& p = cut_.whole.populations[number];
        if (p.kind == population_kind::input || result_.first_difference) { return; }
        result_.first_difference =
            value_difference(p, values_of(p, expected), done.values_of(number));
        if (result_.first_difference) { result_.first_difference->sample = sample; }
    }
};

}  // namespace

board_run_result run_slices_on_board(board_link& link, const network& net,
                                     const hw::sliced_network& cut, const dataset& data,
                                     const board_run_options& options) {
    return sliced_run(link, net, cut, data, options).run();
}

}  // namespace synfire::cli
