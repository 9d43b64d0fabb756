// SPDX-License-Identifier: Apache-2.0
#include "parts.hpp"

#include <algorithm>
#include <optional>

#include "supported.hpp"

namespace synfire::hw::detail {
namespace {

constexpr auto end_words = static_cast<std::int64_t>(header_words);

/// What loading costs a host, in bytes of a serial line: a part more takes some frames there and
/// back, and their waits.
constexpr std::int64_t bytes_a_part = 200;
constexpr std::int64_t bytes_a_word = 8;

/// Choices of what stays in the memory that are compared.
constexpr std::size_t most_choices = 64;

bool is_emit(const pass_plan& pass) { return pass.header.kind_of() == pass_kind::emit; }

/// Fills one part after the other.
class cutter {
  public:
    /// `page`: rows that a part may load.
    cutter(const std::vector<pass_plan>& program, std::size_t residents, part_limits page)
        : program_(program),
          residents_(residents),
          page_(page),
          loaded_in_(program.size(), none) {}

    /// Nothing where some pass has no room.
    std::optional<std::vector<planned_part>> cut() {
        for (std::size_t i = 0; i < program_.size(); i += unit(i)) {
            if (add(i)) { continue; }
            close();
            if (!add(i)) { return std::nullopt; }
        }
        close();
        return std::move(parts_);
    }

  private:
    static constexpr auto none = static_cast<std::size_t>(-1);

    /// The answer is not cut: what reads it knows one answer a sample.
    std::size_t unit(std::size_t pass) const {
        return is_emit(program_[pass]) ? program_.size() - pass : 1;
    }

    /// False where it does not fit behind what the part has already.
    bool add(std::size_t pass) {
        const std::size_t owner = program_[pass].rows_of.value_or(pass);
        const bool there = owner < residents_ || loaded_in_[owner] == parts_.size();
        const std::int64_t rows = there ? 0 : program_[pass].rows();
        std::int64_t words = 0;
        for (std::size_t i = 0; i < unit(pass); ++i) { words += program_[pass + i].words(); }
        if (now_.rows + rows > page_.rows || now_.words + words + end_words > page_.words) {
            return false;
        }
        loaded_in_[owner] = parts_.size();
        if (now_.count == 0) { now_.first = pass; }
        now_.count += unit(pass);
        now_.rows += rows;
        now_.words += words;
        return true;
    }

    void close() {
        if (now_.count == 0) { return; }
        if (!is_emit(program_[now_.first + now_.count - 1])) { now_.words += end_words; }
        parts_.push_back(now_);
        now_ = {};
    }

    const std::vector<pass_plan>& program_;
    std::size_t residents_;
    part_limits page_;
    std::vector<std::size_t> loaded_in_;  ///< by pass: the last part that has its rows
    std::vector<planned_part> parts_;
    planned_part now_;
};

std::int64_t cost_of(const part_plan& plan, std::int64_t row_bytes) {
    return plan.rows_a_sample() * row_bytes + plan.words_a_sample() * bytes_a_word
           + static_cast<std::int64_t>(plan.parts.size()) * bytes_a_part;
}

/// [i]: rows of the passes before i.
std::vector<std::int64_t> rows_before(const std::vector<pass_plan>& program) {
    std::vector<std::int64_t> rows{0};
    for (const pass_plan& pass : program) { rows.push_back(rows.back() + pass.own_rows()); }
    return rows;
}

void note_large_passes(const network& net, const std::vector<pass_plan>& program,
                       const part_limits& most, misfits& found) {
    std::int64_t answer = 0;
    for (const pass_plan& pass : program) {
        const std::string where = where_of(net.populations[pass.population]);
        found.require(where, "weight rows of a pass", pass.rows(), most.rows);
        found.require(where, "words of the program of a pass", pass.words(),
                      most.words - end_words);
        answer += is_emit(pass) ? pass.words() : 0;
    }
    found.require("network", "words of the program of the answer", answer, most.words - end_words);
}

}  // namespace

std::int64_t part_plan::rows_a_sample() const {
    std::int64_t rows = 0;
    for (const planned_part& part : parts) { rows += part.rows; }
    return rows;
}

std::int64_t part_plan::words_a_sample() const {
    std::int64_t words = 0;
    for (const planned_part& part : parts) { words += part.words; }
    return words;
}

part_plan plan_parts(const network& net, const std::vector<pass_plan>& program,
                     const engine_config& config, const part_limits& most, misfits& found) {
    const std::vector<std::int64_t> before = rows_before(program);
    const auto last = std::upper_bound(before.begin(), before.end(), most.rows);
    const auto choices = static_cast<std::size_t>(last - before.begin());
    const std::size_t step = std::max<std::size_t>(1, choices / most_choices);
    const std::int64_t row_bytes = std::int64_t{4} * config.row_words();
    std::vector<std::size_t> tried;
    for (std::size_t n = 0; n < choices; n += step) { tried.push_back(choices - 1 - n); }
    if (!tried.empty() && tried.back() != 0) { tried.push_back(0); }
    part_plan best;
    for (const std::size_t residents : tried) {
        const part_limits page{most.rows - before[residents], most.words};
        auto parts = cutter(program, residents, page).cut();
        if (!parts) { continue; }
        part_plan plan{residents, before[residents], std::move(*parts)};
        if (best.parts.empty() || cost_of(plan, row_bytes) < cost_of(best, row_bytes)) {
            best = std::move(plan);
        }
    }
    if (best.parts.empty()) {
        const std::size_t known = found.all().size();
        note_large_passes(net, program, most, found);
        // It must not pass for a network that fits.
        if (found.all().size() == known) {
            found.require("network", "parts that fit one by one", 0, 1,
                          static_cast<std::int64_t>(program.size()));
        }
    }
    return best;
}

pass_header part_end() {
    pass_header end;
    end.kind = static_cast<std::int64_t>(pass_kind::emit);
    end.layer = static_cast<std::int64_t>(part_end_population);
    end.channel = 1;
    end.end = 1;
    return end;
}

}  // namespace synfire::hw::detail
