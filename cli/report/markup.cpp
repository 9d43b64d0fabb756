// SPDX-License-Identifier: Apache-2.0
#include "markup.hpp"

#include <fmt/format.h>

namespace synfire::report {

namespace {

void append_escaped(std::string& out, char c) {
    switch (c) {
    case '&':
        out += "&amp;";
        return;
    case '<':
        out += "&lt;";
        return;
    case '>':
        out += "&gt;";
        return;
    case '"':
        out += "&quot;";
        return;
    case '\'':
        out += "&#39;";
        return;
    default:
        break;
    }
    const auto code = static_cast<unsigned char>(c);
    const bool control = (code < 0x20 && c != '\n' && c != '\t') || code == 0x7f;
    if (control) {
        out += "&#xFFFD;";
    } else {
        out += c;
    }
}

std::string escaped(std::string_view plain) {
    std::string out;
    out.reserve(plain.size());
    for (const char c : plain) { append_escaped(out, c); }
    return out;
}

std::string open_tag(std::string_view tag, attributes with) {
    std::string out = fmt::format("<{}", tag);
    for (const auto& [name, value] : with) {
        if (!value.empty()) { out += fmt::format(" {}=\"{}\"", name, escaped(value)); }
    }
    return out + ">";
}

}  // namespace

markup text(std::string_view plain) { return markup::trusted(escaped(plain)); }

markup inline_element(std::string_view tag, const markup& inner, attributes with) {
    return markup::trusted(fmt::format("{}{}</{}>", open_tag(tag, with), inner.html(), tag));
}

markup element(std::string_view tag, const markup& inner, attributes with) {
    return inline_element(tag, inner, with) + markup::trusted("\n");
}

markup element(std::string_view tag, std::string_view plain, attributes with) {
    return element(tag, text(plain), with);
}

markup details(std::string_view summary, const markup& inner) {
    return element("details", element("summary", summary) + inner);
}

table::table(std::string_view caption, std::vector<column> columns)
    : caption_(caption),
      columns_(std::move(columns)) {}

std::string_view table::css_of(std::size_t index) const {
    const bool number = index < columns_.size() && columns_[index].kind == column_kind::numbers;
    return number ? "number" : "";
}

void table::row(const std::vector<cell>& cells, std::string_view css) {
    markup html;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        html += i == 0 ? inline_element("th", cells[i].content, {{"scope", "row"}})
                       : inline_element("td", cells[i].content, {{"class", css_of(i)}});
    }
    rows_ += element("tr", html, {{"class", css}});
}

markup table::html() const {
    markup head;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        head += inline_element("th", text(columns_[i].heading),
                               {{"scope", "col"}, {"class", css_of(i)}});
    }
    const markup inner = element("caption", inline_element("span", text(caption_)))
                         + element("thead", element("tr", head)) + element("tbody", rows_);
    const markup whole = element("table", inner);
    return element(
        "div", whole,
        {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption_}});
}

std::string script_safe(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    for (const char c : json) {
        if (c == '<' || c == '>' || c == '&') {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace synfire::report
