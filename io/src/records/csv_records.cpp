// SPDX-License-Identifier: Apache-2.0
// All tables in one: a line per value, with the columns that tables have in common in front.
#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <synfire/io/pending_file.hpp>

#include "record_formats.hpp"

namespace synfire::io {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} << 10;
constexpr std::size_t not_there = static_cast<std::size_t>(-1);

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) { return text; }
    std::string safe = "\"";
    for (const char c : text) {
        safe += c;
        if (c == '"') { safe += c; }
    }
    return safe + "\"";
}

std::size_t column_called(const record_table& table, std::string_view name) {
    const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                    [&](const record_column& c) { return c.name == name; });
    return found == table.columns.end() ? not_there
                                        : static_cast<std::size_t>(found - table.columns.begin());
}

std::string number(const record_values& values, std::size_t i) {
    return std::visit([&](const auto& all) { return fmt::format("{}", all[i]); }, values);
}

/// Wide columns: the number of the value is that of the neuron. Others: the last column, and
/// neurons have one of their own.
class csv_records final : public record_file {
  public:
    csv_records(const std::filesystem::path& path, std::vector<record_table> tables)
        : file_(path),
          tables_(std::move(tables)),
          text_("population,record,sample,step,neuron,value\n") {}

    void append(std::size_t table, std::size_t rows,
                std::span<const record_values> columns) override {
        const record_table& t = tables_[table];
        const record_column& last = t.columns.back();
        const std::size_t step = column_called(t, "step");
        const std::size_t neuron = column_called(t, "neuron");
        const std::string front = fmt::format("{},{},", quoted(t.group), quoted(t.name));
        for (std::size_t row = 0; row < rows; ++row) {
            const std::string place =
                fmt::format("{}{},{},", front, number(columns[0], row),
                            step == not_there ? std::string() : number(columns[step], row));
            for (std::size_t k = 0; k < last.width; ++k) {
                text_ += fmt::format("{}{},{}\n", place,
                                     neuron == not_there ? std::to_string(k)
                                                         : number(columns[neuron], row),
                                     number(columns.back(), row * last.width + k));
            }
            if (text_.size() >= buffer_bytes) { flush(); }
        }
    }

    void commit() override {
        flush();
        file_.commit();
    }

    std::vector<std::string> temporaries() const override { return {file_.path().string()}; }

  private:
    void flush() {
        file_.append(text_);
        text_.clear();
    }

    pending_file file_;
    std::vector<record_table> tables_;
    std::string text_;
};

}  // namespace

std::unique_ptr<record_file> create_csv_records(const std::filesystem::path& path,
                                                std::vector<record_table> tables) {
    return std::make_unique<csv_records>(path, std::move(tables));
}

}  // namespace synfire::io
