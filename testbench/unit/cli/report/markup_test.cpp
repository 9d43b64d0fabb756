// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <nlohmann/json.hpp>

#include "markup.hpp"

using namespace synfire::report;

TEST_CASE("Text is escaped wherever it stands", "[report][unit]") {
    CHECK(text("a<b>&\"'").html() == "a&lt;b&gt;&amp;&quot;&#39;");
    CHECK(text(std::string("a\x01z\x7f")).html() == "a&#xFFFD;z&#xFFFD;");
    CHECK(element("p", "<i>", {{"title", "\"x\""}}).html()
          == "<p title=\"&quot;x&quot;\">&lt;i&gt;</p>\n");
    table rows("<caption>", {{"<h>", column_kind::words}, {"n"}});
    rows.row({"<r>", "<c>"});
    CHECK(rows.html().html().find("<h>") == std::string::npos);
    CHECK(rows.html().html().find("<r>") == std::string::npos);
    CHECK(rows.html().html().find("<c>") == std::string::npos);
    CHECK(rows.html().html().find("<caption>&") == std::string::npos);
}

TEST_CASE("JSON in a script element cannot end it and stays the same JSON", "[report][unit]") {
    const nlohmann::json value = {{"name", "</script><!--&"}};
    const std::string safe = script_safe(value.dump());
    CHECK(safe.find('<') == std::string::npos);
    CHECK(safe.find('&') == std::string::npos);
    CHECK(nlohmann::json::parse(safe) == value);
}
