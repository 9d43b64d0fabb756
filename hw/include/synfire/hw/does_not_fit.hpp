// SPDX-License-Identifier: Apache-2.0
// A network that the engine could run if it had more room. An exception of its own, because who
// catches it may know a larger engine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <synfire/core/error.hpp>

namespace synfire::hw {

/// What it takes to mend a misfit.
enum class misfit_kind : std::uint8_t {
    room,    ///< memories and the program's fields: a smaller piece of the network may do
    lanes,   ///< potentials, shifts, thresholds: smaller numbers, however small the piece
    tables,  ///< entries of fire tables
};

/// One number that is too large.
struct misfit {
    std::string where;     ///< "network", or a population or projection
    std::string what;      ///< what is counted
    std::string found;     ///< the number
    std::string expected;  ///< the numbers that would do
    misfit_kind kind = misfit_kind::room;

    friend bool operator==(const misfit&, const misfit&) = default;
};
/// "population 'a': threshold: 40000 (at most 32767)", without the place where it is the network.
std::string to_text(const misfit& m);

class does_not_fit : public bad_input {
  public:
    /// Of at least one.
    explicit does_not_fit(std::vector<misfit> all);
    const std::vector<misfit>& misfits() const noexcept { return misfits_; }

  private:
    std::vector<misfit> misfits_;
};

}  // namespace synfire::hw
