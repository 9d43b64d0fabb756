// SPDX-License-Identifier: Apache-2.0
// Reads price files. Strict: an unknown grade, a price without source or ends out of order is an
// error.
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <synfire/core/error.hpp>
#include <synfire/energy/cost_table.hpp>

namespace synfire::energy {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& where, std::string what, std::string found = {},
                         std::string expected = {}) {
    throw bad_input({where, std::move(what), std::move(found), std::move(expected),
                     "models/prices/README.md describes the format"});
}

const json& member(const json& object, const char* key, const std::string& where) {
    if (!object.is_object() || !object.contains(key)) {
        refuse(where, "a field is missing", {}, key);
    }
    return object.at(key);
}

double number(const json& object, const char* key, const std::string& where) {
    const json& value = member(object, key, where);
    if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < 0) {
        refuse(where, fmt::format("'{}' is not a number >= 0", key), value.dump());
    }
    return value.get<double>();
}

/// 0 where the source does not say.
double number_or_unknown(const json& object, const char* key, const std::string& where) {
    return !object.contains(key) || object.at(key).is_null() ? 0.0 : number(object, key, where);
}

std::string text_of(const json& object, const char* key, const std::string& where) {
    const json& value = member(object, key, where);
    if (!value.is_string()) { refuse(where, fmt::format("'{}' is not a text", key), value.dump()); }
    return value.get<std::string>();
}

evidence grade_of(const json& object, const std::string& where) {
    const std::string name = text_of(object, "grade", where);
    for (const evidence grade :
         {evidence::measured, evidence::published, evidence::cacti, evidence::code,
          evidence::secondary, evidence::own, evidence::interpolated, evidence::recalled}) {
        if (to_string(grade) == name) { return grade; }
    }
    refuse(where, "unknown grade", name, "MS, PS, CAC, CODE, SEC, OWN, interpolated, MEM");
}

price price_of(const std::string& name, const json& entry, const std::string& where) {
    price p{.name = name,
            .group = text_of(entry, "group", where),
            .pj = {number(entry, "low", where), number(entry, "nominal", where),
                   number(entry, "high", where)},
            .grade = grade_of(entry, where),
            .source = text_of(entry, "source", where),
            .node_nm = number_or_unknown(entry, "node_nm", where),
            .vdd = number_or_unknown(entry, "vdd", where)};
    if (!p.pj.is_ordered() || p.pj.nominal <= 0) {
        refuse(where, "a price needs 0 <= low <= nominal <= high and nominal > 0",
               fmt::format("{}, {}, {}", p.pj.low, p.pj.nominal, p.pj.high),
               "null where the price is not known");
    }
    if (p.source.empty() || p.group.empty()) {
        refuse(where, "source and group must not be empty");
    }
    return p;
}

std::vector<std::vector<std::string>> csv_rows(const std::string& text) {
    std::vector<std::vector<std::string>> rows;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> cells;
        std::istringstream parts(line);
        for (std::string cell; std::getline(parts, cell, ',');) { cells.push_back(cell); }
        if (!cells.empty()) { rows.push_back(std::move(cells)); }
    }
    if (!rows.empty()) { rows.erase(rows.begin()); }  // column names
    return rows;
}

double cell_number(const std::string& cell, const std::string& where) {
    std::istringstream in(cell);
    double value = 0;
    if (!(in >> value) || !in.eof() || !std::isfinite(value) || value <= 0) {
        refuse(where, "a cell is not a positive number", cell);
    }
    return value;
}

/// Reads CACTI data of one cell type and node.
class cacti_reader {
  public:
    cacti_reader(const price_text& text, std::string where)
        : text_(text),
          where_(std::move(where)) {}

    sram_model model(const std::string& cell, double node_nm) const {
        sram_model m{.cell = cell, .node_nm = node_nm};
        read_grid(m);
        read_fit(m);
        return m;
    }

  private:
    const price_text& text_;
    std::string where_;

    bool matches(const std::vector<std::string>& row, const sram_model& m,
                 std::size_t columns) const {
        if (row.size() < columns) { refuse(where_, "a CACTI row is too short"); }
        return row[0] == m.cell && cell_number(row[1], where_) == m.node_nm;
    }

    void read_grid(sram_model& m) const {
        std::map<std::pair<double, double>, std::pair<double, double>> points;
        std::set<double> bytes;
        std::set<double> widths;
        for (const auto& row : csv_rows(text_.grid_csv)) {
            if (!matches(row, m, 6)) { continue; }
            const double capacity = cell_number(row[2], where_);
            const double width = cell_number(row[3], where_);
            bytes.insert(capacity);
            widths.insert(width);
            points[{capacity, width}] = {cell_number(row[4], where_), cell_number(row[5], where_)};
        }
        if (points.empty() || points.size() != bytes.size() * widths.size()) {
            refuse(where_, "the CACTI grid is absent or has holes",
                   fmt::format("{} points of {} at {} nm", points.size(), m.cell, m.node_nm));
        }
        m.bytes.assign(bytes.begin(), bytes.end());
        m.width_bits.assign(widths.begin(), widths.end());
        for (const auto& [key, value] : points) {  // ordered by bytes, then width
            m.read_pj.push_back(value.first);
            m.write_pj.push_back(value.second);
        }
    }

