// SPDX-License-Identifier: Apache-2.0
// --probe and --probe-to: what populations do, written to a file while the network runs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/io/record_file.hpp>
#include <synfire/sim/simulator.hpp>

#include "command.hpp"
#include "removal_on_signal.hpp"

namespace synfire::cli {

struct probe_arguments {
    std::vector<std::string> probes;  ///< POPULATION[:spikes|potentials|rates]
    std::string file;
};

void add_probe_options(CLI::App& command, probe_arguments& arguments);

/// Throws usage_error for one option without the other.
void check_probe_arguments(const probe_arguments& arguments);

/// Writes records as they come. Nothing where there are no probes.
class probe_writer {
  public:
    /// Throws bad_input for populations that do not exist or have nothing of that kind, and where
    /// the file cannot be written.
    probe_writer(const network& net, const probe_arguments& arguments);

    /// Adds the probes and their receiver.
    void attach(sim::options& options);

    /// Makes the file, and says so.
    void commit(const output& out);

  private:
    void write(const sim::probe_records& records);

    const network& net_;
    std::string path_;
    std::vector<sim::probe> probes_;
    std::unique_ptr<io::record_file> file_;
    std::unique_ptr<removal_on_signal> removal_;
};

}  // namespace synfire::cli
