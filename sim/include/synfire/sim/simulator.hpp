// SPDX-License-Identifier: Apache-2.0
// Runs a network on data with exact counts. Open this header first: run() for data sets, simulator
// for one sample of inputs that are already encoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/core/spike_train.hpp>
#include <synfire/core/streaming.hpp>
#include <synfire/sim/encode.hpp>
#include <synfire/sim/probe.hpp>

namespace synfire::sim {

/// Both engines give the same bits; `reference` delivers spike by spike and synapse by synapse.
enum class engine_kind : std::uint8_t { event_driven, reference };
std::string_view to_string(engine_kind engine);

/// Instruction set of the event-driven engine. A level that the processor lacks falls back to the
/// next lower one.
enum class simd_level : std::uint8_t { automatic, baseline, sse4, avx2, avx512 };

/// What one population did in one sample.
struct population_record {
    std::vector<std::int64_t> potentials;  ///< x before firing, streaming: v after the last step;
                                           ///< empty for inputs and max_pool
    std::vector<std::int32_t> codes;       ///< empty for readouts and in streaming networks
    spike_train spikes;                    ///< empty for readouts and `current` inputs
    std::vector<std::int64_t> currents{};  ///< streaming, with potentials: final synaptic current
    clamp_flags flags{};                   ///< streaming, with potentials

    friend bool operator==(const population_record&, const population_record&) = default;
};

/// Which parts of a population_record are kept.
struct record_options {
    bool spikes = false;  ///< and codes
    bool potentials = false;
    bool answers = false;  ///< streaming: sample_result::answers

    bool any() const { return spikes || potentials; }
};

struct readout_result {
    std::size_t population = 0;
    std::vector<std::int64_t> potentials;  ///< streaming: last, sum or maximum, as the network says
    std::size_t arg_max = 0;               ///< lowest index on ties

    friend bool operator==(const readout_result&, const readout_result&) = default;
};

/// Result of one sample.
struct sample_result {
    std::vector<readout_result> readouts;        ///< in file order of the readout populations
    std::vector<population_record> populations;  ///< in file order; empty unless recorded
    std::int32_t steps = 0;                      ///< streaming: steps that were run
    std::vector<std::int32_t> answers{};  ///< streaming, where recorded: class by the first readout
                                          ///< after each step

    friend bool operator==(const sample_result&, const sample_result&) = default;
};

/// One sample with its own counts.
struct sample_output {
    sample_result result;
    activity counts;  ///< of this sample alone
};

/// One sample at a time. Nothing of a sample is left when the next one starts.
class simulator {
  public:
    /// `threads`: that share the work of a sample; event-driven engine of synchronous networks
    /// only. Throws bad_input where the network is not valid.
    explicit simulator(network net, engine_kind engine = engine_kind::event_driven,
                       simd_level simd = simd_level::automatic, int threads = 1);
    ~simulator();
    simulator(simulator&&) noexcept;
    simulator& operator=(simulator&&) noexcept;

    /// `inputs`: one per input population, in file order. Throws bad_input where their number,
    /// length or range does not fit. The reference stays valid until the next run.
    const sample_output& run(std::span<const encoded_input> inputs,
                             const record_options& record = {});

    const network& net() const;

  private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

struct options {
    engine_kind engine = engine_kind::event_driven;
    simd_level simd = simd_level::automatic;
    int threads = 0;          ///< 0: all cores; with fewer samples, threads share large samples
    std::size_t samples = 0;  ///< 0: all
    std::uint64_t seed = 1;   ///< `poisson` encoder
    /// Streaming: a sample ends after the first step in which the best value of the first readout,
    /// in real units, is ahead of the next best by this much.
    std::optional<double> early_exit_margin{};
    record_options record{};  ///< part of every sample's result
    /// Whether run_result::samples is filled: memory grows with their number. Without it, and with
    /// what is below, a run takes the memory of a few samples, however many there are.
    bool keep_samples = true;
    /// Called once per sample, in their order, one call at a time, from any thread.
    std::function<void(std::size_t sample, const sample_result& result)> on_sample{};
    /// What is looked at while samples run, and who gets it: in the order of samples, of pieces of
    /// a sample, and of probes, one call at a time, from any thread. Long streaming samples come in
    /// pieces of some steps; all of a sample comes before on_sample() is called for it.
    std::vector<probe> probes{};
    std::function<void(const probe_records& records)> on_records{};
    /// Called now and then with the samples done and their number, one call at a time, from any
    /// thread.
    std::function<void(std::size_t done, std::size_t all)> progress{};
    /// Called once per sample with the counts of that sample alone, one call at a time, from any
    /// thread and in any order of samples. Expected activity, histograms and percentiles are built
    /// on it.
    std::function<void(std::size_t sample, const activity& counts)> observer{};
};

struct run_result {
    activity counts;                     ///< sums over all samples
    std::vector<sample_result> samples;  ///< in order; empty where they are not kept
    int threads = 1;                     ///< threads used
};

/// Runs the samples of a data set, or of recordings of events; equal results for any number of
/// threads. Throws bad_input for an invalid network, data that do not fit, another number of inputs
/// than data sets, lengths that differ, or streaming options for a synchronous network.
run_result run(const network& net, const dataset& data, const options& options = {});

/// One data set per input population, in file order, equally long.
run_result run(const network& net, std::span<const dataset* const> data,
               const options& options = {});

}  // namespace synfire::sim
