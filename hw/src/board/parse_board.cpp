// SPDX-License-Identifier: Apache-2.0
// Reads a board's description. Strict: a key that is not known, or a number that makes no sense, is
// an error that names the key with its path.
#include <algorithm>
#include <cmath>
#include <initializer_list>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <synfire/core/error.hpp>
#include <synfire/hw/board.hpp>

namespace synfire::hw {
namespace {

using nlohmann::json;

constexpr const char* hint = "models/boards/README.md describes the format";

/// One object of the file, with the way to it.
class section {
  public:
    section(const json& object, std::string where, std::string path)
        : object_(object),
          where_(std::move(where)),
          path_(std::move(path)) {
        if (!object_.is_object()) { refuse(path_, "is no object", object_.dump(), "{...}"); }
    }

    [[noreturn]] void refuse(const std::string& path, const std::string& what,
                             const std::string& found, const std::string& expected) const {
        throw bad_input(
            {path.empty() ? where_ : where_ + ": " + path, what, found, expected, hint});
    }
    std::string path_of(const std::string& key) const {
        return path_.empty() ? key : path_ + "." + key;
    }

    void allow_only(std::initializer_list<const char*> keys) const {
        for (const auto& [key, value] : object_.items()) {
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
                refuse(path_of(key), "there is no such key", key,
                       fmt::format("{}", fmt::join(keys, ", ")));
            }
        }
    }

    bool has(const char* key) const { return object_.contains(key); }
    const json& at(const char* key) const {
        if (!has(key)) { refuse(path_of(key), "the key is missing", "", key); }
        return object_.at(key);
    }
    section inner(const char* key) const { return {at(key), where_, path_of(key)}; }

    std::string text(const char* key) const {
        const json& value = at(key);
        if (!value.is_string()) { refuse(path_of(key), "is no text", value.dump(), "\"...\""); }
        return value.get<std::string>();
    }
    std::string text_or_nothing(const char* key) const { return has(key) ? text(key) : ""; }

    std::int64_t whole(const char* key, std::int64_t lo, std::int64_t hi) const {
        const json& value = at(key);
        const bool fits = value.is_number_integer()
                          && (!value.is_number_unsigned()
                              || value.get<std::uint64_t>() <= static_cast<std::uint64_t>(hi))
                          && value.get<std::int64_t>() >= lo && value.get<std::int64_t>() <= hi;
        if (!fits) {
            refuse(path_of(key), "is no such whole number", value.dump(),
                   fmt::format("{} to {}", lo, hi));
        }
        return value.get<std::int64_t>();
    }
    int small(const char* key) const { return static_cast<int>(whole(key, 0, 1 << 24)); }

    double number(const char* key, double lo, double hi) const {
        const json& value = at(key);
        const double found = value.is_number() ? value.get<double>() : std::nan("");
        if (!(found >= lo && found <= hi)) {
            refuse(path_of(key), "is no such number", value.dump(),
                   fmt::format("{:g} to {:g}", lo, hi));
        }
        return found;
    }

    bool yes_or_no(const char* key) const {
        const json& value = at(key);
        if (!value.is_boolean()) {
            refuse(path_of(key), "says neither yes nor no", value.dump(), "true or false");
        }
        return value.get<bool>();
    }

