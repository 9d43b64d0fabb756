// SPDX-License-Identifier: Apache-2.0
// How many channels a network may keep on an engine whose memories are too small for all of them.
#include <synfire/hw/needs.hpp>

#include <algorithm>
#include <numeric>

#include "plan_image.hpp"

namespace synfire::hw {
namespace {

using detail::planned_image;

constexpr int finest = 64;  // shares of channels are tried in steps of 1/64
constexpr int least_share = finest / 16;

/// Rows of weights that a projection takes in all groups of its target.
struct synapse_rows {
    std::size_t source = 0;
    std::size_t target = 0;
    std::int64_t rows = 0;
    bool diagonal = false;  ///< one row a tap, however many source channels
};

bool mixes_channels(const projection& p) {
    return p.kind == connectivity::dense || (p.kind == connectivity::conv2d && p.groups == 1);
}

/// Populations whose channels belong together: pools, residual sums and concatenations take over
/// those of their sources.
class families {
  public:
    explicit families(const network& net) : first_(net.populations.size()) {
        std::iota(first_.begin(), first_.end(), std::size_t{0});
        for (const projection& p : net.projections) {
            if (!mixes_channels(p)) { join(p.source, p.target); }
        }
        for (std::size_t i = 0; i < first_.size(); ++i) {
            const population_kind kind = net.populations[i].kind;
            if (kind == population_kind::input || kind == population_kind::readout) {
                fixed_.push_back(of(i));
            }
        }
    }

    std::size_t of(std::size_t i) const {
        while (first_[i] != i) { i = first_[i]; }
        return i;
    }
    /// Members that may be pruned: inputs and answers keep their channels.
    bool is_free(std::size_t i) const {
        return std::find(fixed_.begin(), fixed_.end(), of(i)) == fixed_.end();
    }

  private:
    std::vector<std::size_t> first_;
    std::vector<std::size_t> fixed_;

    void join(std::size_t a, std::size_t b) {
        const std::size_t x = of(a);
        const std::size_t y = of(b);
        first_[std::max(x, y)] = std::min(x, y);
    }
};

/// The closed form of a network with fewer channels: rows go with the groups of the target and the
/// channels of the source, maps with the groups of their own.
class pruned_network {
  public:
    pruned_network(const network& net, const engine_config& config, const planned_image& plan)
        : net_(net),
          config_(config),
          plan_(plan),
          families_(net) {
        for (const detail::pass_plan& pass : plan.program) { add_pass(pass); }
    }

    /// Shares of the channels that populations keep, of `finest`.
    using shares = std::vector<int>;
    shares whole() const { return shares(net_.populations.size(), finest); }

    std::int32_t channels(std::size_t i, const shares& kept) const {
        return std::max(1, net_.populations[i].shape.channels * kept[i] / finest);
    }

    bool fits(const shares& kept) const {
        // Maps that share a place shrink together: the largest share is a safe bound.
        memory_words needed = plan_words();
        double act = 0;
        double code = 0;
        for (std::size_t i = 0; i < kept.size(); ++i) {
            const map_info& m = plan_.map.maps[i];
            if (m.kind == population_kind::readout) { continue; }
            const double share = pitch_share(i, kept);
            act += share * static_cast<double>(m.act_words());
            code += share * static_cast<double>(m.code_words());
        }
        needed.act = scaled(needed.act, act / total_act());
        needed.code = scaled(needed.code, code / total_code());
        needed.weights = rows(kept);
        needed.program = program(kept);
        return fits_in(needed, memory_of(config_));
    }

    std::vector<std::size_t> members(std::size_t family) const {
        std::vector<std::size_t> all;
        for (std::size_t i = 0; i < net_.populations.size(); ++i) {
            if (families_.of(i) == family) { all.push_back(i); }
        }
        return all;
    }
    bool is_free(std::size_t i) const { return families_.is_free(i); }
    bool leads(std::size_t i) const { return families_.of(i) == i; }

  private:
    const network& net_;
    const engine_config& config_;
    const planned_image& plan_;
    families families_;
    std::vector<synapse_rows> synapses_{};
    std::vector<std::int64_t> constants_ = std::vector<std::int64_t>(net_.populations.size(), 0);
    std::vector<std::int64_t> words_ = std::vector<std::int64_t>(net_.populations.size(), 0);

