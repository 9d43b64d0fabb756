// SPDX-License-Identifier: Apache-2.0
#include "cosim_runs.hpp"

#include <support/catch.hpp>
#include <synfire/cosim/rtl_model.hpp>

namespace synfire::test {

bool has_rtl() {
    if (cosim::rtl_available()) { return true; }
    WARN("SKIPPED: this build has no RTL model (Debian: verilator)");
    return false;
}

std::string zoo_net(const scratch_folder& folder, const std::string& name, const std::string& data,
                    const std::vector<std::string>& more) {
    const std::string model = SYNFIRE_SOURCE_DIR "/models/zoo/" + name + "/model.onnx";
    const std::string net = (folder / "net.snn").string();
    std::vector<std::string> arguments{
        "convert", model, "--calibration", data, "--calibration-samples", "16", "-o", net};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const program_run run = synfire_program(arguments);
    INFO(run.err);
    REQUIRE(run.status == 0);
    return net;
}

std::string digits_net(const scratch_folder& folder, const std::vector<std::string>& more) {
    return zoo_net(folder, "digits_cnn", "digits", more);
}

program_run cosim(const std::string& net, const std::string& data, const std::string& samples,
                  const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"cosim",     net,     "--data", data,
                                       "--samples", samples, "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return synfire_program(arguments);
}

nlohmann::json equal_result(const program_run& run) {
    INFO(run.err);
    REQUIRE(run.status == 0);
    nlohmann::json json = nlohmann::json::parse(run.out);
    CHECK(json["equal"] == true);
    CHECK(json["first_difference"].is_null());
    CHECK(json["cycles"] == json["model_cycles"]);
    for (const auto& [name, counter] : json["counters"].items()) {
        INFO(name);
        CHECK(counter["equal"] == true);
    }
    return json;
}

}  // namespace synfire::test
