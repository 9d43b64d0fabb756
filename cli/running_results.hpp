// SPDX-License-Identifier: Apache-2.0
// What `simulate` says about all samples, gathered one by one, so that no result is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/io/pending_file.hpp>
#include <synfire/sim/simulator.hpp>

#include "accuracy.hpp"
#include "anytime.hpp"

namespace synfire::cli {

/// prediction_score of samples that come one after the other: the same numbers as score_of.
class running_score {
  public:
    running_score(const network& net, const dataset& data) : net_(net), data_(data) {}

    void add(std::size_t sample, const sim::sample_result& result);
    prediction_score score() const;

  private:
    double target_spread() const;

    const network& net_;
    const dataset& data_;
    std::size_t samples_ = 0;
    std::size_t correct_ = 0;
    double squared_error_ = 0.0;
};

/// How many samples were clear by a margin, and in how many steps.
class running_exit {
  public:
    running_exit(const network& net, double margin) : net_(net), margin_(margin) {}

    void add(const sim::sample_result& result);
    double margin() const { return margin_; }
    std::int64_t clear_samples() const { return clear_samples_; }
    /// Sum over the clear samples.
    std::int64_t clear_steps() const { return clear_steps_; }

  private:
    const network& net_;
    double margin_;
    std::int64_t clear_samples_ = 0;
    std::int64_t clear_steps_ = 0;
};

/// The answers as CSV, written while they come.
class running_outputs {
  public:
    /// Throws bad_input where the file cannot be written.
    running_outputs(const network& net, const std::string& path);

    void add(const sim::sample_result& result);
    void commit();

  private:
    const network& net_;
    io::pending_file file_;
    std::string text_;
};

/// All of them, as far as they are asked for.
struct running_results {
    running_score score;
    running_steps steps{};
    std::optional<running_exit> early_exit{};
    std::optional<running_anytime> anytime{};
    std::unique_ptr<running_outputs> outputs{};

    void add(std::size_t sample, const sim::sample_result& result);
};

}  // namespace synfire::cli
