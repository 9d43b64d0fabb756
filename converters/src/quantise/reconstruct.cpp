// SPDX-License-Identifier: Apache-2.0
#include "reconstruct.hpp"

#include <algorithm>
#include <cmath>

#include "calibration.hpp"
#include "kept_weights.hpp"
#include "layer_rows.hpp"
#include "scaled_terms.hpp"

namespace synfire::converters {

namespace {

// More rows of one image say little: they are much alike.
constexpr std::size_t most_positions = 128;
// What channels lack is rounded to this part of a weight's unit, so that all sums are of integers.
constexpr double right_scale = 64.0;

class part_fitter {
  public:
    part_fitter(quantised_graph& quantised, const row_group& part, const sample_pairs& samples)
        : quantised_(quantised),
          part_(part),
          samples_(samples),
          term_(quantised.graph->nodes[part.node].as_sum()->terms[part.term]),
          wanted_(wanted_weights()),
          kept_(kept_of(*quantised.graph, part.node, term_, part.group)) {}

    /// True where weights changed.
    bool run() {
        normal_equations halves[2]{{part_.columns + 1, part_.channels},
                                   {part_.columns + 1, part_.channels}};
        gather(halves);
        for (normal_equations& half : halves) { ask_from_wanted(half); }
        if (!kept_.all()) { return run_kept(halves); }
        const std::optional<fit_result> result = fit(halves[0], halves[1]);
        if (!result) { return false; }
        round_all(*result);
        return true;
    }

  private:
    bool run_kept(normal_equations (&halves)[2]) {
        const std::optional<kept_fit> result = fit_kept(halves[0], halves[1], kept_);
        if (!result) { return false; }
        halves[0].add(halves[1]);
        each_channel([&](Eigen::Index c, double limit) {
            return round_kept(wanted_with(result->change, c), halves[0].gram, kept_.col(c),
                              result->strength, limit);
        });
        return true;
    }

    quantised_node& node() { return quantised_.nodes[part_.node]; }
    const quantised_node& node() const { return quantised_.nodes[part_.node]; }
    double unit() const { return std::ldexp(1.0, node().terms[part_.term].shift); }

    /// Real weights in units of the integer ones: [column][channel], without bias.
    Eigen::MatrixXd wanted_weights() const {
        const std::vector<double> scaled = scaled_weights(quantised_, part_.node, term_);
        Eigen::MatrixXd wanted(part_.columns, part_.channels);
        for (std::size_t c = 0; c < part_.channels; ++c) {
            const std::size_t channel = part_.first_channel + c;
            for (std::size_t i = 0; i < part_.columns; ++i) {
                wanted(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) =
                    scaled[channel * part_.columns + i] / node().unit(channel) / unit();
            }
        }
        return wanted;
    }

    /// Sums of integers: whatever the threads do, the result is the same.
    void gather(normal_equations (&halves)[2]) {
        std::vector<std::vector<normal_equations>> threads(worker_count());
        for_each_sample(samples_.quantised.size(), [&](std::size_t sample, std::size_t thread) {
            std::vector<normal_equations>& own = threads[thread];
            if (own.empty()) { own.assign(2, normal_equations(part_.columns + 1, part_.channels)); }
            add_sample(sample, own[sample % 2]);
        });
        for (std::vector<normal_equations>& own : threads) {
            for (std::size_t h = 0; h < own.size(); ++h) { halves[h].add(own[h]); }
        }
    }

    void add_sample(std::size_t sample, normal_equations& to) const {
        const neuron_graph& graph = *quantised_.graph;
        const shape out = population_shape(graph.nodes[part_.node].item);
        const auto positions = row_positions(out, most_positions, sample);
        const auto codes =
            gather_rows(graph, part_.node, term_, samples_.quantised[sample].codes(term_.source),
                        positions, part_.group);
        to.add_rows(codes, lacking(sample, positions));
    }

