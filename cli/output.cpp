// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdio>
#include <synfire/io/results.hpp>

#include "command.hpp"
#include "version.hpp"

namespace synfire::cli {

void output::text(const std::string& line) const {
    if (json_target_ != "-") { fmt::print("{}\n", line); }
}

void output::json(const nlohmann::ordered_json& result) const {
    if (json_target_.empty()) { return; }
    const std::string text = result.dump(2);
    if (json_target_ == "-") {
        fmt::print("{}\n", text);
    } else {
        io::write_result(json_target_, text);
    }
}

nlohmann::ordered_json result_header::start(const std::string& network_path,
                                            const std::string& network_hash) const {
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin_;
    nlohmann::ordered_json json;
    json["command"] = command_;
    json["version"] = version;
    json["network"] = {{"path", network_path}, {"hash", network_hash}};
    json["seconds"] = elapsed.count();
    return json;
}

std::string percent(double value) { return fmt::format("{:.2f} %", 100.0 * value); }

}  // namespace synfire::cli
