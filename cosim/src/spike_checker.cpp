// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/cosim/spike_checker.hpp>

namespace synfire::cosim {

namespace {

std::string_view to_string(difference_kind kind) {
    switch (kind) {
    case difference_kind::spike:
        return "spikes differ";
    case difference_kind::potential:
        return "potentials differ";
    case difference_kind::padding:
        return "a lane without a channel spikes";
    case difference_kind::unexpected:
        return "a word that must not come";
    case difference_kind::missing:
        return "a word is missing";
    }
    return {};
}

[[noreturn]] void refuse(const std::string& name, std::string what, std::string found,
                         std::string expected) {
    throw bad_input({.where = "expected record of " + name,
                     .what = std::move(what),
                     .found = std::move(found),
                     .expected = std::move(expected),
                     .hint = "record spikes and potentials of the same network"});
}

[[noreturn]] void refuse_size(const std::string& name, const char* what, std::size_t found,
                              std::size_t expected) {
    refuse(name, fmt::format("wrong number of {}", what), fmt::format("{}", found),
           fmt::format("{}", expected));
}

void check_spike(const population& pop, const spike& s) {
    if (s.neuron >= pop.shape.neurons())
        refuse(pop.name, "a spike of a neuron that the population lacks",
               fmt::format("neuron {}", s.neuron), fmt::format("below {}", pop.shape.neurons()));
    if (s.step < 0 || s.step >= pop.window.steps)
        refuse(pop.name, "a spike outside the window", fmt::format("step {}", s.step),
               fmt::format("0 .. {}", pop.window.steps - 1));
}

/// Hardware patterns: bit T-1-t is the spike at step t; bit 15 says that they are negative.
std::vector<std::uint16_t> patterns_of(const population& pop, std::span<const spike> spikes) {
    std::vector<std::uint16_t> patterns(pop.shape.neurons(), 0);
    for (const spike& s : spikes) {
        check_spike(pop, s);
        const unsigned sign = s.sign < 0 ? 0x8000U : 0U;
        patterns[s.neuron] |=
            static_cast<std::uint16_t>(sign | 1U << (pop.window.steps - 1 - s.step));
    }
    return patterns;
}

}  // namespace

std::string to_text(const difference& d) {
    std::string text = fmt::format("{}: {}: neuron {}", d.layer, to_string(d.kind), d.neuron);
    if (d.step >= 0) text += fmt::format(", step {}", d.step);
    text += fmt::format(", cycle {}: {} expected, {} found", d.cycle, d.expected, d.found);
    if (!d.note.empty()) text += fmt::format(" ({})", d.note);
    return text;
}

spike_checker::spike_checker(const network& net, const std::vector<hw::pass_info>& passes,
                             std::span<const hw::map_info> maps)
    : net_(net),
      places_(net.populations.size()) {
    for (const hw::map_info& m : maps) {
        positions_.push_back(static_cast<std::size_t>(m.positions));
    }
    for (const hw::pass_info& pass : passes) {
        if (pass.header.kind_of() == hw::pass_kind::emit) continue;
        places_[pass.population].passes.push_back(
            {static_cast<std::uint32_t>(pass.header.channel), pass.positions});
        if (pass.range.skips != 0) places_[pass.population].skips = true;
    }
}

/// Position in the map of one that is counted within its pass. Position 0 of a pass's first channel
/// begins the next pass.
std::uint32_t spike_checker::place_of(std::uint32_t layer, std::uint32_t channel,
                                      std::uint32_t position) {
    pass_places& places = places_[layer];
    if (places.passes.empty()) return position;
    if (position == 0 && places.begun < places.passes.size()
        && places.passes[places.begun].channel == channel)
        ++places.begun;
    if (places.begun == 0) return position;
    const hw::pass_positions& of = places.passes[places.begun - 1].positions;
    return static_cast<std::uint32_t>(of.first + position * of.step);
}

std::size_t spike_checker::positions_of(std::uint32_t layer) const {
    return layer < positions_.size() ? positions_[layer] : 1;
}

std::size_t spike_checker::words_of(std::uint32_t layer) const {
    const shape& s = net_.populations[layer].shape;
    const std::size_t positions = positions_of(layer);
    const auto width = static_cast<std::size_t>(s.width);
    return static_cast<std::size_t>(s.height) * ((width + positions - 1) / positions);
}

std::optional<std::size_t> spike_checker::neuron_of(const trace_word& seen,
                                                    std::size_t lane) const {
    const shape& s = net_.populations[seen.layer].shape;
    const std::size_t positions = positions_of(seen.layer);
    const std::size_t pitch = seen.patterns.size() / positions;
    const auto width = static_cast<std::size_t>(s.width);
    const auto channels = static_cast<std::size_t>(s.channels);
    const std::size_t words = (width + positions - 1) / positions;  // a row
    const std::size_t x = seen.position % words * positions + lane / pitch;
    const std::size_t channel = seen.channel + lane % pitch;
    if (x >= width || channel >= channels) return std::nullopt;
    return (seen.position / words * width + x) * channels + channel;
}

void spike_checker::begin(std::span<const expected_population> expected) {
    const std::size_t count = net_.populations.size();
    if (expected.size() != count) refuse_size("the network", "populations", expected.size(), count);
    states_.assign(count, {});
    ends_.clear();
    first_.reset();
    for (pass_places& places : places_) places.begun = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const population& pop = net_.populations[i];
        const std::size_t neurons = pop.shape.neurons();
        expected_state& state = states_[i];
        state.codes = expected[i].codes;
        state.potentials = expected[i].potentials;
        state.seen.assign(neurons, 0);
        if (pop.kind == population_kind::readout) {
            if (state.potentials.size() != neurons)
                refuse_size(pop.name, "potentials", state.potentials.size(), neurons);
        } else {
            state.patterns = patterns_of(pop, expected[i].spikes);
        }
        // The host sends the input; the core does not.
        state.ended = pop.kind == population_kind::input;
    }
}

