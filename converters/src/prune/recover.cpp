// SPDX-License-Identifier: Apache-2.0
#include "recover.hpp"

#include <algorithm>
#include <cmath>

#include "../quantise/calibration.hpp"
#include "../quantise/kept_weights.hpp"
#include "../quantise/layer_rows.hpp"
#include "../quantise/lifetimes.hpp"
#include "effects.hpp"
#include "prune_weights.hpp"
#include "real_rows.hpp"
#include "stepped_samples.hpp"

namespace synfire::converters {

namespace {

class real_fitter {
  public:
    real_fitter(neuron_graph& pruned, const stepped_samples& wanted, const stepped_samples& found)
        : graph_(pruned),
          wanted_(wanted),
          found_(found) {}

    /// True where weights changed.
    bool fit_term(node_id id, std::size_t index) {
        const real_rows rows(graph_, found_, id, index);
        lacking_scale_ = scale_of_lacking(id);
        if (rows.scale() == 0.0 || lacking_scale_ == 0.0) { return false; }
        bool changed = false;
        for (const row_group& part : row_groups_of(graph_, id, index)) {
            changed = fit_part(rows, part) || changed;
        }
        return changed;
    }

  private:
    const term& term_of(const row_group& part) const {
        return graph_.nodes[part.node].as_sum()->terms[part.term];
    }

    double scale_of_lacking(node_id id) const {
        double largest = 0.0;
        for (std::size_t i = 0; i < wanted_.size(); ++i) {
            const auto a = wanted_[i].potential(id);
            const auto b = found_[i].potential(id);
            for (std::size_t e = 0; e < a.size(); ++e) {
                largest = std::max(largest, static_cast<double>(std::abs(a[e] - b[e])));
            }
        }
        return largest > 0.0 ? lacking_levels / largest : 0.0;
    }

    bool fit_part(const real_rows& rows, const row_group& part) {
        const std::vector<normal_equations> halves =
            rows.gather(part.group, part.channels,
                        [&](std::size_t sample, const std::vector<std::size_t>& positions) {
                            return lacking(part, sample, positions);
                        });
        const std::optional<kept_fit> result =
            fit_kept(halves[0], halves[1], kept_of(graph_, part.node, term_of(part), part.group));
        if (result) { change(part, result->change, rows.scale() / lacking_scale_); }
        return result.has_value();
    }

    Eigen::MatrixXd lacking(const row_group& part, std::size_t sample,
                            const std::vector<std::size_t>& positions) const {
        const auto wanted = wanted_[sample].potential(part.node);
        const auto found = found_[sample].potential(part.node);
        const std::size_t all = population_shape(graph_.nodes[part.node].item).positions();
        Eigen::MatrixXd r(positions.size(), part.channels);
        for (std::size_t c = 0; c < part.channels; ++c) {
            for (std::size_t i = 0; i < positions.size(); ++i) {
                const std::size_t e = (part.first_channel + c) * all + positions[i];
                r(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) =
                    std::round((static_cast<double>(wanted[e]) - static_cast<double>(found[e]))
                               * lacking_scale_);
            }
        }
        return r;
    }

    /// unit: real value of one unit of a weight's change.
    void change(const row_group& part, const Eigen::MatrixXd& by, double unit) {
        auto& sum = std::get<sum_node>(graph_.nodes[part.node].kind);
        std::vector<float>& weights = prunable_weights(sum.terms[part.term]);
        const auto all =
            static_cast<std::size_t>(population_shape(graph_.nodes[part.node].item).channels);
        const std::size_t block = sum.bias.size() / all;
        for (std::size_t c = 0; c < part.channels; ++c) {
            const std::size_t channel = part.first_channel + c;
            const auto column = static_cast<Eigen::Index>(c);
            for (std::size_t i = 0; i < part.columns; ++i) {
                float& w = weights[channel * part.columns + i];
                w += static_cast<float>(by(static_cast<Eigen::Index>(i) + 1, column) * unit);
            }
            for (std::size_t i = channel * block; i < (channel + 1) * block; ++i) {
                sum.bias[i] += static_cast<float>(by(0, column) / lacking_scale_);
            }
        }
    }

    neuron_graph& graph_;
    const stepped_samples& wanted_;
    const stepped_samples& found_;
    double lacking_scale_ = 0.0;  ///< whole numbers per real unit of what potentials lack
};

bool was_pruned(const neuron_graph& original, const neuron_graph& pruned, node_id id,
                std::size_t index) {
    return prunable_weights(original.nodes[id].as_sum()->terms[index])
           != prunable_weights(pruned.nodes[id].as_sum()->terms[index]);
}

}  // namespace

std::vector<std::string> recover(const neuron_graph& original, neuron_graph& pruned,
                                 const dataset& data, std::size_t samples) {
    const std::size_t count = samples_that_fit(original, samples, 4 * sizeof(float));
    stepped_samples wanted(original, data, count);
    stepped_samples found(pruned, data, count);
    real_fitter fitter(pruned, wanted, found);
    std::vector<std::string> left;
    for (node_id id = 0; id < pruned.nodes.size(); ++id) {
        wanted.run_node(id);
        found.run_node(id);
        const sum_node* sum = pruned.nodes[id].as_sum();
        for (std::size_t k = 0; sum != nullptr && k < sum->terms.size(); ++k) {
            if (!is_prunable(sum->terms[k])) { continue; }
            if (!can_fit(pruned, id, sum->terms[k])) {
                if (was_pruned(original, pruned, id, k)) { left.push_back(pruned.nodes[id].name); }
            } else if (fitter.fit_term(id, k)) {
                found.run_node(id);
            }
        }
        wanted.forget_behind(id);
        found.forget_behind(id);
    }
    return left;
}

}  // namespace synfire::converters
