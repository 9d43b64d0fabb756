// SPDX-License-Identifier: Apache-2.0
// index and sparse projections: a list of targets and weights per source neuron.
#include <synfire/core/synapses.hpp>

#include "channels.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

class list_delivery final : public delivery {
  public:
    list_delivery(const network& net, const projection& p) : shift_(p.shift) {
        first_.push_back(0);
        for (const std::vector<synapse>& fan : fan_out_of(net, p)) {
            for (const synapse& s : fan) {
                targets_.push_back(s.target);
                weights_.push_back(static_cast<std::int8_t>(s.weight));
            }
            first_.push_back(targets_.size());
        }
    }

    void deliver(const delivery_task& task) const override {
        const active_set& active = task.active;
        for (std::size_t e = 0; e < active.neurons.size(); ++e) {
            const std::uint32_t gain = static_cast<std::uint32_t>(active.codes[e]) << shift_;
            const std::size_t last = first_[active.neurons[e] + 1];
            for (std::size_t m = first_[active.neurons[e]]; m < last; ++m) {
                task.sums[targets_[m]] +=
                    gain * static_cast<std::uint32_t>(std::int32_t{weights_[m]});
            }
        }
    }

  private:
    int shift_;
    std::vector<std::size_t> first_;
    std::vector<std::uint32_t> targets_;
    std::vector<std::int8_t> weights_;
};

}  // namespace

std::unique_ptr<delivery> plan_list(const network& net, const projection& p) {
    return std::make_unique<list_delivery>(net, p);
}

}  // namespace synfire::sim
