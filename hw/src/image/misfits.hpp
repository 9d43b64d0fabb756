// SPDX-License-Identifier: Apache-2.0
// Everything of a network that is too large for an engine, in one message.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace synfire::hw::detail {

class misfits {
  public:
    /// Notes it unless found is within lo .. hi.
    void require(const std::string& where, const std::string& what, std::int64_t found,
                 std::int64_t lo, std::int64_t hi);
    void require(const std::string& where, const std::string& what, std::int64_t found,
                 std::int64_t hi) {
        require(where, what, found, 0, hi);
    }
    /// Throws bad_input if something was noted.
    void report() const;

  private:
    struct misfit {
        std::string where;
        std::string what;
        std::string found;
        std::string expected;
    };
    std::vector<misfit> found_;
};

}  // namespace synfire::hw::detail
