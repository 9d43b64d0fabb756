// SPDX-License-Identifier: Apache-2.0
// Whole samples on a streaming engine: feeds the spikes of each step, keeps what is asked for, and
// stops early where the answer is clear.
#include <algorithm>
#include <utility>

#include <synfire/core/readout.hpp>

#include "stream_engine.hpp"

namespace synfire::sim {
namespace {

class stream_runner final : public engine {
  public:
    stream_runner(std::shared_ptr<const network> net, std::unique_ptr<stream_engine> steps,
                  std::optional<double> margin)
        : net_(std::move(net)),
          engine_(std::move(steps)),
          margin_(margin),
          inputs_(populations_of(*net_, population_kind::input)),
          readouts_(populations_of(*net_, population_kind::readout)),
          injected_(net_->populations.size()),
          next_(inputs_.size()) {}

    void run(std::span<const encoded_input> inputs, const record_options& record,
             sample_output& out) override;
    void attach(step_feed* feed, step_watcher* watcher) override {
        feed_ = feed;
        watcher_ = watcher;
    }

  private:
    void start(std::span<const encoded_input> inputs);
    void gather(std::span<const encoded_input> inputs, std::int32_t step);
    bool clear_enough(std::span<const std::int64_t> answer) const;
    bool after_step(const record_options& record, std::int32_t step, sample_result& result) const;
    void store(const record_options& record, sample_output& out) const;

    std::shared_ptr<const network> net_;
    std::unique_ptr<stream_engine> engine_;
    std::optional<double> margin_;
    std::vector<std::size_t> inputs_;
    std::vector<std::size_t> readouts_;
    std::vector<firing> injected_;   ///< per population
    std::vector<std::size_t> next_;  ///< per input: first spike not yet sent
    step_feed* feed_ = nullptr;
    step_watcher* watcher_ = nullptr;
};

void stream_runner::run(std::span<const encoded_input> inputs, const record_options& record,
                        sample_output& out) {
    out = {};
    start(inputs);
    if (record.any()) { out.result.populations.resize(net_->populations.size()); }
    for (std::int32_t t = 0; t < net_->steps; ++t) {
        gather(inputs, t);
        engine_->step(injected_);
        if (watcher_ != nullptr) { watcher_->after_step(*engine_, t); }
        if (after_step(record, t, out.result)) { break; }
    }
    store(record, out);
}

void stream_runner::start(std::span<const encoded_input> inputs) {
    engine_->start();
    std::fill(next_.begin(), next_.end(), std::size_t{0});
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (net_->populations[inputs_[i]].is_current()) {
            engine_->set_current(inputs_[i], inputs[i].codes);
        }
    }
}

/// Spikes are sorted by step, so each input is walked through once.
void stream_runner::gather(std::span<const encoded_input> inputs, std::int32_t step) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        firing& now = injected_[inputs_[i]];
        const spike_train& spikes = inputs[i].spikes;
        if (feed_ != nullptr) {
            feed_->spikes_of(i, step, now);
            continue;
        }
        now.clear();
        for (; next_[i] < spikes.size() && spikes[next_[i]].step == step; ++next_[i]) {
            now.push_back(spikes[next_[i]].neuron);
        }
    }
}

bool stream_runner::clear_enough(std::span<const std::int64_t> answer) const {
    return readout_lead(net_->populations[readouts_.front()], answer) >= *margin_;
}

/// Whether the sample ends here.
bool stream_runner::after_step(const record_options& record, std::int32_t step,
                               sample_result& result) const {
    result.steps = step + 1;
    if (record.spikes) {
        for (std::size_t i = 0; i < net_->populations.size(); ++i) {
            for (const std::uint32_t n : engine_->fired(i)) {
                result.populations[i].spikes.push_back({step, n, 1});
            }
        }
    }
    if (readouts_.empty() || (!record.answers && !margin_)) { return false; }
    const std::vector<std::int64_t> answer = engine_->answer(readouts_.front());
    if (record.answers) {
        result.answers.push_back(readout_class(net_->populations[readouts_.front()], answer));
    }
    return margin_ && clear_enough(answer);
}

void stream_runner::store(const record_options& record, sample_output& out) const {
    out.counts = engine_->counts();
    for (std::size_t i = 0; i < net_->populations.size(); ++i) {
        spread_steps(firing_steps(*net_, net_->populations[i]), out.counts.populations[i]);
    }
    for (const std::size_t r : readouts_) {
        std::vector<std::int64_t> answer = engine_->answer(r);
        const std::size_t winner = arg_max(answer);
        out.result.readouts.push_back({r, std::move(answer), winner});
    }
    for (std::size_t i = 0; i < out.result.populations.size(); ++i) {
        if (!record.potentials) { break; }
        out.result.populations[i].potentials = engine_->potentials(i);
        out.result.populations[i].currents = engine_->currents(i);
        out.result.populations[i].flags = engine_->flags(i);
    }
}

}  // namespace

engine_maker stream_runner_maker(std::shared_ptr<const network> net, const stream_maker& make,
                                 std::optional<double> early_exit_margin) {
    return [net, make, early_exit_margin] {
        return std::make_unique<stream_runner>(net, make(), early_exit_margin);
    };
}

stream_maker make_stream_maker(std::shared_ptr<const network> net, engine_kind kind,
                               simd_level simd) {
    if (kind == engine_kind::reference) { return reference_stream_maker(std::move(net)); }
    return event_stream_maker(std::move(net), simd);
}

}  // namespace synfire::sim
