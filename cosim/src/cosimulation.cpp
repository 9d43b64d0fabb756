// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/cosim/cosimulation.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/slices.hpp>

namespace synfire::cosim {

namespace {

using hw::hardware_counts;

hardware_counts counts_of(const std::array<std::uint32_t, hw::counter_count>& registers) {
    std::array<std::uint64_t, hw::counter_count> wide{};
    std::copy(registers.begin(), registers.end(), wide.begin());
    return hw::from_array(wide);
}

hardware_counts minus(const hardware_counts& a, const hardware_counts& b) {
    auto values = to_array(a);
    const auto others = to_array(b);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] -= others[i];
    return hw::from_array(values);
}

/// What a step leaves for the next one's words at rest.
hw::step_end end_of(std::span<const expected_population> expected) {
    hw::step_end end;
    for (const expected_population& e : expected) {
        end.codes.emplace_back(e.codes.begin(), e.codes.end());
        end.potentials.emplace_back(e.potentials.begin(), e.potentials.end());
    }
    return end;
}

/// Removes a checker from the link, however the sample ends.
class watching {
  public:
    watching(traced_link* link, observer* checker) : link_(checker ? link : nullptr) {
        if (link_) link_->set_observer(checker);
    }
    ~watching() {
        if (link_) link_->set_observer(nullptr);
    }
    watching(const watching&) = delete;
    watching& operator=(const watching&) = delete;

  private:
    traced_link* link_;
};

}  // namespace

std::string to_text(const count_difference& d) {
    return fmt::format("sample {}, counter {}{}{}: {} expected by the cycle model, {} found",
                       d.sample, d.counter, d.layer.empty() ? "" : " at the end of ", d.layer,
                       d.expected, d.found);
}

struct cosimulation::implementation {
    implementation(hw::link& link, const network& n, const hw::image& i,
                   const cosimulation_options& o)
        : way(link),
          traced(dynamic_cast<traced_link*>(&link)),
          net(n),
          image(i),
          options(o),
          host(link, {.verify = o.verify}),
          model(n, i),
          checker(n, i.passes, i.maps) {
        if (!(options.attach && host.attach(image))) host.load(image);
        result.layers.assign(traced ? net.populations.size() : 0, {});
    }

    bool checks_spikes() const { return traced && options.check_spikes; }
    /// Engines for boards gather their counters in block RAM: the trace port shows zeros.
    bool shows_counters() const { return !image.config.shared_adder; }

    sample_outcome run(std::span<const expected_population> expected, bool later);
    void run_engine(std::span<const expected_population> expected, bool later, sample_outcome& out);
    void abort();
    void differ(const difference& d, sample_outcome& out);
    void compare_answer(std::span<const expected_population> expected, sample_outcome& out);
    void compare_codes(std::span<const std::int32_t> expected, const hw::readout_answer& answer,
                       sample_outcome& out);
    void compare_counts(std::span<const expected_population> expected, bool later,
                        sample_outcome& out);
    bool compare_totals(const hardware_counts& wanted, const hardware_counts& found,
                        const std::string& layer);
    void split_layers(sample_outcome& out) const;
    hardware_counts ends_before(std::size_t layer) const;
    void add(const sample_outcome& out);

    hw::link& way;
    traced_link* traced;
    const network& net;
    const hw::image& image;
    cosimulation_options options;
    hw::host host;
    hw::cycle_model model;
    spike_checker checker;
    hw::step_end left;  ///< of a streaming sample: what its last step left
    cosimulation_result result;
};

