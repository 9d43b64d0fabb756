// SPDX-License-Identifier: Apache-2.0
#include "port_case.hpp"

#include <cli/run_program.hpp>
#include <support/catch.hpp>

namespace synfire::test {

namespace {

std::string converted(const scratch_folder& folder, const std::string& model,
                      const std::string& data, const std::string& steps = "4") {
    std::string net = (folder / "net.snn").string();
    const program_run run =
        synfire_program({"convert", model, "--calibration", data, "--calibration-samples", "16",
                         "--steps", steps, "-o", net});
    INFO(run.err);
    REQUIRE(run.status == 0);
    return net;
}

}  // namespace

std::string digits_net(const scratch_folder& folder) {
    return converted(folder, digits_model().string(), "digits");
}

std::string fashion_net(const scratch_folder& folder) {
    return converted(folder, SYNFIRE_SOURCE_DIR "/models/zoo/fashion_cnn/model.onnx",
                     "fashion-mnist", "8");
}

}  // namespace synfire::test
