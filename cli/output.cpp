// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
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

CLI::Validator number_between(double least, double most) {
    const auto refusal = [least, most](const std::string& text) -> std::string {
        double value = 0.0;
        if (CLI::detail::lexical_cast(text, value) && value >= least && value <= most) {
            return "";
        }
        return fmt::format("Value {} not in range {} to {}", text, least, most);
    };
    return {refusal, fmt::format("FLOAT in [{} - {}]", least, most)};
}

CLI::Validator positive_number() {
    const auto refusal = [](const std::string& text) -> std::string {
        double value = 0.0;
        if (CLI::detail::lexical_cast(text, value) && value > 0.0 && std::isfinite(value)) {
            return "";
        }
        return fmt::format("Value {} is no number above 0", text);
    };
    return {refusal, "POSITIVE"};
}

std::string percent(double value) { return fmt::format("{:.2f} %", 100.0 * value); }

}  // namespace synfire::cli