sample_outcome cosimulation::implementation::run(std::span<const expected_population> expected,
                                                 bool later) {
    sample_outcome out;
    checker.begin(expected);
    const std::uint64_t before = traced ? traced->cycle() : 0;
    const auto start = std::chrono::steady_clock::now();
    try {
        run_engine(expected, later, out);
    } catch (const difference_found&) {
        abort();
        differ(*checker.first_difference(), out);
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
    result.seconds += spent.count();
    out.clock_cycles = traced ? traced->cycle() - before : 0;
    if (out.equal) {
        compare_answer(expected, out);
        if (options.check_counts) compare_counts(expected, later, out);
    }
    if (image.steps != 0) left = end_of(expected);
    add(out);
    return out;
}

void cosimulation::implementation::run_engine(std::span<const expected_population> expected,
                                              bool later, sample_outcome& out) {
    std::vector<spike_train> inputs;
    for (const hw::input_port& port : image.inputs) {
        const expected_population& input = expected[port.population];
        if (net.populations[port.population].is_current()) {
            inputs.push_back(hw::spikes_of({coding::phase, port.steps}, input.codes));
        } else {
            inputs.emplace_back(input.spikes.begin(), input.spikes.end());
        }
    }
    hw::sample_words words = encode(image, inputs);
    if (later) words.back() |= hw::end_of_later_step;
    host.clear_counters();
    const watching watch(traced, checks_spikes() ? &checker : nullptr);
    out.answer = host.run(words);
    if (checks_spikes()) checker.finish();
    out.counts = host.counters();
    if (checks_spikes()) split_layers(out);
}

void cosimulation::implementation::abort() {
    way.write(hw::address_of(hw::reg::control),
              hw::control_abort | hw::control_clear_errors | hw::control_clear_counters);
}

void cosimulation::implementation::differ(const difference& d, sample_outcome& out) {
    out.equal = false;
    if (result.difference) return;
    result.difference = d;
    result.first_sample = result.samples;
}

void cosimulation::implementation::compare_answer(std::span<const expected_population> expected,
                                                  sample_outcome& out) {
    for (const hw::readout_answer& readout : out.answer.readouts) {
        if (net.populations[readout.population].kind != population_kind::readout) {
            compare_codes(expected[readout.population].codes, readout, out);
            continue;
        }
        const std::span<const std::int64_t> wanted = expected[readout.population].potentials;
        const std::string& name = net.populations[readout.population].name;
        const auto [at, found] = std::mismatch(
            wanted.begin(), wanted.end(), readout.potentials.begin(), readout.potentials.end());
        if (at != wanted.end() && found != readout.potentials.end())
            return differ({.kind = difference_kind::potential,
                           .layer = name,
                           .neuron = static_cast<std::uint64_t>(at - wanted.begin()),
                           .expected = *at,
                           .found = *found,
                           .note = "in the engine's answer"},
                          out);
        const auto best = std::max_element(wanted.begin(), wanted.end());
        const auto label = static_cast<std::size_t>(best - wanted.begin());
        if (readout.label != label)
            return differ({.kind = difference_kind::potential,
                           .layer = name,
                           .neuron = readout.label,
                           .expected = static_cast<std::int64_t>(label),
                           .found = static_cast<std::int64_t>(readout.label),
                           .note = "the largest potential, in the engine's answer"},
                          out);
    }
}

/// A map that is the answer: the words were compared as they were written, and here as they are
/// sent.
void cosimulation::implementation::compare_codes(std::span<const std::int32_t> expected,
                                                 const hw::readout_answer& answer,
                                                 sample_outcome& out) {
    const auto found = hw::codes_in(answer.potentials, image.maps[answer.population]);
    const auto [at, other] =
        std::mismatch(expected.begin(), expected.end(), found.begin(), found.end());
    if (at == expected.end() || !out.equal) return;
    differ({.kind = difference_kind::spike,
            .layer = net.populations[answer.population].name,
            .neuron = static_cast<std::uint64_t>(at - expected.begin()),
            .expected = *at,
            .found = *other,
            .note = "code, in the engine's answer"},
           out);
}

/// Totals at the end of each population, in the order in which they ended, and of all.
void cosimulation::implementation::compare_counts(std::span<const expected_population> expected,
                                                  bool later, sample_outcome& out) {
    std::vector<std::span<const std::int32_t>> codes;
    for (const expected_population& e : expected) codes.push_back(e.codes);
    const std::vector<hardware_counts> wanted = later ? model.run(codes, left) : model.run(codes);
    hardware_counts total;
    for (const hw::input_port& port : image.inputs) total += wanted[port.population];
    bool equal = true;
    for (const trace_layer_end& end : checker.ends()) {
        total += wanted[end.layer];
        if (!shows_counters()) continue;
        const hardware_counts found = minus(counts_of(end.counters), ends_before(end.layer));
        equal = equal && compare_totals(total, found, net.populations[end.layer].name);
    }
    equal = equal && compare_totals(hw::sum(wanted, image.runs()), out.counts, {});
    out.equal = out.equal && equal;
}

bool cosimulation::implementation::compare_totals(const hardware_counts& wanted,
                                                  const hardware_counts& found,
                                                  const std::string& layer) {
    if (wanted == found) return true;
    const auto a = to_array(wanted);
    const auto b = to_array(found);
    const auto at =
        static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin()).first - a.begin());
    if (!result.counter)
        result.counter = count_difference{.sample = result.samples,
                                          .layer = layer,
                                          .counter = std::string(hw::counter_names[at]),
                                          .expected = a[at],
                                          .found = b[at]};
    return false;
}

/// What the ends of parts counted before the last pass of a population.
hardware_counts cosimulation::implementation::ends_before(std::size_t layer) const {
    std::size_t last = 0;
    for (std::size_t i = 0; i < image.passes.size(); ++i)
        if (image.passes[i].population == layer
            && image.passes[i].header.kind_of() != hw::pass_kind::emit)
            last = i;
    hardware_counts counts;
    if (!shows_counters()) return counts;
    for (const hw::image_part& part : image.parts)
        if (part.first_pass + part.passes <= last) counts.cycles += hw::program_cycles;
    return counts;
}

/// What the input writer counted is the input's: it is what was there before the first layer.
void cosimulation::implementation::split_layers(sample_outcome& out) const {
    out.layers.assign(net.populations.size(), {});
    hardware_counts before;
    for (const trace_layer_end& end : checker.ends()) {
        const hardware_counts now = minus(counts_of(end.counters), ends_before(end.layer));
        out.layers[end.layer] = minus(now, before);
        before = now;
    }
}

void cosimulation::implementation::add(const sample_outcome& out) {
    ++result.samples;
    result.equal_samples += out.equal ? 1 : 0;
    result.counts += out.counts;
    for (std::size_t i = 0; i < out.layers.size(); ++i) result.layers[i] += out.layers[i];
    result.words_compared = checker.words_compared();
    result.clock_cycles += out.clock_cycles;
}

cosimulation::cosimulation(hw::link& way, const network& net, const hw::image& image,
                           const cosimulation_options& options)
    : self_(std::make_unique<implementation>(way, net, image, options)) {}

cosimulation::~cosimulation() = default;

sample_outcome cosimulation::run(std::span<const expected_population> expected, bool later) {
    return self_->run(expected, later);
}

const cosimulation_result& cosimulation::result() const { return self_->result; }

cosimulation_result cosimulate(hw::link& way, const network& net, const hw::image& image,
                               std::span<const sample_record> samples,
                               const cosimulation_options& options) {
    cosimulation runner(way, net, image, options);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (!runner.run(samples[i]).equal) break;
        if (options.progress) options.progress(i + 1, samples.size());
    }
    return runner.result();
}

}  // namespace synfire::cosim