    void add_pass(const detail::pass_plan& pass) {
        words_[pass.population] +=
            static_cast<std::int64_t>(header_words + term_words * pass.terms.size());
        constants_[pass.population] += pass.constants.rows();
        for (const detail::term_plan& t : pass.terms) {
            if (t.source == no_source) {
                constants_[pass.population] += t.rows;
            } else {
                synapses_.push_back({t.source, pass.population, t.rows, t.fields.diagonal != 0});
            }
        }
    }

    memory_words plan_words() const { return {plan_.map.act_words, plan_.map.code_words, 0, 0}; }
    static std::int64_t scaled(std::int64_t words, double share) {
        return static_cast<std::int64_t>(static_cast<double>(words) * share + 0.999);
    }
    double total_act() const { return total(&map_info::act_words); }
    double total_code() const { return total(&map_info::code_words); }
    double total(std::int64_t (map_info::*words)() const) const {
        double sum = 1e-9;
        for (const map_info& m : plan_.map.maps) {
            if (m.kind != population_kind::readout) { sum += static_cast<double>((m.*words)()); }
        }
        return sum;
    }

    double group_share(std::size_t i, const shares& kept) const {
        const auto groups = [&](std::int32_t c) { return (c + config_.lanes - 1) / config_.lanes; };
        return static_cast<double>(groups(channels(i, kept)))
               / groups(net_.populations[i].shape.channels);
    }
    double channel_share(std::size_t i, const shares& kept) const {
        return static_cast<double>(channels(i, kept)) / net_.populations[i].shape.channels;
    }
    double pitch_share(std::size_t i, const shares& kept) const {
        return net_.populations[i].kind == population_kind::input ? 1.0 : group_share(i, kept);
    }

    std::int64_t rows(const shares& kept) const {
        double all = 0;
        for (const synapse_rows& s : synapses_) {
            all += static_cast<double>(s.rows) * group_share(s.target, kept)
                   * (s.diagonal ? 1.0 : channel_share(s.source, kept));
        }
        return scaled(1, all + weighted(constants_, kept));
    }
    std::int64_t program(const shares& kept) const { return scaled(1, weighted(words_, kept)); }
    double weighted(const std::vector<std::int64_t>& words, const shares& kept) const {
        double all = 0;
        for (std::size_t i = 0; i < words.size(); ++i) {
            all += static_cast<double>(words[i]) * group_share(i, kept);
        }
        return all;
    }
};

/// The largest share of the channels of these populations with which the network fits, or nothing.
std::optional<int> largest_share(const pruned_network& net,
                                 const std::vector<std::size_t>& pruned) {
    for (int share = finest - 1; share >= least_share; --share) {
        pruned_network::shares kept = net.whole();
        for (const std::size_t i : pruned) { kept[i] = share; }
        if (net.fits(kept)) { return share; }
    }
    return std::nullopt;
}

bool is_about_memories(const std::vector<misfit>& misfits) {
    return std::all_of(misfits.begin(), misfits.end(),
                       [](const misfit& m) { return m.where == "network"; });
}

pruned_layers layers_of(const pruned_network& net, const std::vector<std::size_t>& pruned,
                        int share) {
    pruned_layers layers{pruned, {}};
    pruned_network::shares kept = net.whole();
    for (const std::size_t i : pruned) { kept[i] = share; }
    for (const std::size_t i : pruned) { layers.channels.push_back(net.channels(i, kept)); }
    return layers;
}

}  // namespace

std::optional<pruned_layers> pruning_that_fits(const network& net, const engine_config& config,
                                               const image_options& options) {
    const planned_image plan = detail::plan_image(net, config, options);
    if (plan.found.all().empty() || !is_about_memories(plan.found.all())) { return std::nullopt; }
    const pruned_network form(net, config, plan);
    std::vector<std::size_t> hidden;
    std::vector<std::size_t> best;
    int best_share = 0;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        if (!form.is_free(i)) { continue; }
        hidden.push_back(i);
        if (!form.leads(i)) { continue; }
        const std::vector<std::size_t> family = form.members(i);
        const std::optional<int> share = largest_share(form, family);
        if (share && *share > best_share) {
            best = family;
            best_share = *share;
        }
    }
    // Better a little of all layers than most of one.
    if (best_share < finest / 2) {
        const std::optional<int> share = largest_share(form, hidden);
        if (share) {
            best = hidden;
            best_share = *share;
        }
    }
    if (best_share == 0) { return std::nullopt; }
    return layers_of(form, best, best_share);
}

}  // namespace synfire::hw
