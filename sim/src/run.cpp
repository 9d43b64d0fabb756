// SPDX-License-Identifier: Apache-2.0
// Whole data sets: samples in parallel, one engine per thread, integer sums, so that the number of
// threads cannot change a bit of the result.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>
#include <string>
#include <utility>

#include <omp.h>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>

#include "encoder.hpp"
#include "engine.hpp"
#include "lines.hpp"
#include "probe_recorder.hpp"
#include "sample_order.hpp"
#include "step_encoder.hpp"

namespace synfire::sim {
namespace {

/// Small enough to balance, large enough that taking the next piece costs nothing. Streaming
/// samples are long and, with an early exit, of unequal length.
std::size_t samples_per_piece(const network& net) {
    return net.execution == execution::streaming ? 1 : 8;
}
constexpr std::size_t progress_reports = 200;

/// Pieces per thread that may be done before their turn, where results are handed over in order.
constexpr std::size_t pieces_ahead = 2;

struct job {
    const network& net;
    std::span<const dataset* const> data;
    const options& how;
    std::size_t samples;
    std::vector<encoder> encoders;

    bool streaming() const { return net.execution == execution::streaming; }
    bool has_probes() const { return !how.probes.empty() && how.on_records; }
};

job make_job(const network& net, std::span<const dataset* const> data, const options& how) {
    const std::vector<std::size_t> inputs = populations_of(net, population_kind::input);
    if (inputs.size() != data.size()) {
        throw bad_input({"network", "wrong number of data sets", std::to_string(data.size()),
                         std::to_string(inputs.size()) + " (one per input)", ""});
    }
    job j{net, data, how, 0, {}};
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        j.encoders.emplace_back(net.populations[inputs[i]], net.steps);
        j.encoders.back().check(*data[i]);
        j.encoders.back().learn_places(*data[i]);
        if (data[i]->size() != data[0]->size()) {
            throw bad_input({"data set '" + data[i]->name + "'",
                             "the data sets of several inputs differ in length",
                             std::to_string(data[i]->size()), std::to_string(data[0]->size()), ""});
        }
    }
    j.samples = data.empty() ? 0 : data[0]->size();
    if (how.samples != 0) { j.samples = std::min(j.samples, how.samples); }
    return j;
}

int wanted_threads(const options& how) {
    return how.threads > 0 ? how.threads : omp_get_max_threads();
}

/// Threads that take samples, and threads that share each of them. Few samples go one after the
/// other through all threads, where the engine can share them.
struct thread_plan {
    int samples = 1;
    int lines = 1;
};

bool is_worth_threads(const network& net) {
    return std::any_of(net.projections.begin(), net.projections.end(), [&](const projection& p) {
        const std::size_t positions = net.populations[p.target].shape.positions();
        return p.weights.size() * positions >= synapses_worth_a_thread;
    });
}

thread_plan plan_threads(const network& net, const options& how, std::size_t samples) {
    const int wanted = wanted_threads(how);
    if (samples >= static_cast<std::size_t>(wanted)) { return {wanted, 1}; }
    const bool shares =
        how.engine == engine_kind::event_driven && net.execution == execution::synchronous;
    if (shares && is_worth_threads(net)) { return {1, wanted}; }
    return {static_cast<int>(std::max<std::size_t>(samples, 1)), 1};
}

/// What the engine records: what the caller wants, and what probes of synchronous networks need.
record_options recorded(const job& j) {
    record_options record = j.how.record;
    if (j.streaming() || !j.has_probes()) { return record; }
    for (const probe& p : j.how.probes) {
        (p.kind == probe_kind::potentials ? record.potentials : record.spikes) = true;
    }
    return record;
}

/// What one thread owns.
class worker final : public step_feed {
  public:
    worker(const job& j, const engine_maker& make, sample_order& order)
        : job_(j),
          engine_(make()),
          record_(recorded(j)),
          inputs_(j.encoders.size()),
          may_leave_out_(j.how.engine == engine_kind::event_driven && !record_.spikes
                         && !j.streaming()) {
        for (const encoder& e : j.encoders) { stepwise_.emplace_back(e); }
        if (j.has_probes()) { probes_.emplace(j.net, j.how.probes, j.how.on_records, order); }
        if (!j.streaming()) { return; }
        engine_->attach(this, probes_ ? &*probes_ : nullptr);
    }

