// SPDX-License-Identifier: Apache-2.0
#include "slices_levels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/does_not_fit.hpp>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/needs.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::test {
namespace {

/// One slice on all levels.
class slice_bench {
  public:
    slice_bench(hw::link* engine, const hw::slice& s)
        : slice_(s),
          simulator_(s.net),
          model_(s.net, s.made) {
        if (engine == nullptr) { return; }
        host_ = std::make_unique<hw::host>(*engine);
        host_->load(s.made);
    }

    /// Empty, or a difference of the counters.
    std::string run(hw::sliced_sample& sample) {
        const std::vector<spike_train> spikes = sample.inputs_of(slice_);
        std::vector<sim::encoded_input> inputs;
        for (std::size_t i = 0; i < spikes.size(); ++i) {
            const population& p = slice_.net.populations[i];
            inputs.push_back({hw::codes_of(p.window, spikes[i], p.shape.neurons()), spikes[i]});
        }
        const sim::sample_output& out = simulator_.run(inputs, {true, true});
        if (!host_) {
            sample.take(slice_, as_answer(out.result));
            return "";
        }
        host_->clear_counters();
        sample.take(slice_, host_->run(hw::encode(slice_.made, spikes)));
        return counter_difference(out.result);
    }

  private:
    const hw::slice& slice_;
    sim::simulator simulator_;
    hw::cycle_model model_;
    std::unique_ptr<hw::host> host_{};

    std::string counter_difference(const sim::sample_result& result) {
        std::vector<std::vector<std::int32_t>> codes;
        for (const sim::population_record& p : result.populations) { codes.push_back(p.codes); }
        const auto expected = hw::to_array(hw::sum(model_.run(codes)));
        const auto found = hw::to_array(host_->counters());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (expected[i] == found[i]) { continue; }
            return fmt::format("counter {}: {} expected, {} found", hw::counter_names[i],
                               expected[i], found[i]);
        }
        return "";
    }

    /// Words of the map in the code memory, as an engine would have them.
    hw::sample_answer as_answer(const sim::sample_result& result) const {
        const hw::map_info& m = slice_.made.maps[slice_.target()];
        const sim::population_record& p = result.populations[slice_.target()];
        hw::readout_answer answer{slice_.target(), {}, 0};
        if (m.kind == population_kind::readout) {
            answer.potentials.assign(p.potentials.begin(), p.potentials.end());
            return {{answer}};
        }
        std::vector<std::uint32_t> words(static_cast<std::size_t>(m.code_words()), 0);
        const int bits = hw::pattern_bits_of(m.format);
        const code_window& window = slice_.net.populations[slice_.target()].window;
        for (const spike& s : p.spikes) {
            const std::int64_t bit = m.bit_of(s.neuron);
            const std::uint32_t sign = s.sign < 0 ? 1U << static_cast<unsigned>(bits - 1) : 0U;
            words[static_cast<std::size_t>(m.code_word_of(bit) - m.code_base)] |=
                (sign | 1U << static_cast<unsigned>(window.steps - 1 - s.step))
                << static_cast<unsigned>(m.code_lsb_of(bit));
        }
        answer.potentials.assign(words.begin(), words.end());
        return {{answer}};
    }
};

std::string difference_of(const network& net, const sim::sample_result& expected,
                          const hw::sliced_sample& found) {
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const population& p = net.populations[i];
        if (p.kind == population_kind::input) { continue; }
        const sim::population_record& record = expected.populations[i];
        const bool readout = p.kind == population_kind::readout;
        for (std::size_t n = 0; n < p.shape.neurons(); ++n) {
            const std::int64_t wanted = readout ? record.potentials[n] : record.codes[n];
            if (wanted == found.values_of(i)[n]) { continue; }
            return fmt::format("{}: neuron {}: {} expected, {} found", p.name, n, wanted,
                               found.values_of(i)[n]);
        }
    }
    return "";
}

std::string label_difference(const sim::sample_result& expected, const hw::sliced_sample& found) {
    const hw::sample_answer answer = found.answer();
    for (std::size_t i = 0; i < answer.readouts.size(); ++i) {
        if (answer.readouts[i].label == expected.readouts[i].arg_max) { continue; }
        return fmt::format("label: {} expected, {} found", expected.readouts[i].arg_max,
                           answer.readouts[i].label);
    }
    return "";
}

