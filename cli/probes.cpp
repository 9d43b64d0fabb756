// SPDX-License-Identifier: Apache-2.0
#include "probes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <synfire/core/error.hpp>

#include "paths.hpp"

namespace synfire::cli {

namespace {

constexpr std::array kinds{sim::probe_kind::spikes, sim::probe_kind::potentials,
                           sim::probe_kind::rates};

/// Readouts never fire.
sim::probe_kind usual_kind(const population& p) {
    return p.kind == population_kind::readout ? sim::probe_kind::potentials
                                              : sim::probe_kind::spikes;
}

std::size_t population_of(const network& net, const std::string& text) {
    const std::size_t colon = text.rfind(':');
    const auto named = [&](const population& p) { return p.name == text.substr(0, colon); };
    if (colon != std::string::npos
        && std::any_of(net.populations.begin(), net.populations.end(), named)) {
        throw bad_input({"--probe", "there is no such record", text,
                         "NAME, NAME:spikes, NAME:potentials or NAME:rates", ""});
    }
    return net.find(text);
}

/// Names may have colons of their own, so only a known kind is taken off.
sim::probe probe_of(const network& net, const std::string& text) {
    const bool whole = std::any_of(net.populations.begin(), net.populations.end(),
                                   [&](const population& p) { return p.name == text; });
    for (const sim::probe_kind kind : kinds) {
        const std::string ending = fmt::format(":{}", sim::to_string(kind));
        if (whole || !text.ends_with(ending)) { continue; }
        const sim::probe p{net.find(text.substr(0, text.size() - ending.size())), kind};
        sim::check_probe(net, p);
        return p;
    }
    const std::size_t number = whole ? net.find(text) : population_of(net, text);
    const sim::probe p{number, usual_kind(net.populations[number])};
    sim::check_probe(net, p);
    return p;
}

std::vector<sim::probe> probes_of(const network& net, const std::vector<std::string>& texts) {
    std::vector<sim::probe> probes;
    for (const std::string& text : texts) {
        const sim::probe p = probe_of(net, text);
        if (std::find(probes.begin(), probes.end(), p) != probes.end()) {
            throw usage_error({"--probe", "says the same twice", text, "each record once", ""});
        }
        probes.push_back(p);
    }
    return probes;
}

io::record_table table_of(const network& net, const sim::probe& p) {
    const population& at = net.populations[p.population];
    const std::size_t neurons = at.shape.neurons();
    const bool streaming = net.execution == execution::streaming;
    io::record_table table;
    table.group = at.name;
    table.name = sim::to_string(p.kind);
    table.columns = {{"sample"}};
    switch (p.kind) {
    case sim::probe_kind::spikes:
        table.columns.insert(table.columns.end(), {{"step"}, {"neuron"}, {"sign"}});
        break;
    case sim::probe_kind::potentials:
        if (streaming) { table.columns.push_back({"step"}); }
        table.columns.push_back({"values", false, neurons});
        break;
    default:
        table.columns.insert(table.columns.end(), {{"steps"}, {"values", true, neurons}});
    }
    table.notes = {
        {"population", at.name},
        {"kind", std::string(to_string(at.kind))},
        {"shape", fmt::format("{} x {} x {}", at.shape.channels, at.shape.height, at.shape.width)},
        {"order", "neuron = (y * width + x) * channels + channel"}};
    return table;
}

template <class Number>
io::record_values column(const std::vector<Number>& values) {
    return std::span<const Number>(values);
}

}  // namespace

void add_probe_options(CLI::App& command, probe_arguments& arguments) {
    command
        .add_option("--probe", arguments.probes,
                    "record a population: NAME[:spikes|potentials|rates] (may be repeated)")
        ->take_all()
        ->allow_extra_args(false);
    command.add_option("--probe-to", arguments.file,
                       "file of the records: .h5, .hdf5, .npz or .csv");
}

void check_probe_arguments(const probe_arguments& arguments) {
    if (arguments.probes.empty() && arguments.file.empty()) { return; }
    if (arguments.probes.empty()) {
        throw usage_error(
            {"--probe-to", "there is nothing to record", "no --probe", "--probe POPULATION", ""});
    }
    if (arguments.file.empty()) {
        throw usage_error({"--probe", "where to write is not said", "no --probe-to",
                           "--probe-to FILE.h5, FILE.npz or FILE.csv", ""});
    }
    io::check_record_file_name(arguments.file);
    check_replaceable({arguments.file});
}

probe_writer::probe_writer(const network& net, const probe_arguments& arguments)
    : net_(net),
      path_(arguments.file),
      probes_(probes_of(net, arguments.probes)) {
    if (probes_.empty()) { return; }
    std::vector<io::record_table> tables;
    for (const sim::probe& p : probes_) { tables.push_back(table_of(net, p)); }
    file_ = io::create_record_file(path_, std::move(tables));
    removal_ = std::make_unique<removal_on_signal>(file_->temporaries());
}

void probe_writer::attach(sim::options& options) {
    if (!file_) { return; }
    options.probes = probes_;
    options.on_records = [this](const sim::probe_records& records) { write(records); };
}

void probe_writer::write(const sim::probe_records& records) {
    const sim::probe& p = probes_[records.probe];
    const std::size_t neurons = net_.populations[p.population].shape.neurons();
    const auto sample = static_cast<std::int32_t>(records.sample);
    const bool spikes = p.kind == sim::probe_kind::spikes;
    const std::size_t rows = spikes                             ? records.spikes.size()
                             : p.kind == sim::probe_kind::rates ? 1
                                                                : records.values.size() / neurons;
    const std::vector<std::int32_t> samples(rows, sample);
    std::vector<std::int32_t> steps;
    std::vector<std::int32_t> third;
    std::vector<std::int32_t> signs;
    std::vector<io::record_values> columns{column(samples)};
    if (spikes) {
        for (const spike& s : records.spikes) {
            steps.push_back(s.step);
            third.push_back(static_cast<std::int32_t>(s.neuron));
            signs.push_back(s.sign);
        }
        columns.insert(columns.end(), {column(steps), column(third), column(signs)});
    } else if (p.kind == sim::probe_kind::potentials) {
        for (std::size_t row = 0; row < rows; ++row) {
            steps.push_back(records.first_step + static_cast<std::int32_t>(row));
        }
        if (net_.execution == execution::streaming) { columns.push_back(column(steps)); }
        // Widths of at most 32 bits are proven for every network that runs.
        for (const std::int64_t v : records.values) {
            third.push_back(static_cast<std::int32_t>(v));
        }
        columns.push_back(column(third));
    } else {
        steps.push_back(records.steps);
        columns.insert(columns.end(), {column(steps), records.rates});
    }
    file_->append(records.probe, rows, columns);
}

void probe_writer::commit(const output& out) {
    if (!file_) { return; }
    file_->commit();
    removal_.reset();
    out.text(fmt::format("written: {}", path_));
}

}  // namespace synfire::cli