  private:
    const json& object_;
    std::string where_;
    std::string path_;
};

fpga_family family_of(const section& board) {
    const std::string name = board.text("family");
    for (const fpga_family family :
         {fpga_family::ice40, fpga_family::ecp5, fpga_family::gowin, fpga_family::xilinx}) {
        if (to_string(family) == name) { return family; }
    }
    board.refuse("family", "no such family of chips", name, "ice40, ecp5, gowin or xilinx");
}

chip_resources resources_of(const section& s) {
    s.allow_only({"logic_cells", "block_rams", "block_ram_bits", "sprams", "spram_bits", "dsps"});
    constexpr std::int64_t most = std::int64_t{1} << 32;
    chip_resources r;
    r.logic_cells = s.whole("logic_cells", 1, most);
    r.block_rams = s.whole("block_rams", 0, most);
    r.block_ram_bits = s.whole("block_ram_bits", 1, most);
    r.sprams = s.has("sprams") ? s.whole("sprams", 0, most) : 0;
    r.spram_bits = r.sprams > 0 ? s.whole("spram_bits", 1, most) : 0;
    r.dsps = s.has("dsps") ? s.whole("dsps", 0, most) : 0;
    return r;
}

/// 0 stands for all that can be addressed, in the file as in the configuration.
std::size_t counted_rows(const section& s, int address_bits) {
    const auto rows = static_cast<std::size_t>(s.whole("weight_rows", 0, std::int64_t{1} << 30));
    return rows == std::size_t{1} << std::min(address_bits, 30) ? 0 : rows;
}

engine_config engine_of(const section& s, const std::string& where) {
    s.allow_only({"lanes", "accumulator_bits", "pattern_bits", "act_address_bits",
                  "code_address_bits", "row_address_bits", "descriptor_address_bits", "shift_bits",
                  "shared_adder", "weight_bits", "weight_rows", "arithmetic", "firing", "streaming",
                  "vectors", "fire_tables"});
    engine_config e;
    e.lanes = s.small("lanes");
    e.accumulator_bits = s.small("accumulator_bits");
    e.pattern_bits = s.small("pattern_bits");
    e.act_address_bits = s.small("act_address_bits");
    e.code_address_bits = s.small("code_address_bits");
    e.row_address_bits = s.small("row_address_bits");
    e.descriptor_address_bits = s.small("descriptor_address_bits");
    e.shift_bits = s.small("shift_bits");
    e.shared_adder = s.has("shared_adder") && s.yes_or_no("shared_adder");
    if (s.has("weight_bits")) { e.weight_bits = s.small("weight_bits"); }
    if (s.has("weight_rows")) { e.counted_rows = counted_rows(s, e.row_address_bits); }
    if (s.has("arithmetic")) { e.arithmetic = s.small("arithmetic"); }
    if (s.has("firing")) { e.firing = s.small("firing"); }
    if (s.has("streaming")) { e.streaming = s.small("streaming"); }
    e.vectors = s.has("vectors") && s.yes_or_no("vectors");
    if (s.has("fire_tables")) { e.fire_tables = s.small("fire_tables"); }
    try {
        check(e);
    } catch (const bad_input& found) {
        error_facts facts = found.facts();
        facts.where = where + ": engine";
        facts.hint = hint;
        throw bad_input(facts);
    }
    return e;
}

json parsed(std::string_view text, const std::string& where) {
    try {
        return json::parse(text);
    } catch (const json::exception& e) {
        throw bad_input({where, "is no JSON", e.what(), "", hint});
    }
}

}  // namespace

board_description parse_board(std::string_view text, const std::string& where) {
    const json root = parsed(text, where);
    const section s(root, where, "");
    // "expected", "flow" and "folder" are for hdl/syn alone.
    s.allow_only({"board", "folder", "title", "family", "device", "package", "speed", "top",
                  "clock_hz", "baud", "resources", "limits", "expected", "flow", "engine"});
    board_description b;
    b.name = s.text("board");
    if (b.name.empty()) { s.refuse("board", "the name is empty", "", ""); }
    b.title = s.text("title");
    b.family = family_of(s);
    b.device = s.text("device");
    b.package = s.text_or_nothing("package");
    b.speed = s.text_or_nothing("speed");
    b.top = s.text_or_nothing("top");
    b.clock_hz = s.number("clock_hz", 1, 1e10);
    b.baud = s.has("baud") ? static_cast<int>(s.whole("baud", 1, 100'000'000)) : 0;
    b.resources = resources_of(s.inner("resources"));
    if (s.has("limits")) {
        const section limits = s.inner("limits");
        limits.allow_only({"largest_share_of_logic"});
        b.largest_share_of_logic = limits.number("largest_share_of_logic", 0, 1);
    }
    b.engine = engine_of(s.inner("engine"), where);
    return b;
}

}  // namespace synfire::hw
