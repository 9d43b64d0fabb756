// SPDX-License-Identifier: Apache-2.0
#include "data/csv.hpp"

#include <support/catch.hpp>

#include "bytes.hpp"

using namespace synfire;
using test::check_refused;

namespace {

dataset parse(const std::string& text) { return io::parse_csv(text, "a.csv"); }

void refuse(const std::string& part, const std::string& text) {
    CAPTURE(text);
    check_refused(part, [&] { parse(text); });
}

}  // namespace

TEST_CASE("a table without a header holds values only", "[io][unit]") {
    const dataset data = parse("1,2.5,-3e2\n4, 5 ,6\n");
    CHECK(data.reals == std::vector<float>{1, 2.5F, -300, 4, 5, 6});
    CHECK(data.sample_shape == std::vector<std::int64_t>{3});
    CHECK(data.labels.empty());
}

TEST_CASE("a last column called label or target is taken out of the values", "[io][unit]") {
    const dataset classes = parse("a,b,label\n1,2,7\n3,4,0\n");
    CHECK(classes.reals == std::vector<float>{1, 2, 3, 4});
    CHECK(classes.labels == std::vector<std::int32_t>{7, 0});
    const dataset regression = parse("a,\"target\"\n1,0.5\n");
    CHECK(regression.targets == std::vector<float>{0.5F});
    CHECK(regression.target_size == 1);
    CHECK(parse("label,b\n1,2\n").reals.size() == 2);
}

TEST_CASE("line ends, a byte order mark and empty lines at the end do not matter", "[io][unit]") {
    CHECK(parse("\xef\xbb\xbf"
                "1,2\r\n3,4\r\n\r\n\n")
              .reals
          == std::vector<float>{1, 2, 3, 4});
    CHECK(parse("1").reals == std::vector<float>{1});
}

TEST_CASE("tables that are not tables of numbers are refused with line and column", "[io][unit]") {
    refuse("line 2: has another number of columns", "1,2\n3\n");
    refuse("line 3: column 2", "a,b\n1,2\n3,x\n");
    refuse("line 1: column 2", "1,nan\n");
    refuse("line 1: column 1", "1e50\n");
    refuse("line 2: column 1", "1\n\n2\n");
    refuse("line 2: column 1", "1\n1e999\n");
    refuse("'1.5'", "a,label\n1,1.5\n");
    refuse("impossible label", "a,label\n1,-1\n");
    refuse("impossible label", "a,label\n1,99999999999\n");
    refuse("not text", "1\n\xff\xfe\n");
    refuse("no samples", "");
    refuse("no samples", "a,b,label\n");
    refuse("no column of input values", "label\n1\n");
}
