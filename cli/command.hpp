// SPDX-License-Identifier: Apache-2.0
// What the subcommands share: registration, exit statuses, JSON and text output.
#pragma once

#include <CLI/CLI.hpp>

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace synfire::cli {

/// Exit statuses (docs/reference/exit-status.md).
inline constexpr int status_ok = 0;
inline constexpr int status_check_failed = 1;
inline constexpr int status_usage = 2;
inline constexpr int status_bad_input = 3;
inline constexpr int status_internal = 4;

/// What main runs after parsing; returns the exit status.
using command_body = std::function<int()>;

void add_inspect(CLI::App& app, command_body& chosen);
void add_convert(CLI::App& app, command_body& chosen);
void add_draw(CLI::App& app, command_body& chosen);
void add_explain(CLI::App& app, command_body& chosen);
void add_simulate(CLI::App& app, command_body& chosen);
void add_cosim(CLI::App& app, command_body& chosen);
void add_compare(CLI::App& app, command_body& chosen);
void add_report(CLI::App& app, command_body& chosen);

/// Where the JSON goes: nowhere (empty), standard output ("-") or a file. Text goes to standard
/// output unless JSON does.
class output {
  public:
    explicit output(std::string json_target) : json_target_(std::move(json_target)) {}

    void text(const std::string& line) const;
    void json(const nlohmann::ordered_json& result) const;

  private:
    std::string json_target_;
};

/// Keys that every result has: command, version, network (path, hash), seconds.
class result_header {
  public:
    explicit result_header(std::string command) : command_(std::move(command)) {}
    nlohmann::ordered_json start(const std::string& network_path,
                                 const std::string& network_hash) const;

  private:
    std::string command_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Accepts numbers from least to most; unlike CLI::Range never "nan".
CLI::Validator number_between(double least, double most);

/// Accepts finite numbers above 0.
CLI::Validator positive_number();

/// A value between 0 and 1 as a percentage with two decimals.
std::string percent(double value);

}  // namespace synfire::cli
