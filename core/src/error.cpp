// SPDX-License-Identifier: Apache-2.0
// Texts of the exceptions: one place, so that every message has the same form.
#include <synfire/core/error.hpp>

#include <cstddef>
#include <utility>

namespace synfire {
namespace {

void add_line(std::string& text, const char* label, const std::string& value) {
    if (!value.empty()) { text += std::string("\n  ") + label + ": " + value; }
}

error_facts refusal_facts(std::string where, const std::vector<refusal>& refusals) {
    const std::size_t count = refusals.size();
    std::string what =
        std::to_string(count) + (count == 1 ? " node" : " nodes") + " cannot be converted";
    for (const refusal& r : refusals) {
        what += "\n  " + r.node + " (" + r.op + "): " + r.reason;
        if (!r.hint.empty()) { what += "; " + r.hint; }
    }
    return {std::move(where), std::move(what), "", "", ""};
}

}  // namespace

std::string to_message(const error_facts& facts) {
    std::string text = facts.where;
    if (!text.empty() && !facts.what.empty()) { text += ": "; }
    text += facts.what;
    add_line(text, "found", facts.found);
    add_line(text, "expected", facts.expected);
    add_line(text, "hint", facts.hint);
    return text;
}

error::error(error_facts facts) : std::runtime_error(to_message(facts)), facts_(std::move(facts)) {}

unsupported_model::unsupported_model(std::string where, std::vector<refusal> refusals)
    : error(refusal_facts(std::move(where), refusals)),
      refusals_(std::move(refusals)) {}

}  // namespace synfire
