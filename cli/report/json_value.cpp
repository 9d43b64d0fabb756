// SPDX-License-Identifier: Apache-2.0
#include "json_value.hpp"

#include <fmt/format.h>

#include <synfire/core/error.hpp>

namespace synfire::report {

json_value::json_value(const nlohmann::ordered_json& json, std::string file, std::string path)
    : json_(&json),
      file_(std::move(file)),
      path_(std::move(path)) {}

void json_value::refuse(const std::string& expected) const {
    throw bad_input({.where = file_,
                     .what = path_.empty() ? "not a result of synfire"
                                           : fmt::format("key '{}' has an unusable value", path_),
                     .found = json_->type_name(),
                     .expected = expected,
                     .hint = "give result files as the commands wrote them with --json FILE"});
}

std::optional<json_value> json_value::find(const std::string& key) const {
    if (!json_->is_object()) { refuse("an object"); }
    const auto found = json_->find(key);
    if (found == json_->end() || found->is_null()) { return std::nullopt; }
    return json_value(*found, file_, path_.empty() ? key : path_ + "." + key);
}

std::optional<double> json_value::number(const std::string& key) const {
    const std::optional<json_value> value = find(key);
    if (!value) { return std::nullopt; }
    if (!value->json_->is_number()) { value->refuse("a number"); }
    return value->json_->get<double>();
}

std::string json_value::text(const std::string& key) const {
    const std::optional<json_value> value = find(key);
    return value ? value->as_text() : std::string();
}

std::string json_value::as_text() const {
    if (!json_->is_string()) { refuse("a text"); }
    return json_->get<std::string>();
}

std::optional<bool> json_value::flag(const std::string& key) const {
    const std::optional<json_value> value = find(key);
    if (!value) { return std::nullopt; }
    if (!value->json_->is_boolean()) { value->refuse("true or false"); }
    return value->json_->get<bool>();
}

std::optional<energy::interval> json_value::interval(const std::string& key) const {
    const std::optional<json_value> value = find(key);
    if (!value) { return std::nullopt; }
    const std::optional<double> low = value->number("low");
    const std::optional<double> nominal = value->number("nominal");
    const std::optional<double> high = value->number("high");
    if (!low || !nominal || !high) { value->refuse("low, nominal and high"); }
    const energy::interval result{*low, *nominal, *high};
    if (!result.is_ordered()) { value->refuse("0 <= low <= nominal <= high"); }
    return result;
}

std::vector<json_value> json_value::list(const std::string& key) const {
    std::vector<json_value> result;
    const std::optional<json_value> value = find(key);
    if (!value) { return result; }
    if (!value->json_->is_array()) { value->refuse("a list"); }
    for (std::size_t i = 0; i < value->json_->size(); ++i) {
        result.emplace_back((*value->json_)[i], file_, fmt::format("{}[{}]", value->path_, i));
    }
    return result;
}

std::vector<std::pair<std::string, json_value>> json_value::entries(const std::string& key) const {
    std::vector<std::pair<std::string, json_value>> result;
    const std::optional<json_value> value = find(key);
    if (!value) { return result; }
    if (!value->json_->is_object()) { value->refuse("an object"); }
    for (const auto& [name, entry] : value->json_->items()) {
        result.emplace_back(name, json_value(entry, file_, value->path_ + "." + name));
    }
    return result;
}

std::vector<double> json_value::numbers() const {
    if (!json_->is_array()) { refuse("a list of numbers"); }
    std::vector<double> result;
    for (const nlohmann::ordered_json& entry : *json_) {
        if (!entry.is_number()) { refuse("a list of numbers"); }
        result.push_back(entry.get<double>());
    }
    return result;
}

}  // namespace synfire::report