    const sample_output& run(std::size_t sample) {
        for (std::size_t i = 0; i < inputs_.size(); ++i) { encode(i, sample); }
        if (probes_) { probes_->start(sample); }
        engine_->run(inputs_, record_, out_);
        counts_ += out_.counts;
        return out_;
    }

    /// What is handed over when it is the sample's turn.
    sample_order::task last_part(std::size_t sample) {
        sample_order::task records;
        if (probes_) {
            if (!job_.streaming()) { probes_->record(out_.result); }
            records = probes_->finish(out_.result.steps);
        }
        if (!job_.how.record.any()) { out_.result.populations.clear(); }
        return [&how = job_.how, records, sample, result = out_.result] {
            if (records) { records(); }
            if (how.on_sample) { how.on_sample(sample, result); }
        };
    }

    void spikes_of(std::size_t input, std::int32_t step,
                   std::vector<std::uint32_t>& neurons) override {
        stepwise_[input].spikes_of(step, neurons);
    }
    const activity& counts() const { return counts_; }

  private:
    void encode(std::size_t i, std::size_t sample) {
        if (!job_.streaming()) {
            return job_.encoders[i].encode(*job_.data[i], sample, job_.how.seed, inputs_[i],
                                           may_leave_out_);
        }
        stepwise_[i].start(*job_.data[i], sample, job_.how.seed);
        inputs_[i].codes = stepwise_[i].codes();
    }

    const job& job_;
    std::unique_ptr<engine> engine_;
    record_options record_;
    std::vector<step_encoder> stepwise_;
    std::optional<probe_recorder> probes_;
    std::vector<encoded_input> inputs_;
    bool may_leave_out_;
    sample_output out_;
    activity counts_;
};

/// Reports to the caller's functions, which need not be safe for threads and may throw.
class reporter {
  public:
    explicit reporter(const job& j)
        : job_(j),
          every_(std::max<std::size_t>(j.samples / progress_reports, 1)) {}

    bool wanted() const { return job_.how.observer || job_.how.progress; }
    void sample_done(std::size_t sample, const activity& counts) {
        const std::lock_guard one_at_a_time(mutex_);
        ++done_;
        if (job_.how.observer) { job_.how.observer(sample, counts); }
        if (job_.how.progress && (done_ % every_ == 0 || done_ == job_.samples)) {
            job_.how.progress(done_, job_.samples);
        }
    }

  private:
    const job& job_;
    std::size_t every_;
    std::size_t done_ = 0;
    std::mutex mutex_;
};

/// First exception of any thread; the other threads stop at their next sample.
class failure {
  public:
    bool happened() const { return happened_.load(std::memory_order_relaxed); }
    void keep(std::exception_ptr e) {
        const std::lock_guard one_at_a_time(mutex_);
        if (!first_) { first_ = std::move(e); }
        happened_.store(true, std::memory_order_relaxed);
    }
    void rethrow() const {
        if (first_) { std::rethrow_exception(first_); }
    }

  private:
    std::atomic<bool> happened_{false};
    std::exception_ptr first_;
    std::mutex mutex_;
};

/// Everything that the threads share.
struct shared_run {
    const job& j;
    run_result& result;
    reporter reports;
    sample_order order;
    failure failed{};
    std::atomic<std::size_t> next{0};