spike_checker::expected_state& spike_checker::state_of(std::uint32_t layer, std::uint64_t cycle) {
    if (layer < states_.size() && !states_[layer].ended) return states_[layer];
    stop({.kind = difference_kind::unexpected,
          .layer = layer < states_.size() ? net_.populations[layer].name
                                          : fmt::format("population {}", layer),
          .cycle = cycle,
          .note = layer < states_.size() ? "it is an input, or has ended before"
                                         : "the network has no such population"});
}

void spike_checker::word(const trace_word& from_pass) {
    const expected_state& state = state_of(from_pass.layer, from_pass.cycle);
    const population& pop = net_.populations[from_pass.layer];
    trace_word seen = from_pass;
    seen.position = place_of(seen.layer, seen.channel, seen.position);
    if (state.patterns.empty() || seen.position >= words_of(seen.layer)
        || seen.channel >= static_cast<std::uint32_t>(pop.shape.channels))
        stop({.kind = difference_kind::unexpected,
              .layer = pop.name,
              .cycle = seen.cycle,
              .note = fmt::format("position {}, channel {}", seen.position, seen.channel)});
    for (std::size_t lane = 0; lane < seen.patterns.size(); ++lane) compare_lane(seen, lane);
    ++words_;
}

void spike_checker::compare_lane(const trace_word& seen, std::size_t lane) {
    const population& pop = net_.populations[seen.layer];
    const std::optional<std::size_t> neuron = neuron_of(seen, lane);
    const std::uint16_t pattern = seen.patterns[lane];
    if (!neuron) {
        if (pattern == 0) return;
        stop({.kind = difference_kind::padding,
              .layer = pop.name,
              .neuron = seen.position * static_cast<std::size_t>(pop.shape.channels) + seen.channel
                        + lane,
              .cycle = seen.cycle,
              .found = pattern,
              .note = fmt::format("lane {}, word {}, pattern", lane, seen.position)});
    }
    expected_state& state = states_[seen.layer];
    if (pattern != state.patterns[*neuron]) differ_in_pattern(seen, *neuron, pattern);
    if (std::exchange(state.seen[*neuron], std::uint8_t{1}))
        stop({.kind = difference_kind::unexpected,
              .layer = pop.name,
              .neuron = *neuron,
              .cycle = seen.cycle,
              .note = "it has been sent before"});
}

