// SPDX-License-Identifier: Apache-2.0
// Runs the built program as a user would, and keeps what it says.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <support/onnx_builder.hpp>

namespace synfire::test {

struct program_run {
    int status = -1;  ///< exit status; 128 + signal where it was killed
    std::string out;
    std::string err;
};

/// `synfire` with these arguments, nothing on standard input and no terminal.
program_run synfire_program(const std::vector<std::string>& arguments);

/// The zoo's digits_cnn.
std::filesystem::path digits_model();

/// 8 x 8 images to 10 classes: convolution, ReLU, flatten, dense. -1 is a symbolic batch.
onnx_builder small_classifier(std::int64_t batch = -1, int opset = 17, int ir_version = 8);

/// Requires status 3 and a message that holds every part, and nothing on standard output.
void require_bad_input(const program_run& run, const std::vector<std::string>& parts);

}  // namespace synfire::test
