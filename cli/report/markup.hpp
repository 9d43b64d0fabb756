// SPDX-License-Identifier: Apache-2.0
// HTML as a type of its own: text from files gets into it escaped or not at all.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace synfire::report {

class markup {
  public:
    markup() = default;
    /// Literal HTML of ours; never text from a file.
    static markup trusted(std::string html) { return markup(std::move(html)); }

    markup& operator+=(const markup& more) {
        html_ += more.html_;
        return *this;
    }
    const std::string& html() const { return html_; }
    bool empty() const { return html_.empty(); }

  private:
    explicit markup(std::string html) : html_(std::move(html)) {}
    std::string html_{};
};

inline markup operator+(markup a, const markup& b) { return a += b; }

using attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// Escapes & < > " ' and replaces control characters, so that the result is text anywhere in HTML.
markup text(std::string_view plain);

/// <tag attributes>inner</tag> and a line end; attribute values are escaped.
markup element(std::string_view tag, const markup& inner, attributes with = {});
markup element(std::string_view tag, std::string_view plain, attributes with = {});

/// The same without a line end, for use inside a sentence.
markup inline_element(std::string_view tag, const markup& inner, attributes with = {});

/// Closed until clicked.
markup details(std::string_view summary, const markup& inner);

/// What a table cell holds: markup, or text that gets escaped.
struct cell {
    markup content{};

    cell(markup m) : content(std::move(m)) {}
    cell(std::string_view plain) : content(text(plain)) {}
    cell(const std::string& plain) : content(text(plain)) {}
    cell(const char* plain) : content(text(plain)) {}
};

/// Numbers stand right-aligned, with figures of equal width.
enum class column_kind { words, numbers };

struct column {
    std::string heading{};
    column_kind kind = column_kind::numbers;
};

/// A table in a box that scrolls sideways where the screen is narrow. The first cell of a row is
/// its heading.
class table {
  public:
    table(std::string_view caption, std::vector<column> columns);
    void row(const std::vector<cell>& cells, std::string_view css = {});
    bool empty() const { return rows_.empty(); }
    markup html() const;

  private:
    std::string caption_;
    std::vector<column> columns_;
    markup rows_{};

    std::string_view css_of(std::size_t index) const;
};

/// JSON as text inside a script element: nothing in it can end the element.
std::string script_safe(std::string_view json);

}  // namespace synfire::report
