// SPDX-License-Identifier: Apache-2.0
// The four files of `synfire cosim --trace`: a waveform, and what makes it readable in GTKWave.
// Either all of them are there when the run is over, or those that were there before.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/cosim/waveform.hpp>

namespace synfire::cli {

/// What --trace FILE.fst will write.
struct waveform_files {
    std::string waveform;
    cosim::waveform_views views;

    std::vector<std::string> paths() const;
};

/// Throws usage_error unless the name ends in .fst: the other names are made from it.
waveform_files waveform_files_of(const std::string& trace, const network& net, int lanes);

/// A folder beside the target in which the files grow; gone with the object, and when the user
/// interrupts the program.
class unfinished_waveform {
  public:
    /// Throws bad_input where the folder cannot be made.
    explicit unfinished_waveform(const waveform_files& files);
    ~unfinished_waveform();
    unfinished_waveform(const unfinished_waveform&) = delete;
    unfinished_waveform& operator=(const unfinished_waveform&) = delete;

    /// Where the waveform is to be written.
    const std::string& file() const;
    /// Gives the files their names. The waveform must be closed.
    void keep();

  private:
    struct implementation;
    std::unique_ptr<implementation> self_;
};

}  // namespace synfire::cli
