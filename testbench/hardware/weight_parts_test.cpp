// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>
#include <synfire/cosim/rtl_model.hpp>

#include "weight_parts.hpp"

namespace {

using namespace synfire;

TEST_CASE(
    "simulator, cycle model and core agree on random networks whose rows lie in both parts of the "
    "weight memory",
    "[hardware][random]") {
    if (!cosim::rtl_available()) {
        WARN("SKIPPED: no Verilator");
        return;
    }
    CHECK(test::difference_in_parts(4) == "");
}

}  // namespace
