// SPDX-License-Identifier: Apache-2.0
#include <synfire/io/results.hpp>

#include <synfire/core/error.hpp>

#include <support/catch.hpp>

#include "bytes.hpp"
#include "scratch_folder.hpp"

using namespace synfire;
using test::check_refused;
using test::scratch_folder;

TEST_CASE("a result is written as it is, with a line end", "[io][unit]") {
    const scratch_folder folder;
    io::write_result(folder / "r.json", R"({"a": 1})");
    CHECK(io::read_result(folder / "r.json") == "{\"a\": 1}\n");
    io::write_result(folder / "r.json", "{}\n");
    CHECK(io::read_result(folder / "r.json") == "{}\n");
}

TEST_CASE("what is not a JSON object is no result", "[io][unit]") {
    const scratch_folder folder;
    CHECK_THROWS_AS(io::write_result(folder / "r.json", "[1]"), internal_error);
    CHECK_THROWS_AS(io::write_result(folder / "r.json", "{"), internal_error);
    CHECK(folder.entries() == 0);
    check_refused("byte 6", [&] { io::read_result(folder.put("a.json", "{\"a\":}")); });
    check_refused("JSON object", [&] { io::read_result(folder.put("b.json", "[]")); });
    check_refused("is not JSON", [&] { io::read_result(folder.put("c.json", "")); });
    check_refused("cannot be opened", [&] { io::read_result(folder / "missing.json"); });
}