void spike_checker::differ_in_pattern(const trace_word& seen, std::size_t neuron,
                                      std::uint16_t pattern) {
    const population& pop = net_.populations[seen.layer];
    const std::uint16_t wanted = states_[seen.layer].patterns[neuron];
    // The first step is the highest bit.
    const int bit = std::bit_width(static_cast<unsigned>(pattern ^ wanted)) - 1;
    stop({.kind = difference_kind::spike,
          .layer = pop.name,
          .neuron = neuron,
          .step = pop.window.steps - 1 - bit,
          .cycle = seen.cycle,
          .expected = (wanted >> bit) & 1,
          .found = (pattern >> bit) & 1,
          .note = note_of(seen.layer, neuron)
                  + fmt::format("; patterns {:#x} expected, {:#x} found", wanted, pattern)});
}

void spike_checker::potential(const trace_potential& seen) {
    expected_state& state = state_of(seen.layer, seen.cycle);
    const population& pop = net_.populations[seen.layer];
    const std::size_t position = place_of(seen.layer, seen.channel, seen.position);
    const std::size_t neuron =
        position * static_cast<std::size_t>(pop.shape.channels) + seen.channel;
    if (pop.kind != population_kind::readout || neuron >= state.seen.size() || state.seen[neuron])
        stop({.kind = difference_kind::unexpected,
              .layer = pop.name,
              .neuron = neuron,
              .cycle = seen.cycle,
              .found = seen.value,
              .note = "no read-out, beyond its neurons, or sent before"});
    state.seen[neuron] = 1;
    if (state.potentials[neuron] != seen.value)
        stop({.kind = difference_kind::potential,
              .layer = pop.name,
              .neuron = neuron,
              .cycle = seen.cycle,
              .expected = state.potentials[neuron],
              .found = seen.value,
              .note = {}});
    ++words_;
}

void spike_checker::layer_end(const trace_layer_end& seen) {
    expected_state& state = state_of(seen.layer, seen.cycle);
    ends_.push_back(seen);
    for (std::size_t neuron = 0; neuron < state.seen.size(); ++neuron) {
        if (state.seen[neuron] != 0) continue;
        // A read-out at rest is in the answer all the same.
        const bool silent = state.patterns.empty() || state.patterns[neuron] == 0;
        if (places_[seen.layer].skips && silent) continue;
        stop({.kind = difference_kind::missing,
              .layer = net_.populations[seen.layer].name,
              .neuron = neuron,
              .cycle = seen.cycle,
              .expected = 1,
              .note = note_of(seen.layer, neuron)});
    }
    state.ended = true;
}

void spike_checker::finish() {
    for (std::size_t i = 0; i < states_.size(); ++i)
        if (!states_[i].ended)
            stop({.kind = difference_kind::missing,
                  .layer = net_.populations[i].name,
                  .cycle = ends_.empty() ? 0 : ends_.back().cycle,
                  .expected = 1,
                  .note = "the population never ended"});
}

std::string spike_checker::note_of(std::uint32_t layer, std::size_t neuron) const {
    const population& pop = net_.populations[layer];
    const auto channels = static_cast<std::size_t>(pop.shape.channels);
    const auto width = static_cast<std::size_t>(pop.shape.width);
    const std::size_t position = neuron / channels;
    std::string note = fmt::format("channel {}, y {}, x {}", neuron % channels, position / width,
                                   position % width);
    const expected_state& state = states_[layer];
    if (neuron < state.codes.size()) note += fmt::format(", code {}", state.codes[neuron]);
    if (neuron < state.potentials.size())
        note += fmt::format(", potential {}", state.potentials[neuron]);
    return note;
}

void spike_checker::stop(difference d) {
    if (!first_) first_ = std::move(d);
    throw difference_found(*first_);
}

}  // namespace synfire::cosim
