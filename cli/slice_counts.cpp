// SPDX-License-Identifier: Apache-2.0
#include "slice_counts.hpp"

#include <algorithm>

#include <synfire/hw/engine_network.hpp>
#include <synfire/sim/encode.hpp>

namespace synfire::cli {

namespace {

std::vector<std::vector<std::int32_t>> codes_of_all(const sim::sample_result& result) {
    std::vector<std::vector<std::int32_t>> codes;
    for (const sim::population_record& p : result.populations) { codes.push_back(p.codes); }
    return codes;
}

std::vector<std::int32_t> input_codes(const population& p, const spike_train& spikes) {
    return hw::codes_of(p.window, spikes, p.shape.neurons());
}

}  // namespace

std::vector<std::int32_t> values_of(const population& p, const sim::population_record& record) {
    if (p.kind != population_kind::readout) { return record.codes; }
    return {record.potentials.begin(), record.potentials.end()};
}

std::optional<hardware_difference> value_difference(const population& p,
                                                    const std::vector<std::int32_t>& expected,
                                                    const std::vector<std::int32_t>& found) {
    const auto [wanted, other] =
        std::mismatch(expected.begin(), expected.end(), found.begin(), found.end());
    if (wanted == expected.end()) { return std::nullopt; }
    return hardware_difference{.layer = p.name,
                               .what = p.kind == population_kind::readout ? "potential" : "code",
                               .neuron = static_cast<std::uint64_t>(wanted - expected.begin()),
                               .expected = *wanted,
                               .found = *other};
}

slice_counter::slice_counter(const hw::slice& s) : slice_(s), model_(s.net, s.made) {}

const sim::sample_result& slice_counter::simulate(const std::vector<spike_train>& spikes) {
    std::vector<sim::encoded_input> inputs;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
        inputs.push_back({input_codes(slice_.net.populations[i], spikes[i]), spikes[i]});
    }
    if (!simulator_) { simulator_ = std::make_unique<sim::simulator>(slice_.net); }
    return simulator_->run(inputs, {true, true}).result;
}

counter_values slice_counter::counted(const std::vector<std::vector<std::int32_t>>& codes) const {
    return hw::to_array(hw::sum(model_.run(codes)));
}

counter_values slice_counter::counted(const sim::sample_result& result) const {
    return counted(codes_of_all(result));
}

hw::sample_answer slice_counter::sums(const sim::sample_result& result) const {
    const std::vector<std::int64_t>& all = result.populations[slice_.target()].potentials;
    return {{{slice_.target(), {all.begin(), all.end()}, 0}}};
}

std::uint64_t slice_counter::cycles(hw::sliced_sample& sample,
                                    const std::vector<std::int32_t>& known_codes) {
    const std::vector<spike_train> spikes = sample.inputs_of(slice_);
    std::vector<std::vector<std::int32_t>> codes;
    for (std::size_t i = 0; i < spikes.size(); ++i) {
        codes.push_back(input_codes(slice_.net.populations[i], spikes[i]));
    }
    codes.emplace_back();
    if (slice_.partial) {
        sample.take(slice_, sums(simulate(spikes)));
    } else if (!known_codes.empty()) {
        codes.back() = sample.values_in(slice_);
    }
    return counted(codes)[counter_index("cycles")];
}

std::vector<std::uint64_t> sliced_cycles(const hw::sliced_network& cut,
                                         std::vector<slice_counter>& counters,
                                         const std::vector<std::vector<std::int32_t>>& codes) {
    std::vector<std::uint64_t> cycles(codes.size(), 0);
    std::vector<spike_train> inputs;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const population& p = cut.whole.populations[i];
        if (p.kind == population_kind::input) {
            inputs.push_back(hw::spikes_of(p.window, codes[i]));
        }
    }
    hw::sliced_sample sample(cut, inputs);
    for (std::size_t i = 0; i < codes.size(); ++i) { sample.set_values(i, codes[i]); }
    for (std::size_t i = 0; i < cut.slices.size(); ++i) {
        const std::size_t population = cut.slices[i].population;
        cycles[population] += counters[i].cycles(sample, codes[population]);
    }
    return cycles;
}

}  // namespace synfire::cli