    bool in_order() const { return j.has_probes() || j.how.on_sample; }
};

void run_one(worker& w, std::size_t sample, shared_run& all) {
    const sample_output& out = w.run(sample);
    if (all.in_order()) { all.order.done(sample, w.last_part(sample)); }
    if (all.j.how.keep_samples) { all.result.samples[sample] = out.result; }
    if (all.reports.wanted()) { all.reports.sample_done(sample, out.counts); }
}

/// Takes pieces in ascending order, as sample_order wants it, until there are none left.
void work(worker& w, shared_run& all) {
    const std::size_t piece = samples_per_piece(all.j.net);
    while (!all.failed.happened()) {
        const std::size_t first = all.next.fetch_add(piece);
        if (first >= all.j.samples) { return; }
        const std::size_t last = std::min(first + piece, all.j.samples);
        for (std::size_t i = first; i < last && !all.failed.happened(); ++i) { run_one(w, i, all); }
    }
}

run_result run_job(const job& j, const thread_plan& threads, const engine_maker& make) {
    run_result result;
    result.threads = threads.samples * threads.lines;
    if (j.how.keep_samples) { result.samples.resize(j.samples); }
    result.counts = empty_activity(j.net);
    const std::size_t ahead =
        pieces_ahead * samples_per_piece(j.net) * static_cast<std::size_t>(threads.samples);
    shared_run all{j, result, reporter(j), sample_order(ahead)};
#pragma omp parallel num_threads(threads.samples)
    {
        std::unique_ptr<worker> w;
        try {
            w = std::make_unique<worker>(j, make, all.order);
            work(*w, all);
        } catch (...) {
            all.failed.keep(std::current_exception());
            all.order.stop();
        }
#pragma omp critical(synfire_sim_counts)
        if (w) { result.counts += w->counts(); }
    }
    all.failed.rethrow();
    return result;
}

/// A margin is the lead of one value over another.
void check_margin(const network& net, double margin) {
    if (!std::isfinite(margin) || margin < 0.0) {
        throw bad_input({"early exit", "the margin of an answer is not possible",
                         std::to_string(margin), "a finite number of at least 0",
                         "give it in units of the answer"});
    }
    const std::vector<std::size_t> readouts = populations_of(net, population_kind::readout);
    const std::size_t values =
        readouts.empty() ? 0 : net.populations[readouts.front()].shape.neurons();
    if (values >= 2) { return; }
    const std::string where = readouts.empty()
                                  ? "network"
                                  : "population '" + net.populations[readouts.front()].name + "'";
    throw bad_input({where, "an early exit compares values of the first read-out",
                     std::to_string(values) + (values == 1 ? " value" : " values"), "at least 2",
                     "leave out the margin (--early-exit-margin); --steps makes every sample "
                     "shorter"});
}

void check_options(const network& net, const options& how) {
    const bool over_time = how.early_exit_margin || how.record.answers;
    if (net.execution != execution::streaming && over_time) {
        throw bad_input({"network", "only streaming networks have an answer before the end",
                         std::string(to_string(net.execution)), "streaming",
                         "leave out the answers of each step and the margin"});
    }
    if (how.early_exit_margin) { check_margin(net, *how.early_exit_margin); }
    for (const probe& p : how.probes) { check_probe(net, p); }
}

}  // namespace

run_result run(const network& net, std::span<const dataset* const> data, const options& options) {
    validate(net);
    check_options(net, options);
    // Not a copy: no engine outlives this call, and networks can be large.
    const std::shared_ptr<const network> shared(std::shared_ptr<const network>(), &net);
    const job j = make_job(*shared, data, options);
    const thread_plan threads = plan_threads(net, options, j.samples);
    return run_job(j, threads,
                   make_engine_maker(shared, options.engine, options.simd,
                                     options.early_exit_margin, threads.lines));
}

run_result run(const network& net, const dataset& data, const options& options) {
    std::vector<const dataset*> inputs;
    for (std::size_t i = 0; i < data.inputs(); ++i) { inputs.push_back(&data.input(i)); }
    return run(net, inputs, options);
}

}  // namespace synfire::sim
