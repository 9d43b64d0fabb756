// SPDX-License-Identifier: Apache-2.0
#include "board_run.hpp"

#include <algorithm>
#include <memory>
#include <synfire/core/error.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/needs.hpp>
#include <synfire/hw/streaming.hpp>
#include <synfire/sim/encode.hpp>

#include "board_session.hpp"
#include "expected_runs.hpp"
#include "input_data.hpp"

namespace synfire::cli {

namespace {

/// As the simulator would give it: read-outs in file order.
template <class Readouts>
sim::sample_result to_result(const Readouts& readouts) {
    sim::sample_result result;
    for (const auto& r : readouts) {
        sim::readout_result readout;
        readout.population = r.population;
        readout.potentials.assign(r.potentials.begin(), r.potentials.end());
        readout.arg_max = r.label;
        result.readouts.push_back(std::move(readout));
    }
    std::sort(result.readouts.begin(), result.readouts.end(),
              [](const auto& a, const auto& b) { return a.population < b.population; });
    return result;
}

/// What one sample should be, by simulator and cycle model.
class reference {
  public:
    reference(const network& net, const hw::image& image)
        : net_(net),
          expected_(net),
          model_(net, image),
          runs_(image.runs()) {}

    std::optional<hardware_difference> compare(std::size_t sample,
                                               const std::vector<sim::encoded_input>& input,
                                               const sim::sample_result& found,
                                               const counter_values& counters) {
        hw::hardware_counts counted;
        hw::step_end before;
        const expected_sample expected =
            expected_.run(input, [&](const sim::sample_result& run, bool later) {
                const auto counts =
                    later ? model_.run(codes_of(run), before) : model_.run(codes_of(run));
                counted += hw::sum(counts, runs_);
                before = end_of(run);
            });
        for (std::size_t i = 0; i < expected.readouts.size(); ++i) {
            const auto d = readout_difference(expected.readouts[i], found.readouts.at(i));
            if (d) { return placed(*d, sample); }
        }
        const counter_values model = hw::to_array(counted);
        for (std::size_t i = 0; i < model.size(); ++i) {
            if (model[i] == counters[i]) { continue; }
            return hardware_difference{.sample = sample,
                                       .layer = "all",
                                       .what = "counter " + std::string(hw::counter_names[i]),
                                       .expected = static_cast<std::int64_t>(model[i]),
                                       .found = static_cast<std::int64_t>(counters[i]),
                                       .note = "total of the sample, board against cycle model"};
        }
        return std::nullopt;
    }

  private:
    const network& net_;
    expected_runs expected_;
    hw::cycle_model model_;
    std::size_t runs_;

    static hardware_difference placed(hardware_difference d, std::size_t sample) {
        d.sample = sample;
        return d;
    }

    std::optional<hardware_difference> readout_difference(const sim::readout_result& expected,
                                                          const sim::readout_result& found) const {
        const std::string layer = net_.populations[expected.population].name;
        for (std::size_t n = 0; n < expected.potentials.size(); ++n) {
            if (expected.potentials[n] == found.potentials.at(n)) { continue; }
            return hardware_difference{.layer = layer,
                                       .what = "potential",
                                       .neuron = n,
                                       .expected = expected.potentials[n],
                                       .found = found.potentials[n]};
        }
        if (expected.arg_max == found.arg_max) { return std::nullopt; }
        return hardware_difference{.layer = layer,
                                   .what = "index of the largest potential",
                                   .expected = static_cast<std::int64_t>(expected.arg_max),
                                   .found = static_cast<std::int64_t>(found.arg_max)};
    }
};

class board_run {
  public:
    board_run(board_link& link, const network& net, const hw::engine_config& config,
              const dataset& data, const board_run_options& options)
        : net_(net),
          data_(data),
          options_(options),
          image_(hw::make_fitting_image(net, config)),
          session_(link, options.retries, result_) {
        if (options.check) { reference_ = std::make_unique<reference>(net, image_); }
    }

    board_run_result run() {
        result_.parts = image_.runs();
        result_.part_words = image_.words_a_sample();
        session_.load(image_);
        const std::size_t all = samples_of(options_, data_);
        for (std::size_t i = 0; i < all && !result_.first_difference; ++i) {
            run_sample(i);
            if (options_.progress) { options_.progress(i + 1, all); }
        }
        return std::move(result_);
    }

  private:
    const network& net_;
    const dataset& data_;
    const board_run_options& options_;
    hw::image image_;
    board_run_result result_{};
    board_session session_;
    std::unique_ptr<reference> reference_{};

    /// All steps where the network is streaming: a sample that was disturbed begins anew.
    sim::sample_result answer_of(hw::host& host, const std::vector<sim::encoded_input>& input) {
        const bool whole = image_.steps == 0;
        std::vector<spike_train> spikes;
        std::vector<std::vector<std::int32_t>> codes;
        for (const sim::encoded_input& i : whole ? for_engine(net_, input) : input) {
            spikes.push_back(i.spikes);
            codes.push_back(i.codes);
        }
        if (whole) { return to_result(host.run(hw::encode(image_, spikes)).readouts); }
        return to_result(hw::run_steps(host, image_, hw::encode_steps(image_, spikes, codes)));
    }

    void run_sample(std::size_t sample) {
        const std::vector<sim::encoded_input> input =
            encode_inputs(net_, data_, sample, options_.seed);
        sim::sample_result found;
        const counter_values counters =
            session_.run([&](hw::host& host) { found = answer_of(host, input); });
        result_.cycles.push_back(counters[counter_index("cycles")]);
        if (options_.on_sample) { options_.on_sample(sample, found); }
        if (reference_) {
            result_.first_difference = reference_->compare(sample, input, found, counters);
        }
    }
};

}  // namespace

std::size_t samples_of(const board_run_options& options, const dataset& data) {
    return options.samples == 0 ? data.size() : std::min(options.samples, data.size());
}

board_run_result run_on_board(board_link& link, const network& net, const hw::engine_config& config,
                              const dataset& data, const board_run_options& options) {
    return board_run(link, net, config, data, options).run();
}

}  // namespace synfire::cli
