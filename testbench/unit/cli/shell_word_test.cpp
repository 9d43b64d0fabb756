// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include "shell_word.hpp"

using synfire::cli::shell_word;

TEST_CASE("words that a shell would change are quoted", "[cli][unit]") {
    CHECK(shell_word("a/b-c_d.fst") == "a/b-c_d.fst");
    CHECK(shell_word("sp ace.fst") == "'sp ace.fst'");
    CHECK(shell_word("it's") == "'it'\\''s'");
    CHECK(shell_word("$(x)") == "'$(x)'");
    CHECK(shell_word("") == "''");
}
