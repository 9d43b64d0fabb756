// SPDX-License-Identifier: Apache-2.0
// Weights laid out for the gather loops: blocks of at most 64 outputs, in each block one short row
// per source, 8 bits wide where the partial sums of 16 bits are proven, else 16.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <synfire/core/coding.hpp>

#include "../plan.hpp"

namespace synfire::sim {

class gather_weights {
  public:
    using weight_of = std::function<std::int8_t(std::size_t row, std::size_t output)>;

    /// `codes`: of the sources. No entry of a task may meet a row twice.
    gather_weights(std::size_t rows, std::size_t outputs, code_range codes,
                   const weight_of& weight);

    std::size_t blocks() const { return blocks_.size(); }
    active_needs needs() const;
    /// Adds the runs of `active` to the outputs of one block; `sums` are those of output 0.
    void gather(const kernel_table& kernels, std::size_t block, const active_set& active,
                std::span<const gather_run> runs, int shift, std::uint32_t* sums) const;

  private:
    struct block {
        std::size_t first = 0;    ///< output
        std::size_t outputs = 0;  ///< the rest of the width is padding
        std::size_t width = 0;    ///< index into gather_widths
        std::size_t chunk = 0;    ///< pairs that 16 bits hold; 0: rows of 16 bits
        std::vector<std::int8_t> rows8;
        std::vector<std::int16_t> rows16;
    };
    block make_block(std::size_t first, std::size_t outputs, std::size_t rows, code_range codes,
                     const weight_of& weight) const;

    std::vector<block> blocks_;
};

/// Entries with codes 0 .. largest_code that 16 bits hold whatever rows they meet: the largest n
/// for which the n largest weights of either sign, times the code, fit. `column`: weights of one
/// output.
std::size_t entries_in_16_bits(const std::vector<std::int8_t>& column,
                               std::int32_t largest_code);

}  // namespace synfire::sim
