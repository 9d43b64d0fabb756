// SPDX-License-Identifier: Apache-2.0
#include <synfire/io/dataset.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <synfire/io/files.hpp>

#include "../fail.hpp"
#include "idx.hpp"
#include "load_recordings.hpp"
#include "locate.hpp"
#include "npy.hpp"
#include "parse.hpp"
#include "values.hpp"

namespace synfire::io {

namespace {

data_format checked_format(const std::filesystem::path& path, bool has_label_file) {
    // Two files can only be IDX, whatever they are called.
    if (has_label_file) { return data_format::idx; }
    if (const auto format = format_of(path)) { return *format; }
    fail(path.string(), "the name does not tell the format of the data", path.filename().string(),
         ".idx or ...-idx3-ubyte, .bin (CIFAR-10), .npz, .npy, .csv, each also with .gz or .xz");
}

void append(dataset& all, dataset more, const std::string& where) {
    if (all.sample_shape != more.sample_shape || all.eight_bit() != more.eight_bit()) {
        fail(where, "its samples differ from those of the files before");
    }
    all.bytes.insert(all.bytes.end(), more.bytes.begin(), more.bytes.end());
    all.reals.insert(all.reals.end(), more.reals.begin(), more.reals.end());
    all.labels.insert(all.labels.end(), more.labels.begin(), more.labels.end());
}

dataset load_samples(const data_location& place) {
    const bool has_label_file = !place.labels.empty();
    dataset all;
    for (const std::filesystem::path& path : place.samples) {
        dataset part =
            parse_data(checked_format(path, has_label_file), read_file(path), path.string());
        if (all.sample_shape.empty()) {
            all = std::move(part);
        } else {
            append(all, std::move(part), path.string());
        }
    }
    return all;
}

std::vector<std::int64_t> without_ones(const std::vector<std::int64_t>& shape) {
    std::vector<std::int64_t> rest;
    std::copy_if(shape.begin(), shape.end(), std::back_inserter(rest),
                 [](std::int64_t n) { return n != 1; });
    return rest;
}

std::int64_t values_in(const std::vector<std::int64_t>& shape) {
    std::int64_t values = 1;
    for (const std::int64_t n : shape) { values *= n; }
    return values;
}

}  // namespace

dataset load_dataset(const std::string& name_or_path, dataset_part part) {
    if (load_recordings(name_or_path, part)) {
        fail(name_or_path, "holds recordings of events", "events", "samples of values",
             "events are for streaming networks with an event input: synfire simulate");
    }
    const data_location place = locate_data(name_or_path, part);
    dataset data = load_samples(place);
    data.name = place.name;
    if (!place.labels.empty()) {
        data.labels = parse_idx_labels(read_file(place.labels), place.labels.string());
        if (data.labels.empty()) { fail(place.labels.string(), "holds no labels"); }
        check_complete(data, place.labels.string());
    }
    return data;
}

double default_scale(const dataset& data) {
    if (data.name == "digits") { return 1.0 / 16.0; }
    return data.eight_bit() ? 1.0 / 255.0 : 1.0;
}

void check_fits(const dataset& data, const input_encoding& input, const std::string& where) {
    const bool takes_events = input.encoder == input_encoder::events;
    if (data.has_events() != takes_events) {
        const auto what = [](bool events) { return events ? "recordings of events" : "values"; };
        fail(where,
             fmt::format("data set '{}' holds something else than the network takes", data.name),
             what(data.has_events()), what(takes_events),
             "how data get into a network is in docs/reference/data-formats.md");
    }
    if (takes_events) { return; }
    const auto kind = [](bool eight_bit) { return eight_bit ? "8-bit values" : "real values"; };
    if (data.eight_bit() != input.eight_bit) {
        fail(where,
             fmt::format("data set '{}' holds another kind of values than the network takes",
                         data.name),
             kind(data.eight_bit()), kind(input.eight_bit),
             "convert the data, or convert the model again with calibration data of this kind");
    }
    const std::vector<std::int64_t> found = without_ones(data.sample_shape);
    const std::vector<std::int64_t> expected = without_ones(input.data_shape);
    const bool as_vector = expected.size() <= 1 && values_in(found) == values_in(expected);
    if (found != expected && !as_vector) {
        fail(where,
             fmt::format("samples of data set '{}' do not fit the network's input", data.name),
             shape_text(data.sample_shape), shape_text(input.data_shape));
    }
}

void check_labels(const dataset& data, std::size_t classes) {
    for (std::size_t i = 0; i < data.labels.size(); ++i) {
        if (static_cast<std::size_t>(data.labels[i]) >= classes) {
            fail(data.name, "holds a label that the network does not have",
                 fmt::format("{} for sample {}", data.labels[i], i),
                 fmt::format("labels below {}", classes));
        }
    }
}

std::vector<named_array> read_npz(const std::filesystem::path& path) {
    return parse_npz(read_file(path), path.string());
}

const named_array& find_array(const std::vector<named_array>& arrays, std::string_view name) {
    const auto found = std::find_if(arrays.begin(), arrays.end(),
                                    [&](const named_array& a) { return a.name == name; });
    if (found == arrays.end()) { fail(fmt::format("array '{}'", name), "is not there"); }
    return *found;
}

}  // namespace synfire::io
