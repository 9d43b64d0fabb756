// SPDX-License-Identifier: Apache-2.0
// JSON values that know where they stand, so that an error can name file and key.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <synfire/energy/interval.hpp>

namespace synfire::report {

/// A view of one value; the document must outlive it. Absent keys and null are the same: nothing.
/// Keys of another type than asked for throw bad_input.
class json_value {
  public:
    json_value(const nlohmann::ordered_json& json, std::string file, std::string path = {});

    std::optional<json_value> find(const std::string& key) const;
    std::optional<double> number(const std::string& key) const;
    std::string text(const std::string& key) const;  ///< empty where absent
    std::optional<bool> flag(const std::string& key) const;
    std::optional<energy::interval> interval(const std::string& key) const;
    std::vector<json_value> list(const std::string& key) const;
    std::vector<std::pair<std::string, json_value>> entries(const std::string& key) const;

    std::vector<double> numbers() const;  ///< of a list of numbers
    std::string as_text() const;          ///< of a string

    [[noreturn]] void refuse(const std::string& expected) const;

  private:
    const nlohmann::ordered_json* json_;
    std::string file_;
    std::string path_;
};

}  // namespace synfire::report
