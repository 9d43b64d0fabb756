// SPDX-License-Identifier: Apache-2.0
#include <support/golden_vectors.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace synfire::test {
namespace {

using json = nlohmann::json;

template <class Kind>
Kind named(const std::string& name, const std::map<std::string, Kind>& kinds) {
    const auto found = kinds.find(name);
    if (found == kinds.end()) { throw std::runtime_error("golden vector: unknown name " + name); }
    return found->second;
}

coding coding_of(const std::string& name) {
    return named<coding>(name, {{"rate", coding::rate},
                                {"phase", coding::phase},
                                {"ttfs", coding::ttfs},
                                {"digit", coding::digit}});
}

population_kind kind_of(const std::string& name) {
    return named<population_kind>(name, {{"input", population_kind::input},
                                         {"spiking", population_kind::spiking},
                                         {"max_pool", population_kind::max_pool},
                                         {"readout", population_kind::readout}});
}

connectivity connectivity_of(const std::string& name) {
    return named<connectivity>(name, {{"dense", connectivity::dense},
                                      {"conv2d", connectivity::conv2d},
                                      {"conv_transpose2d", connectivity::conv_transpose2d},
                                      {"sum_pool", connectivity::sum_pool},
                                      {"one_to_one", connectivity::one_to_one},
                                      {"index", connectivity::index},
                                      {"sparse", connectivity::sparse},
                                      {"window", connectivity::window}});
}

input_encoder encoder_of(const std::string& name) {
    return named<input_encoder>(name, {{"code", input_encoder::code},
                                       {"rate", input_encoder::rate},
                                       {"poisson", input_encoder::poisson},
                                       {"latency", input_encoder::latency},
                                       {"current", input_encoder::current},
                                       {"events", input_encoder::events}});
}

void read_window(const json& j, population& p) {
    if (!j.contains("coding")) { return; }
    p.window = {coding_of(j.at("coding")), j.at("T"), j.value("B", 0), j.value("S", 0)};
}

readout_rule answer_of(const std::string& name) {
    return named<readout_rule>(
        name,
        {{"last", readout_rule::last}, {"sum", readout_rule::sum}, {"max", readout_rule::max}});
}

streaming_neuron read_dynamics(const json& j) {
    streaming_neuron n;
    n.decay_bits = j.value("k", 12);
    n.decay_v = j.value("decay_v", std::vector<std::int32_t>{});
    n.decay_s = j.value("decay_s", std::vector<std::int32_t>{});
    n.s_range = {j.value("s_min", n.s_range.lo), j.value("s_max", n.s_range.hi)};
    n.v_range = {j.value("v_min", n.v_range.lo), j.value("v_max", n.v_range.hi)};
    n.initial_v = j.value("initial_v", std::vector<std::int32_t>{});
    n.reset = j.value("reset", "subtract") == "zero" ? reset_rule::zero : reset_rule::subtract;
    n.refractory = j.value("refractory", 0);
    n.refractory_kind = j.value("refractory_mode", "hold") == "integrate"
                            ? refractory_rule::integrate
                            : refractory_rule::hold;
    n.answer = answer_of(j.value("result", "last"));
    return n;
}

population read_population(const json& j) {
    population p;
    p.name = j.at("name");
    p.kind = kind_of(j.at("kind"));
    p.shape = {j.at("shape").at(0), j.at("shape").at(1), j.at("shape").at(2)};
    read_window(j, p);
    p.range = {j.value("q_lo", 0), j.value("q_hi", 0)};
    p.theta = j.value("theta", std::vector<std::int32_t>{});
    p.theta_neg = j.value("theta_neg", std::vector<std::int32_t>{});
    p.bias = j.value("b", std::vector<std::int64_t>{});
    p.bias_per_neuron = j.value("b_per_neuron", false);
    if (j.contains("fire_table")) {
        const json& t = j.at("fire_table");
        p.table = fire_table{t.at("k_lo"), t.at("k_hi"), t.at("table")};
    }
    return p;
}

void append_flat(const json& nested, std::vector<std::int8_t>& to) {
    if (!nested.is_array()) {
        to.push_back(nested.get<std::int8_t>());
        return;
    }
    for (const json& part : nested) { append_flat(part, to); }
}

channel_range read_range(const json& j) { return {j.at(0), j.at(1)}; }

projection read_projection(const json& j, const network& net) {
    projection p;
    p.source = net.find(j.at("source").get<std::string>());
    p.target = net.find(j.at("target").get<std::string>());
    p.source_channels = read_range(j.at("source_channels"));
    p.target_channels = read_range(j.at("target_channels"));
    p.kind = connectivity_of(j.at("kind"));
    if (j.contains("weights")) { append_flat(j.at("weights"), p.weights); }
    p.shift = j.value("shift", 0);
    p.delay = j.value("delay", 0);
    p.spatial_sum = j.value("spatial_sum", false);
    p.geometry.kernel = j.value("kernel", p.geometry.kernel);
    p.geometry.stride = j.value("stride", p.geometry.stride);
    p.geometry.dilation = j.value("dilation", p.geometry.dilation);
    p.geometry.pads = j.value("pads", p.geometry.pads);
    p.groups = j.value("groups", 1);
    p.index = j.value("index", std::vector<std::int32_t>{});
    p.row_ptr = j.value("row_ptr", std::vector<std::int64_t>{});
    p.column = j.value("column", std::vector<std::int32_t>{});
    return p;
}

/// The vectors list values per neuron, so the layout of the data is channel last.
void read_encoding(const json& input, population& p) {
    input_encoding encoding;
    encoding.encoder = encoder_of(input.at("encoder"));
    encoding.layout = data_layout::channel_last;
    encoding.eight_bit = input.contains("pixels");
    p.input = encoding;
}

sim::encoded_input read_input(const json& j, const population& p, std::int32_t steps) {
    if (j.contains("spikes")) {
        spike_train events;
        for (const json& s : j.at("spikes")) { events.push_back({s.at(0), s.at(1), 1}); }
        return sim::encode_events(p, events, steps);
    }
    if (!j.contains("pixels")) {
        return sim::encode_codes(p, j.at("codes").get<std::vector<std::int32_t>>(), steps);
    }
    const auto pixels = j.at("pixels").get<std::vector<std::uint8_t>>();
    if (p.input->encoder == input_encoder::poisson) {
        std::vector<double> probabilities;
        for (const std::uint8_t pixel : pixels) { probabilities.push_back(pixel / 255.0); }
        return sim::encode_poisson(p, probabilities, j.at("seed").get<std::uint64_t>(),
                                   j.at("sample"), steps);
    }
    dataset data;
    data.sample_shape = {static_cast<std::int64_t>(pixels.size())};
    data.bytes = pixels;
    sim::encode_options how;
    how.steps = steps;
    return sim::encode(p, data, 0, how);
}

golden_population read_expected(const json& j) {
    golden_population e;
    e.start = j.value("start", 0);
    for (const json& s : j.value("spikes", json::array())) {
        e.spikes.push_back({s.at(0), s.at(1), s.at(2)});
    }
    e.codes = j.value("q", std::vector<std::int32_t>{});
    e.potentials = j.value("potential", std::vector<std::int64_t>{});
    e.counts.spikes = e.spikes.size();
    e.counts.active_sources = j.value("active_sources", std::uint64_t{0});
    e.counts.neuron_updates = j.at("neuron_updates");
    e.counts.spikes_per_step = j.value("spikes_per_step", std::vector<std::uint64_t>{});
    if (j.contains("arg_max")) { e.arg_max = j.at("arg_max").get<std::size_t>(); }
    e.currents = j.value("s", std::vector<std::int64_t>{});
    e.answer = j.value("readout", e.potentials);
    if (j.contains("sticky")) {
        const json& f = j.at("sticky");
        e.flags = {f.value("s_min", false), f.value("s_max", false), f.at("v_min"), f.at("v_max")};
    }
    return e;
}

golden_sample read_sample(const json& inputs, const json& expected, const network& net) {
    golden_sample sample;
    for (const population& p : net.populations) {
        if (p.kind == population_kind::input) {
            sample.inputs.push_back(read_input(inputs.at(p.name), p, net.steps));
        }
        sample.populations.push_back(read_expected(expected.at("populations").at(p.name)));
    }
    for (const json& j : expected.at("projections")) {
        projection_activity counts;
        counts.synaptic_events = j.at("synaptic_events");
        counts.synaptic_events_nonzero = j.at("synaptic_events_nonzero");
        sample.projections.push_back(counts);
    }
    const json& c = expected.at("counts");
    sample.totals = {c.at("spikes"),          c.at("active_sources"),
                     c.at("synaptic_events"), c.at("synaptic_events_nonzero"),
                     c.at("neuron_updates"),  c.at("macs_first_layer")};
    sample.latency_steps = expected.value("latency_steps", net.steps);
    return sample;
}

network read_network(const json& file) {
    network net;
    const bool streaming = file.at("network").at("execution") == "streaming";
    net.execution = streaming ? execution::streaming : execution::synchronous;
    net.steps = streaming ? file.at("network").at("steps").get<std::int32_t>() : 0;
    for (const json& j : file.at("network").at("populations")) {
        net.populations.push_back(read_population(j));
        population& p = net.populations.back();
        if (streaming && p.has_potential()) { p.streaming = read_dynamics(j); }
    }
    for (population& p : net.populations) {
        if (p.kind == population_kind::input) {
            read_encoding(file.at("samples").at(0).at(p.name), p);
        }
    }
    for (const json& j : file.at("network").at("projections")) {
        net.projections.push_back(read_projection(j, net));
    }
    return net;
}

}  // namespace

std::vector<std::filesystem::path> golden_files(execution kind) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(SYNFIRE_GOLDEN_DIR)) {
        const bool fits = entry.path().filename().string().starts_with(to_string(kind));
        if (fits && entry.path().extension() == ".json") { files.push_back(entry.path()); }
    }
    std::sort(files.begin(), files.end());
    return files;
}

golden_case read_golden(const std::filesystem::path& file) {
    std::ifstream stream(file);
    const json j = json::parse(stream);
    golden_case c;
    c.name = j.at("name");
    c.net = read_network(j);
    const json& expected = j.at("expected");
    for (const population& p : c.net.populations) {
        c.widths.push_back(expected.at("width").value(p.name, 0));
    }
    for (std::size_t i = 0; i < j.at("samples").size(); ++i) {
        c.samples.push_back(
            read_sample(j.at("samples").at(i), expected.at("samples").at(i), c.net));
    }
    return c;
}

}  // namespace synfire::test
