// SPDX-License-Identifier: Apache-2.0
// Events as NumPy arrays: all recordings one after the other, and where each of them ends.
#include <algorithm>
#include <cmath>
#include <type_traits>

#include <fmt/format.h>

#include "../fail.hpp"
#include "npy.hpp"
#include "recordings.hpp"
#include "values.hpp"

namespace synfire::io {

namespace {

constexpr double microseconds = 1e6;
constexpr double latest_s = 1e9;  // far beyond what add_event takes

class event_arrays {
  public:
    event_arrays(const std::vector<named_array>& arrays, const std::string& where)
        : arrays_(arrays),
          where_(where) {}

    dataset read() {
        read_times();
        read_places();
        const std::vector<std::int64_t> ends = find("ends") != nullptr
                                                   ? integers("ends", find("ends")->shape)
                                                   : std::vector{static_cast<std::int64_t>(count_)};
        std::size_t next = 0;
        for (const std::int64_t end : ends) {
            if (end < static_cast<std::int64_t>(next) || end > static_cast<std::int64_t>(count_)) {
                fail(where_, "array 'ends' does not say where recordings end",
                     fmt::format("{} for recording {}", end, data_.event_ends.size()),
                     fmt::format("numbers that never decrease, the last one {}", count_));
            }
            for (; next < static_cast<std::size_t>(end); ++next) {
                add_event(data_, times_[next], places_[next], where_);
            }
            end_recording(data_);
        }
        if (next != count_) {
            fail(where_, "array 'ends' leaves events out", fmt::format("{}", next),
                 fmt::format("{} at the end", count_));
        }
        if (const named_array* labels = find("labels")) {
            const std::vector<std::int64_t> numbers = integers("labels", labels->shape);
            for (const std::int64_t label : numbers) {
                data_.labels.push_back(checked_label(label, data_.labels.size(), where_));
            }
        }
        check_complete(data_, where_);
        return std::move(data_);
    }

  private:
    const named_array* find(std::string_view name) const {
        for (const named_array& a : arrays_) {
            if (a.name == name) { return &a; }
        }
        return nullptr;
    }
    std::vector<std::int64_t> integers(std::string_view name,
                                       const std::vector<std::int64_t>& shape) const {
        const named_array* array = find(name);
        if (array == nullptr) {
            fail(where_, fmt::format("has no array '{}'", name), {},
                 "times; units, or x, y and p; ends; labels if there are any");
        }
        if (array->shape.size() != 1 || array->shape != shape) {
            fail(where_, fmt::format("array '{}' has the wrong shape", name),
                 shape_text(array->shape),
                 shape.size() == 1 ? shape_text(shape) : std::string("one axis"));
        }
        return std::visit(
            [&](const auto& values) {
                using number = typename std::decay_t<decltype(values)>::value_type;
                if constexpr (std::is_floating_point_v<number>) {
                    fail(where_, fmt::format("array '{}' holds real numbers", name), {},
                         "integers");
                }
                return std::vector<std::int64_t>(values.begin(), values.end());
            },
            array->values);
    }

    void read_times() {
        const named_array& times = *find("times");
        const auto* singles = std::get_if<std::vector<float>>(&times.values);
        const auto* doubles = std::get_if<std::vector<double>>(&times.values);
        if (singles == nullptr && doubles == nullptr) {
            times_ = integers("times", times.shape);
        } else if (singles != nullptr) {
            for (const float t : *singles) { times_.push_back(from_seconds(t)); }
        } else {
            for (const double t : *doubles) { times_.push_back(from_seconds(t)); }
        }
        count_ = times_.size();
    }
    std::int64_t from_seconds(double t) const {
        if (!(std::abs(t) < latest_s)) {
            fail(where_, "holds a time that is no number of seconds",
                 fmt::format("{} at event {}", t, times_.size()));
        }
        return std::llround(t * microseconds);
    }

    void read_places() {
        const std::vector<std::int64_t> length{static_cast<std::int64_t>(count_)};
        if (find("units") != nullptr) {
            const std::vector<std::int64_t> units = integers("units", length);
            data_.sample_shape = {extent_of(units, "units")};
            for (const std::int64_t u : units) { places_.push_back(static_cast<std::uint32_t>(u)); }
            return;
        }
        const std::vector<std::int64_t> x = integers("x", length);
        const std::vector<std::int64_t> y = integers("y", length);
        const std::vector<std::int64_t> p =
            find("p") != nullptr ? integers("p", length) : std::vector<std::int64_t>(count_, 0);
        data_.sample_shape = {extent_of(p, "p"), extent_of(y, "y"), extent_of(x, "x")};
        for (std::size_t i = 0; i < count_; ++i) {
            places_.push_back(static_cast<std::uint32_t>(
                (p[i] * data_.sample_shape[1] + y[i]) * data_.sample_shape[2] + x[i]));
        }
    }
    /// One more than the largest; together they fit the 32 bits of a place.
    std::int64_t extent_of(const std::vector<std::int64_t>& numbers, const char* name) const {
        const std::int64_t most = std::string_view(name) == "p" ? 1 : 32767;
        std::int64_t extent = 1;
        for (const std::int64_t n : numbers) {
            if (n < 0 || n > most) {
                fail(where_, fmt::format("array '{}' names no place", name), std::to_string(n),
                     fmt::format("0 .. {}", most));
            }
            extent = std::max(extent, n + 1);
        }
        return extent;
    }

    const std::vector<named_array>& arrays_;
    const std::string& where_;
    std::size_t count_ = 0;
    std::vector<std::int64_t> times_;
    std::vector<std::uint32_t> places_;
    dataset data_;
};

}  // namespace

dataset parse_npz_events(std::span<const std::byte> file, const std::string& where) {
    const std::vector<named_array> arrays =
        parse_npz(file, where, {"times", "units", "x", "y", "p", "ends", "labels"});
    if (std::none_of(arrays.begin(), arrays.end(),
                     [](const named_array& a) { return a.name == "times"; })) {
        fail(where, "has no array 'times' with the times of events");
    }
    return event_arrays(arrays, where).read();
}

}  // namespace synfire::io
