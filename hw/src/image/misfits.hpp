// SPDX-License-Identifier: Apache-2.0
// Everything of a network that is too large for an engine, in one message.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <synfire/hw/does_not_fit.hpp>

namespace synfire::hw::detail {

class misfits {
  public:
    /// Notes it unless found is within lo .. hi.
    void require(const std::string& where, const std::string& what, std::int64_t found,
                 std::int64_t lo, std::int64_t hi, misfit_kind kind = misfit_kind::room);
    void require(const std::string& where, const std::string& what, std::int64_t found,
                 std::int64_t hi, misfit_kind kind = misfit_kind::room) {
        require(where, what, found, 0, hi, kind);
    }
    /// Throws does_not_fit if something was noted.
    void report() const;
    const std::vector<misfit>& all() const { return found_; }

  private:
    std::vector<misfit> found_;
};

}  // namespace synfire::hw::detail
