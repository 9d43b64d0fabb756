// SPDX-License-Identifier: Apache-2.0
// The estimate of an engine's logic says of each synthesised engine what the fit said, and its
// block RAMs exactly.
#include <cmath>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <synfire/hw/logic.hpp>
#include <unit/io/scratch_folder.hpp>

using namespace synfire;
using nlohmann::json;

namespace {

const json& table() {
    static const json all = json::parse(test::slurp(SYNFIRE_SOURCE_DIR "/models/logic/logic.json"));
    return all;
}

hw::engine_config engine_of(const json& run) {
    hw::engine_config e;
    e.lanes = run["lanes"];
    e.accumulator_bits = run["accumulator_bits"];
    e.pattern_bits = run["pattern_bits"];
    e.act_address_bits = run["act_address_bits"];
    e.code_address_bits = run["code_address_bits"];
    e.row_address_bits = run["row_address_bits"];
    e.descriptor_address_bits = run["descriptor_address_bits"];
    e.shift_bits = run["shift_bits"];
    e.counted_rows = run.value("weight_rows", std::size_t{0});
    const std::string group = run["group"];
    e.shared_adder = group.find(" shared") != std::string::npos;
    e.vectors = group.ends_with(" vectors");
    return e;
}

hw::fpga_family family_of(const json& run) {
    const std::string group = run["group"];
    for (const hw::fpga_family f : {hw::fpga_family::ice40, hw::fpga_family::ecp5,
                                    hw::fpga_family::gowin, hw::fpga_family::xilinx}) {
        if (group.starts_with(hw::to_string(f))) { return f; }
    }
    FAIL("unknown family " << group);
    return hw::fpga_family::ice40;
}

}  // namespace

TEST_CASE("the estimate of logic says what was fitted", "[hw][unit]") {
    std::map<std::string, std::size_t> number;  // of the run in its group
    for (const json& run : table()["runs"]) {
        const std::string group = run["group"];
        CAPTURE(group, run.dump());
        const json& model = table()["models"][group];
        const std::size_t i = number[group]++;
        const auto said = hw::estimate_logic(family_of(run), engine_of(run));
        REQUIRE(said);
        const auto error = [&](const char* what, double value) {
            return value / run[what].get<double>() - 1 - model[what]["errors"][i].get<double>();
        };
        CHECK(std::abs(error("luts", said->luts)) < 1e-3);
        CHECK(std::abs(error("flip_flops", said->flip_flops)) < 1e-3);
        CHECK(std::abs(error("logic_cells", said->logic_cells)) < 1e-3);
        CHECK(static_cast<double>(said->block_rams) == std::ceil(run["block_rams"].get<double>()));
    }
}

TEST_CASE("engines that the fit does not know are estimated within a tenth", "[hw][unit]") {
    constexpr std::size_t enough = 5;  // engines: as many coefficients are fitted to them
    for (const auto& [group, model] : table()["models"].items()) {
        if (model["luts"]["errors"].size() < enough) { continue; }
        for (const char* what : {"luts", "flip_flops", "logic_cells"}) {
            for (const json& error : model[what]["left_out_errors"]) {
                CAPTURE(group, what);
                CHECK(std::abs(error.get<double>()) <= 0.10);
            }
        }
    }
}

TEST_CASE("every built-in board has an estimate, or the cells of its own synthesis", "[hw][unit]") {
    for (const std::string& name : hw::board_names()) {
        CAPTURE(name);
        const hw::board_description& board = hw::built_in_board(name);
        const bool fitted = board.engine.weight_bits == 8 && board.engine.streaming == 0;
        const json& measured = table()["boards"];
        if (!fitted && !measured.contains(name)) { continue; }  // not synthesised yet
        const auto said = hw::estimate_logic(board);
        REQUIRE(said);
        CHECK(said->block_rams <= board.resources.block_rams);
        if (!fitted) { CHECK(said->logic_cells == measured[name]["logic_cells"].get<double>()); }
    }
}

TEST_CASE("cells of a board's own synthesis are not those of another engine", "[hw][unit]") {
    hw::board_description board = hw::built_in_board("icebreaker_mlp_int4");
    CHECK(hw::estimate_logic(board));
    board.engine.accumulator_bits += 1;
    CHECK_FALSE(hw::estimate_logic(board));
    board = hw::built_in_board("icebreaker_mlp_int4");
    board.family = hw::fpga_family::ecp5;
    CHECK_FALSE(hw::estimate_logic(board));
}

namespace {

/// Empty where every engine of the iCEBreaker's kind that the fit knows is of this Verilog.
std::string older_fit(const json& made) {
    const std::string verilog = made.value("verilog", "");
    for (const json& run : table()["runs"]) {
        if (run["group"] != "ice40 shared" || run.value("verilog", "none") == verilog) { continue; }
        return "models/logic/logic.json is fitted to other Verilog than "
               "docs/reference/synth-icebreaker.json was made from: scripts/dev fit-logic "
               "--families 'ice40 shared'";
    }
    return "";
}

}  // namespace

TEST_CASE("the iCEBreaker's logic is estimated within a tenth of its synthesis", "[hw][unit]") {
    const json made =
        json::parse(test::slurp(SYNFIRE_SOURCE_DIR "/docs/reference/synth-icebreaker.json"));
    const auto said = hw::estimate_logic(hw::built_in_board("icebreaker"));
    REQUIRE(said);
    // A fit of older Verilog need not be wrong, but where it is, this is why.
    const std::string older = older_fit(made);
    CAPTURE(older);
    CHECK(said->logic_cells == Approx(made["logic_cells"].get<double>()).epsilon(0.1));
    CHECK(said->flip_flops == Approx(made["flip_flops"].get<double>()).epsilon(0.1));
    CHECK(said->block_rams == made["block_rams"].get<std::int64_t>());
    CHECK(said->sprams == made["sprams"].get<std::int64_t>());
    CHECK(said->dsps == made["dsps"].get<std::int64_t>());
}

TEST_CASE("an engine of which nothing was synthesised has no estimate", "[hw][unit]") {
    hw::engine_config e = hw::icebreaker_config();
    CHECK_FALSE(hw::estimate_logic(hw::fpga_family::ecp5, e));
}
