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

namespace synfire::sim {
namespace {

/// Small enough to balance, large enough that taking the next piece costs nothing. Streaming
/// samples are long and, with an early exit, of unequal length.
int samples_per_piece(const network& net) { return net.execution == execution::streaming ? 1 : 8; }
constexpr std::size_t progress_reports = 200;

struct job {
    const network& net;
    std::span<const dataset* const> data;
    const options& how;
    std::size_t samples;
    std::vector<encoder> encoders;
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

int threads_of(const options& how, std::size_t samples) {
    const int wanted = wanted_threads(how);
    const std::size_t pieces = std::max<std::size_t>(samples, 1);
    return static_cast<int>(std::min(static_cast<std::size_t>(wanted), pieces));
}

/// What one thread owns.
class worker {
  public:
    worker(const job& j, const engine_maker& make)
        : job_(j),
          engine_(make()),
          inputs_(j.encoders.size()),
          may_leave_out_(j.how.engine == engine_kind::event_driven && !j.how.record.spikes
                         && j.net.execution == execution::synchronous) {}

    const sample_output& run(std::size_t sample) {
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            job_.encoders[i].encode(*job_.data[i], sample, job_.how.seed, inputs_[i],
                                    may_leave_out_);
        }
        engine_->run(inputs_, job_.how.record, out_);
        counts_ += out_.counts;
        return out_;
    }
    const activity& counts() const { return counts_; }

  private:
    const job& job_;
    std::unique_ptr<engine> engine_;
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

void run_one(worker& w, std::size_t sample, reporter& reports, run_result& result) {
    const sample_output& out = w.run(sample);
    result.samples[sample] = out.result;
    if (reports.wanted()) { reports.sample_done(sample, out.counts); }
}

run_result run_job(const job& j, const engine_maker& make) {
    run_result result;
    result.threads = threads_of(j.how, j.samples);
    result.samples.resize(j.samples);
    result.counts = empty_activity(j.net);
    reporter reports(j);
    failure failed;
    const auto count = static_cast<std::ptrdiff_t>(j.samples);
    const int piece = samples_per_piece(j.net);
#pragma omp parallel num_threads(result.threads)
    {
        std::unique_ptr<worker> w;
        try {
            w = std::make_unique<worker>(j, make);
        } catch (...) { failed.keep(std::current_exception()); }
#pragma omp for schedule(dynamic, piece)
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            if (failed.happened()) { continue; }
            try {
                run_one(*w, static_cast<std::size_t>(i), reports, result);
            } catch (...) { failed.keep(std::current_exception()); }
        }
#pragma omp critical(synfire_sim_counts)
        if (w) { result.counts += w->counts(); }
    }
    failed.rethrow();
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
}

}  // namespace

run_result run(const network& net, std::span<const dataset* const> data, const options& options) {
    validate(net);
    check_options(net, options);
    const auto shared = std::make_shared<const network>(net);
    const job j = make_job(*shared, data, options);
    return run_job(j, make_engine_maker(shared, options.engine, options.simd,
                                        options.early_exit_margin,
                                        wanted_threads(options) / threads_of(options, j.samples)));
}

run_result run(const network& net, const dataset& data, const options& options) {
    std::vector<const dataset*> inputs;
    for (std::size_t i = 0; i < data.inputs(); ++i) { inputs.push_back(&data.input(i)); }
    return run(net, inputs, options);
}

}  // namespace synfire::sim