    /// [position][channel]: what the quantised potential lacks, in parts of a weight's unit.
    Eigen::MatrixXd lacking(std::size_t sample, const std::vector<std::size_t>& positions) const {
        const auto real = samples_.trained[sample].potential(part_.node);
        const auto found = samples_.quantised[sample].potential(part_.node);
        const std::size_t all =
            population_shape(quantised_.graph->nodes[part_.node].item).positions();
        Eigen::MatrixXd r(positions.size(), part_.channels);
        for (std::size_t c = 0; c < part_.channels; ++c) {
            const std::size_t channel = part_.first_channel + c;
            for (std::size_t i = 0; i < positions.size(); ++i) {
                const std::size_t e = channel * all + positions[i];
                const double lack = static_cast<double>(real[e]) / node().unit(channel)
                                    - static_cast<double>(found[e]);
                r(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) =
                    std::round(lack / unit() * right_scale);
            }
        }
        return r;
    }

    /// The equations speak of changes to the integer weights; from here on, of changes to the real
    /// ones, which is what regularisation should hold on to.
    void ask_from_wanted(normal_equations& e) const {
        e.right /= right_scale;
        Eigen::MatrixXd rounding = Eigen::MatrixXd::Zero(e.right.rows(), e.right.cols());
        const std::vector<std::int8_t>& weights = node().terms[part_.term].weights;
        for (std::size_t c = 0; c < part_.channels; ++c) {
            for (std::size_t i = 0; i < part_.columns; ++i) {
                const auto row = static_cast<Eigen::Index>(i);
                const auto column = static_cast<Eigen::Index>(c);
                const double w = weights[(part_.first_channel + c) * part_.columns + i];
                rounding(row + 1, column) = w - wanted_(row, column);
            }
        }
        e.right += e.gram * rounding;
    }

    void round_all(const fit_result& result) {
        each_channel([&](Eigen::Index c, double limit) {
            return round_channel(wanted_with(result.change, c), result.upper, limit);
        });
    }

    Eigen::VectorXd wanted_with(const Eigen::MatrixXd& change, Eigen::Index c) const {
        Eigen::VectorXd wanted = change.col(c);
        wanted.tail(wanted_.rows()) += wanted_.col(c);
        return wanted;
    }

    template <typename Round>
    void each_channel(const Round& round) {
        const auto limit = static_cast<double>(largest_weight(node()));
        const auto count = static_cast<std::ptrdiff_t>(part_.channels);
#pragma omp parallel for schedule(static)
        for (std::ptrdiff_t c = 0; c < count; ++c) {
            keep(static_cast<std::size_t>(c), round(static_cast<Eigen::Index>(c), limit));
        }
    }

    void keep(std::size_t c, const rounded_channel& rounded) {
        const std::size_t channel = part_.first_channel + c;
        std::copy(rounded.weights.begin(), rounded.weights.end(),
                  node().terms[part_.term].weights.begin()
                      + static_cast<std::ptrdiff_t>(channel * part_.columns));
        const std::size_t block = node().bias.size() / static_cast<std::size_t>(channel_count());
        for (std::size_t i = channel * block; i < (channel + 1) * block; ++i) {
            node().bias[i] += std::llround(rounded.bias * unit());
        }
    }

    std::int32_t channel_count() const {
        return population_shape(quantised_.graph->nodes[part_.node].item).channels;
    }

    quantised_graph& quantised_;
    row_group part_;
    const sample_pairs& samples_;
    const term& term_;
    Eigen::MatrixXd wanted_;
    kept_weights kept_;
};

}  // namespace

bool reconstruct_weights(quantised_graph& quantised, node_id id, std::size_t index,
                         const sample_pairs& samples) {
    bool changed = false;
    for (const row_group& part : row_groups_of(*quantised.graph, id, index)) {
        changed = part_fitter(quantised, part, samples).run() || changed;
    }
    return changed;
}

}  // namespace synfire::converters