    void read_fit(sram_model& m) const {
        for (const auto& row : csv_rows(text_.fit_csv)) {
            if (!matches(row, m, 8)) { continue; }
            const auto at = [&](std::size_t i) { return cell_number(row[i], where_); };
            m.read_fit = {at(2), at(3), at(4)};
            m.write_fit = {at(5), at(6), at(7)};
            return;
        }
        refuse(where_, "the CACTI fit has no such row", fmt::format("{} {}", m.cell, m.node_nm));
    }
};

sram_model model_of(const json& entry, const cacti_reader& cacti, const std::string& where) {
    return cacti.model(text_of(entry, "cell", where), number(entry, "node_nm", where));
}

sram_corner corner_of(const json& entry, const cacti_reader& cacti, const std::string& where) {
    sram_corner corner;
    if (entry.contains("factor")) { corner.factor = number(entry, "factor", where); }
    if (!entry.contains("points")) {
        corner.grid = model_of(entry, cacti, where);
        return corner;
    }
    sram_points printed{.points = {},
                        .width_bits = number(entry, "width_bits", where),
                        .shape = model_of(member(entry, "shape", where), cacti, where)};
    double last = 0;
    for (const json& point : entry.at("points")) {
        if (!point.is_array() || point.size() != 2 || !point[0].is_number() || !point[1].is_number()
            || point[0].get<double>() <= last || point[1].get<double>() <= 0) {
            refuse(where, "points are {bytes, pJ} pairs, bytes ascending", point.dump());
        }
        last = point[0].get<double>();
        printed.points.push_back({last, point[1].get<double>()});
    }
    if (printed.points.size() < 2) { refuse(where, "at least two points are needed"); }
    corner.printed = std::move(printed);
    return corner;
}

std::optional<sram_prices> sram_of(const json& entry, const price_text& text,
                                   const load_options& options) {
    const std::string where = text.where + ": sram";
    if (entry.is_null()) { return std::nullopt; }
    const cacti_reader cacti(text, where);
    sram_prices prices{.low = corner_of(member(entry, "low", where), cacti, where),
                       .nominal = corner_of(member(entry, "nominal", where), cacti, where),
                       .high = corner_of(member(entry, "high", where), cacti, where),
                       .grade = grade_of(entry, where),
                       .source = text_of(entry, "source", where),
                       .node_nm = number_or_unknown(entry, "node_nm", where),
                       .vdd = number_or_unknown(entry, "vdd", where)};
    if (prices.grade == evidence::recalled && !options.accept_recalled) { return std::nullopt; }
    return prices;
}

table_kind kind_of(const std::string& name, const std::string& where) {
    if (name == "operations") { return table_kind::operations; }
    if (name == "architecture") { return table_kind::architecture; }
    refuse(where, "unknown kind of table", name, "operations, architecture");
}

json parsed(const price_text& text) {
    json root = json::parse(text.json, nullptr, false);
    if (root.is_discarded() || !root.is_object()) { refuse(text.where, "not a JSON object"); }
    return root;
}

std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) { refuse(file.string(), "cannot be read"); }
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
}

}  // namespace

cost_table load_cost_table(const price_text& text, const load_options& options) {
    const json root = parsed(text);
    cost_table table{.name = text_of(root, "name", text.where),
                     .title = text_of(root, "title", text.where),
                     .kind = kind_of(text_of(root, "kind", text.where), text.where),
                     .caution = text_of(root, "caution", text.where)};
    const json& operations = member(root, "operations", text.where);
    if (!operations.is_object()) { refuse(text.where, "'operations' is not an object"); }
    for (const auto& [name, entry] : operations.items()) {
        std::optional<price> value;
        if (!entry.is_null()) { value = price_of(name, entry, text.where + ": " + name); }
        if (value && value->grade == evidence::recalled && !options.accept_recalled) {
            value.reset();
        }
        table.operations[name] = std::move(value);
    }
    if (root.contains("sram")) { table.sram = sram_of(root.at("sram"), text, options); }
    return table;
}

cost_table load_cost_table(const std::filesystem::path& file, const load_options& options) {
    const auto beside = [&](const char* name) {
        const std::filesystem::path path = file.parent_path() / name;
        return std::filesystem::exists(path) ? contents(path) : std::string();
    };
    return load_cost_table(price_text{.json = contents(file),
                                      .grid_csv = beside("cacti7_grid.csv"),
                                      .fit_csv = beside("cacti7_fit.csv"),
                                      .where = file.string()},
                           options);
}

}  // namespace synfire::energy
