// SPDX-License-Identifier: Apache-2.0
// The step-by-step door: checks what comes from outside and hands it to an engine.
#include <synfire/sim/stream.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>

#include "../encoder.hpp"
#include "stream_engine.hpp"

namespace synfire::sim {

struct stream::implementation {
    std::shared_ptr<const network> net;
    stream_maker make;
    std::unique_ptr<stream_engine> engine;
    std::vector<firing> injected;  ///< per population, of the next step
    std::int64_t steps = 0;

    implementation(std::shared_ptr<const network> n, stream_maker m)
        : net(std::move(n)),
          make(std::move(m)),
          engine(make()),
          injected(net->populations.size()) {}

    const population& at(std::size_t number) const {
        if (number >= net->populations.size()) {
            throw bad_input({"stream", "no population of that number", std::to_string(number),
                             "numbers below " + std::to_string(net->populations.size()), ""});
        }
        return net->populations[number];
    }
    void require(bool holds, std::size_t number, const char* what) const {
        if (holds) { return; }
        throw bad_input({"population '" + net->populations[number].name + "'", what,
                         std::string(to_string(net->populations[number].kind)), "", ""});
    }
    void require_potential(std::size_t number) const {
        require(at(number).has_potential(), number, "has no potential");
    }
};

stream::stream(network net, engine_kind engine, simd_level simd) {
    validate(net);
    if (net.execution != execution::streaming) {
        throw bad_input({"stream", "only streaming networks run step by step",
                         std::string(to_string(net.execution)), "streaming", "use a simulator"});
    }
    const auto shared = std::make_shared<const network>(std::move(net));
    self_ = std::make_unique<implementation>(shared, make_stream_maker(shared, engine, simd));
}

stream::stream(std::unique_ptr<implementation> self) : self_(std::move(self)) {}
stream::~stream() = default;
stream::stream(stream&&) noexcept = default;
stream& stream::operator=(stream&&) noexcept = default;

stream stream::another() const {
    return stream(std::make_unique<implementation>(self_->net, self_->make));
}

const network& stream::net() const { return *self_->net; }

void stream::reset() {
    self_->engine->start();
    self_->steps = 0;
    for (firing& f : self_->injected) { f.clear(); }
}

void stream::inject(std::size_t input, std::span<const std::uint32_t> neurons) {
    const population& p = self_->at(input);
    self_->require(p.kind == population_kind::input && !p.is_current(), input,
                   "takes no spikes from outside");
    for (const std::uint32_t n : neurons) {
        if (n < p.shape.neurons()) { continue; }
        throw bad_input({"input '" + p.name + "'", "no neuron of that number", std::to_string(n),
                         "numbers below " + std::to_string(p.shape.neurons()), ""});
    }
    firing& next = self_->injected[input];
    const std::size_t before = next.size();
    next.insert(next.end(), neurons.begin(), neurons.end());
    if (p.largest_spike() == 1) { return; }
    firing sorted = next;
    std::sort(sorted.begin(), sorted.end());
    try {
        check_events_per_step(p, self_->steps, sorted);
    } catch (...) {
        next.resize(before);
        throw;
    }
}

void stream::set_current(std::size_t input, std::span<const std::int32_t> codes) {
    const population& p = self_->at(input);
    self_->require(p.is_current(), input, "is not fed with currents");
    if (codes.size() != p.shape.neurons()) {
        throw bad_input({"input '" + p.name + "'", "wrong number of codes",
                         std::to_string(codes.size()), std::to_string(p.shape.neurons()), ""});
    }
    for (const std::int32_t q : codes) {
        if (q >= p.range.lo && q <= p.range.hi) { continue; }
        throw bad_input({"input '" + p.name + "'",
                         "a code is outside the range that the width was proven for",
                         std::to_string(q),
                         std::to_string(p.range.lo) + " .. " + std::to_string(p.range.hi), ""});
    }
    self_->engine->set_current(input, codes);
}

void stream::step() {
    for (std::size_t i = 0; i < self_->injected.size(); ++i) {
        firing& f = self_->injected[i];
        // Callers mostly name neurons in their order.
        if (std::adjacent_find(f.begin(), f.end(), std::greater_equal<>()) == f.end()) { continue; }
        std::sort(f.begin(), f.end());
        const population& p = self_->net->populations[i];
        if (p.largest_spike() == 1) { f.erase(std::unique(f.begin(), f.end()), f.end()); }
    }
    self_->engine->step(self_->injected);
    self_->steps += 1;
    for (firing& f : self_->injected) { f.clear(); }
}

std::int64_t stream::steps() const { return self_->steps; }

std::span<const std::uint32_t> stream::fired(std::size_t population) const {
    self_->require(self_->at(population).kind != population_kind::readout, population,
                   "never fires");
    return self_->engine->fired(population);
}

std::vector<std::int64_t> stream::potentials(std::size_t population) const {
    self_->require_potential(population);
    return self_->engine->potentials(population);
}

std::vector<std::int64_t> stream::currents(std::size_t population) const {
    self_->require_potential(population);
    return self_->engine->currents(population);
}

clamp_flags stream::flags(std::size_t population) const {
    self_->require_potential(population);
    return self_->engine->flags(population);
}

readout_result stream::answer(std::size_t readout) const {
    self_->require(self_->at(readout).kind == population_kind::readout, readout, "is no readout");
    readout_result result{readout, self_->engine->answer(readout), 0};
    result.arg_max = arg_max(result.potentials);
    return result;
}

activity stream::counts() const { return self_->engine->counts(); }

}  // namespace synfire::sim
