// SPDX-License-Identifier: Apache-2.0
// What a term of the real network multiplies, as sums over rows: for fits, and for what a column
// says beyond the others.
#pragma once

#include <functional>

#include "../quantise/refit.hpp"
#include "stepped_samples.hpp"

namespace synfire::converters {

class real_rows {
  public:
    /// [row][channel]: what the potentials of a sample lack at these positions, as whole numbers.
    using lacking_of = std::function<Eigen::MatrixXd(std::size_t sample,
                                                     const std::vector<std::size_t>& positions)>;

    /// Both must outlive the object; the term's source must have run.
    real_rows(const neuron_graph& graph, const stepped_samples& samples, node_id id,
              std::size_t index);

    /// Whole numbers per real unit of the source; 0 where it is silent.
    double scale() const { return scale_; }

    /// Sums of the samples with even and of those with odd numbers, over one group of the term.
    std::vector<normal_equations> gather(std::size_t group, std::size_t channels,
                                         const lacking_of& lacking) const;

  private:
    const term& term_of() const { return graph_.nodes[id_].as_sum()->terms[index_]; }
    void add_sample(std::size_t group, std::size_t sample, const lacking_of& lacking,
                    normal_equations& to) const;

    const neuron_graph& graph_;
    const stepped_samples& samples_;
    node_id id_;
    std::size_t index_;
    double scale_ = 0.0;
};

/// Most whole numbers that `lacking` may give, either way.
inline constexpr double lacking_levels = 65535.0;

}  // namespace synfire::converters