/// What is refused in slices alone, for there the sources are inputs.
bool is_known_refusal(std::string_view what) {
    return what.find("the engine cannot pool an input") != std::string_view::npos
           || what.find("the patterns of a stream of several inputs") != std::string_view::npos;
}

bool reads_negative(const hw::slice& s) {
    const auto& all = s.net.populations;
    return std::any_of(all.begin(), all.end() - 1,
                       [](const population& p) { return p.range.lo < 0; });
}

}  // namespace

std::optional<hw::sliced_network> random_slices(const network& net, const hw::engine_config& config,
                                                std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](std::int64_t all) {
        const std::int64_t part = 1 + static_cast<std::int64_t>(random() % 4);
        return random() % 2 == 0 ? 0 : std::max<std::int64_t>(all / part, 1);
    };
    try {
        const hw::memory_words all = hw::needs_of(net, config).all;
        return hw::slice_network(
            net, config, {below(all.act), below(all.code), below(all.weights), below(all.program)});
    } catch (const hw::does_not_fit&) { return std::nullopt; } catch (const bad_input& e) {
        if (!is_known_refusal(e.what())) { throw; }
        return std::nullopt;
    }
}

std::string slices_difference(hw::link* engine, const random_case& c,
                              const hw::sliced_network& cut) {
    sim::simulator whole(cut.whole);
    std::vector<sim::sample_result> expected;
    std::vector<hw::sliced_sample> samples;
    for (const std::vector<sim::encoded_input>& inputs : c.samples) {
        expected.push_back(whole.run(inputs, {true, true}).result);
        std::vector<spike_train> spikes;
        for (const sim::encoded_input& in : inputs) { spikes.push_back(in.spikes); }
        samples.emplace_back(cut, spikes);
    }
    for (std::size_t i = 0; i < cut.slices.size(); ++i) {
        // Sums stay with the sample until the next slice has them, so samples may go side by side.
        slice_bench bench(engine, cut.slices[i]);
        for (std::size_t s = 0; s < samples.size(); ++s) {
            std::string d = bench.run(samples[s]);
            if (!d.empty()) {
                return fmt::format("slice {} of {}, sample {}: {}", i, cut.slices.size(), s, d);
            }
        }
    }
    for (std::size_t s = 0; s < samples.size(); ++s) {
        std::string d = difference_of(cut.whole, expected[s], samples[s]);
        if (d.empty()) { d = label_difference(expected[s], samples[s]); }
        if (!d.empty()) { return fmt::format("sample {}: {}", s, d); }
    }
    return "";
}

void add_features(const hw::sliced_network& cut, std::map<std::string, int>& met) {
    ++met["networks"];
    for (const hw::slice& s : cut.slices) {
        const population& whole = cut.whole.populations[s.population];
        const bool some_rows = s.region.rows.count() < whole.shape.height;
        const bool some_channels = s.region.channels.count() < whole.shape.channels;
        const bool some_columns = s.region.columns.count() < whole.shape.width;
        met["rows"] += some_rows ? 1 : 0;
        met["channels"] += some_channels ? 1 : 0;
        met["sums"] += s.partial ? 1 : 0;
        met["columns"] += some_columns ? 1 : 0;
        met["sums beside negative codes"] += s.digits > 0 && reads_negative(s) ? 1 : 0;
        met["several digits"] += s.digits > 1 ? 1 : 0;
        met["max-pools"] += whole.kind == population_kind::max_pool && some_rows ? 1 : 0;
        met["doubled digits"] += s.net.projections.size() > s.inputs.size() + s.digits ? 1 : 0;
        for (const projection& p : s.net.projections) {
            met[fmt::format("channels of {}", to_string(p.kind))] += some_channels ? 1 : 0;
            met[fmt::format("sums of {}", to_string(p.kind))] += s.partial ? 1 : 0;
            met[fmt::format("rows of {}", to_string(p.kind))] += some_rows ? 1 : 0;
            met[fmt::format("columns of {}", to_string(p.kind))] += some_columns ? 1 : 0;
            met["groups"] += p.groups > 1 ? 1 : 0;
        }
    }
}

}  // namespace synfire::test
