// SPDX-License-Identifier: Apache-2.0
// Short way to throw bad_input; empty facts are left out of the message.
#pragma once

#include <string>
#include <utility>

#include <synfire/core/error.hpp>

namespace synfire::io {

[[noreturn]] inline void fail(std::string where, std::string what, std::string found = {},
                              std::string expected = {}, std::string hint = {}) {
    throw bad_input(error_facts{std::move(where), std::move(what), std::move(found),
                                std::move(expected), std::move(hint)});
}

}  // namespace synfire::io
