// SPDX-License-Identifier: Apache-2.0
#include "event_places.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <synfire/core/error.hpp>

namespace synfire::sim {
namespace {

std::string text_of(const std::vector<std::int64_t>& shape) {
    std::string text;
    for (const std::int64_t n : shape) { text += (text.empty() ? "" : " x ") + std::to_string(n); }
    return text;
}

/// "3", or "polarity 1, y 4, x 7" of a camera.
std::string place_text(const std::vector<std::int64_t>& at) {
    if (at.size() != 3) { return text_of(at); }
    return "polarity " + std::to_string(at[0]) + ", y " + std::to_string(at[1]) + ", x "
           + std::to_string(at[2]);
}

/// Axes of the network's sensor, counted as data files count them.
std::vector<std::int64_t> sensor_of(const population& p) {
    const bool said = p.input && !p.input->data_shape.empty();
    if (said) { return p.input->data_shape; }
    if (p.shape.positions() == 1) { return {p.shape.channels}; }
    return {p.shape.channels, p.shape.height, p.shape.width};
}

/// Coordinates of a place, first axis first.
std::vector<std::int64_t> coordinates(std::int64_t place, const std::vector<std::int64_t>& shape) {
    std::vector<std::int64_t> at(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        at[axis] = place % shape[axis];
        place /= shape[axis];
    }
    return at;
}

/// The sensor's axes as the data count them; nothing where they are of another kind. Channels of a
/// line take units, which number its places, or rows and columns; of a camera units say nothing.
std::optional<std::vector<std::int64_t>> axes_for(const dataset& data,
                                                  const std::vector<std::int64_t>& sensor) {
    const std::size_t axes = data.sample_shape.size();
    if (sensor.size() == axes) { return sensor; }
    const auto longer = std::count_if(sensor.begin(), sensor.end(), [](auto n) { return n > 1; });
    if (axes == 1 && (sensor.size() == 2 || longer <= 1)) {
        std::int64_t places = 1;
        for (const std::int64_t n : sensor) { places *= n; }
        return std::vector<std::int64_t>{places};
    }
    if (axes == 3 && sensor.size() == 2) {
        return std::vector<std::int64_t>{1, sensor[0], sensor[1]};
    }
    return std::nullopt;
}

/// A place of the data as a number in the sensor; none outside.
std::optional<std::int64_t> index_of(std::int64_t place, const std::vector<std::int64_t>& shape,
                                     const std::vector<std::int64_t>& sensor) {
    std::int64_t index = 0;
    std::int64_t unit = 1;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        const std::int64_t at = place % shape[axis];
        place /= shape[axis];
        if (at >= sensor[axis]) { return std::nullopt; }
        index += at * unit;
        unit *= sensor[axis];
    }
    return index;
}

/// A neuron for its place in the sensor: neurons count channel last.
std::int64_t neuron_at(const population& p, std::int64_t index) {
    const bool first = !p.input || p.input->layout == data_layout::channel_first;
    const auto positions = static_cast<std::int64_t>(p.shape.positions());
    if (!first) { return index; }
    return index % positions * p.shape.channels + index / positions;
}

}  // namespace

void check_places(const population& p, const dataset& data) {
    const auto axes = axes_for(data, sensor_of(p));
    if (!axes) {
        throw bad_input(
            {"input '" + p.name + "'",
             "the events of '" + data.name + "' are of another kind of sensor",
             text_of(data.sample_shape) + " places", text_of(sensor_of(p)) + " places",
             "a network that takes a camera's image as one vector needs an input of its "
             "polarities, rows and columns, and flattens it behind"});
    }
    const std::vector<std::int64_t>& sensor = *axes;
    const auto outside = [&](const sensor_event& e) {
        return !index_of(e.place, data.sample_shape, sensor).has_value();
    };
    const auto found = std::find_if(data.events.begin(), data.events.end(), outside);
    if (found == data.events.end()) { return; }
    const auto number = static_cast<std::size_t>(found - data.events.begin());
    const auto recording = std::upper_bound(data.event_ends.begin(), data.event_ends.end(), number);
    const auto sample = static_cast<std::size_t>(recording - data.event_ends.begin());
    const std::size_t first = sample == 0 ? 0 : data.event_ends[sample - 1];
    throw bad_input({data.name + ": recording " + std::to_string(sample) + ", event "
                         + std::to_string(number - first),
                     "an event is outside the sensor of input '" + p.name + "'",
                     place_text(coordinates(found->place, data.sample_shape)),
                     "a sensor of " + text_of(sensor) + " places", "use the network's own sensor"});
}

std::vector<std::int64_t> neurons_of_places(const population& p, const dataset& data) {
    const std::vector<std::int64_t> sensor = axes_for(data, sensor_of(p)).value();
    std::vector<std::int64_t> neurons(data.sample_size(), -1);
    for (std::size_t place = 0; place < neurons.size(); ++place) {
        const auto index = index_of(static_cast<std::int64_t>(place), data.sample_shape, sensor);
        if (index) { neurons[place] = neuron_at(p, *index); }
    }
    return neurons;
}

}  // namespace synfire::sim
