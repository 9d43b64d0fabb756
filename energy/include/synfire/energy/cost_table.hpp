// SPDX-License-Identifier: Apache-2.0
// Prices in picojoule with source and grade. An unknown price stays unknown; it is never zero.
// The data are models/prices/*.json; docs/reference/prices.md is generated from them.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/energy/interval.hpp>

namespace synfire::energy {

/// How a price is known, strongest first.
enum class evidence : std::uint8_t {
    measured,      ///< MS: silicon or board
    published,     ///< PS: published simulation or synthesis
    cacti,         ///< CAC: own run of CACTI 7
    code,          ///< CODE: read in public source code
    secondary,     ///< SEC: read in a transcription, not in the primary paper
    own,           ///< OWN: derived here from other rows
    interpolated,  ///< between two rows of a source
    recalled,      ///< MEM: from memory; refused unless asked for
};
std::string_view to_string(evidence grade);

/// One price. `group` names what moves together: prices of one group go to their low, nominal and
/// high end at the same time ("sram", "add", "multiply"); prices of different groups move
/// independently.
struct price {
    std::string name{};
    std::string group{};
    interval pj{};
    evidence grade = evidence::recalled;
    std::string source{};
    double node_nm = 0;
    double vdd = 0;  ///< volt; 0: the source does not say
};

enum class memory_access : std::uint8_t { read, write };

/// One row of the CACTI grid.
struct sram_point {
    double bytes = 0;
    double width_bits = 0;
    double read_pj = 0;
    double write_pj = 0;
};

/// E = (a + b * width) * (bytes / 8192)^p, used outside the grid only.
struct sram_fit {
    double a = 0;
    double b = 0;
    double p = 0;
};

/// Energy of one access of one memory cell type: log-log interpolation in the grid; outside, the
/// value at the nearest grid point times the ratio of the fit, so that nothing jumps at the border.
struct sram_model {
    std::string cell{};
    double node_nm = 0;
    std::vector<double> bytes{};       ///< ascending
    std::vector<double> width_bits{};  ///< ascending
    std::vector<double> read_pj{};     ///< [bytes][width]
    std::vector<double> write_pj{};
    sram_fit read_fit{};
    sram_fit write_fit{};

    double energy_pj(memory_access kind, double capacity_bytes, double word_bits) const;
    bool covers(double capacity_bytes, double word_bits) const;
};

/// Access energies by capacity at one word width, as papers print them; other widths are scaled
/// like `shape`.
struct sram_points {
    std::vector<std::array<double, 2>> points{};  ///< {bytes, pJ}, ascending, at least two
    double width_bits = 64;
    sram_model shape{};
};

/// Where the low, nominal or high end of SRAM prices comes from.
struct sram_corner {
    std::optional<sram_model> grid{};
    std::optional<sram_points> printed{};  ///< exactly one of both
    double factor = 1;

    double energy_pj(memory_access kind, double capacity_bytes, double word_bits) const;
};

struct sram_prices {
    sram_corner low{};
    sram_corner nominal{};
    sram_corner high{};
    evidence grade = evidence::cacti;
    std::string source{};
    double node_nm = 0;
    double vdd = 0;
};

/// Two uses: `operations` tables (prices `mac` and `ac`: tier T0) and `architecture` tables
/// (operations and SRAM: tier T1).
enum class table_kind : std::uint8_t { operations, architecture };

struct cost_table {
    std::string name{};
    std::string title{};
    table_kind kind = table_kind::architecture;
    std::string
        caution;  ///< one sentence that must stand beside every number from this table, or empty
    std::map<std::string, std::optional<price>, std::less<>> operations{};
    std::optional<sram_prices> sram{};

    /// Price of an operation; empty where the table does not know it.
    std::optional<price> operation(std::string_view name) const;
    /// Price of one access. The three corners are sorted, so the interval is ordered whatever the
    /// cells do.
    std::optional<price> memory(memory_access how, double capacity_bytes, double word_bits) const;
};

struct load_options {
    bool accept_recalled = false;  ///< otherwise a price of grade MEM is unknown
};

/// Reads a table. `grid_csv` and `fit_csv` hold the CACTI data that the table may name; `where`
/// names the source in errors. Throws bad_input.
struct price_text {
    std::string json{};
    std::string grid_csv{};
    std::string fit_csv{};
    std::string where{};
};
cost_table load_cost_table(const price_text& text, const load_options& options = {});

/// Reads a table from a file; the CACTI data lie beside it. Throws bad_input.
cost_table load_cost_table(const std::filesystem::path& file, const load_options& options = {});

/// Tables that are compiled in, so that an installed program needs no data files.
std::vector<std::string> technology_names();
inline constexpr std::string_view default_technology = "cacti45-lop+horowitz45";
/// Throws bad_input that lists the names where there is none of that name.
cost_table technology(std::string_view name);
/// Both presets of tier T0.
std::vector<cost_table> naive_technologies();

}  // namespace synfire::energy
