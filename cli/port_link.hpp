// SPDX-License-Identifier: Apache-2.0
// A name that stays the same for a pseudo-terminal whose number does not.
#pragma once

#include <string>

namespace synfire::cli {

class port_link {
  public:
    /// Makes a symbolic link to the terminal; one to a pseudo-terminal that is gone is
    /// replaced. Throws bad_input where something else is there, a link to a terminal that exists
    /// included, or none can be made.
    port_link(const std::string& path, const std::string& terminal);
    /// Removes the link, unless it leads elsewhere by now.
    ~port_link();
    port_link(const port_link&) = delete;
    port_link& operator=(const port_link&) = delete;

  private:
    std::string path_;
    std::string terminal_;
};

}  // namespace synfire::cli
