// SPDX-License-Identifier: Apache-2.0
#include "run_program.hpp"

#include <sys/wait.h>

#include <cstdlib>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

namespace synfire::test {

namespace {

std::string quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : text) { result += c == '\'' ? std::string("'\\''") : std::string(1, c); }
    return result + "'";
}

std::vector<float> scattered(std::size_t count) {
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(static_cast<float>((i * 7919) % 199) / 199.0F - 0.45F);
    }
    return values;
}

}  // namespace

program_run synfire_program(const std::vector<std::string>& arguments) {
    const scratch_folder folder;
    std::string command = quoted(SYNFIRE_PROGRAM);
    for (const std::string& a : arguments) { command += " " + quoted(a); }
    command += " </dev/null >" + quoted((folder / "out").string()) + " 2>"
               + quoted((folder / "err").string());
    const int raw = std::system(command.c_str());
    const int status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return {status, slurp(folder / "out"), slurp(folder / "err")};
}

std::filesystem::path digits_model() {
    return std::filesystem::path(SYNFIRE_SOURCE_DIR) / "models/zoo/digits_cnn/model.onnx";
}

onnx_builder small_classifier(std::int64_t batch, int opset, int ir_version) {
    onnx_builder m(opset, ir_version);
    m.input("image", {batch, 1, 8, 8});
    m.weights("w1", {2, 1, 3, 3}, scattered(18)).weights("w2", {10, 72}, scattered(720));
    m.node("Conv", {"image", "w1"}, {"features"});
    m.node("Relu", {"features"}, {"rectified"});
    m.node("Flatten", {"rectified"}, {"flat"});
    m.node("Gemm", {"flat", "w2"}, {"logits"}, {{"transB", std::int64_t{1}}});
    m.output("logits", {batch, 10});
    return m;
}

void require_bad_input(const program_run& run, const std::vector<std::string>& parts) {
    INFO("standard error: " << run.err);
    REQUIRE(run.status == 3);
    CHECK(run.err.starts_with("synfire: "));
    for (const std::string& part : parts) { CHECK_THAT(run.err, contains_text(part)); }
}

}  // namespace synfire::test
