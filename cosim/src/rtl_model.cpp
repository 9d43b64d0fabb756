// SPDX-License-Identifier: Apache-2.0
// Transfers of rtl_model on top of the clock loop.
#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/cosim/rtl_model.hpp>

#include "engine_core.hpp"

namespace synfire::cosim {

namespace {

constexpr std::uint64_t reset_cycles = 4;
/// pop() looks at the state of the core this often: rarely enough to cost nothing, often enough
/// that waiting for a core that is idle ends at once for a person.
constexpr std::uint64_t state_interval = 4096;

/// Boards gather counters in block RAM: an event is in its total, and a cleared counter at 0,
/// within 28 cycles. Their hosts cannot be that fast.
constexpr std::uint64_t pace_cycles = 32;

std::string text_of(const hw::engine_config& c) {
    return fmt::format("{} lanes, {} accumulator bits, {} pattern bits, memories 2^{}/{}/{}/{}",
                       c.lanes, c.accumulator_bits, c.pattern_bits, c.act_address_bits,
                       c.code_address_bits, c.row_address_bits, c.descriptor_address_bits);
}

void refuse_without_verilator() {
    if (rtl_available()) return;
    throw bad_input({.where = "RTL model",
                     .what = "this build has none",
                     .found = "not found when it was configured: " + rtl_missing(),
                     .expected = "Verilator 5.006 or newer, and zlib",
                     .hint = "install what is missing and configure again"});
}

built_core find_core(const hw::engine_config& config) {
    refuse_without_verilator();
    std::string known;
    for (const built_core& built : built_cores()) {
        if (built.config == config) return built;
        known += (known.empty() ? "" : "; ") + text_of(built.config);
    }
    throw bad_input({.where = "RTL model",
                     .what = "this build has no model of the configuration",
                     .found = text_of(config),
                     .expected = known,
                     .hint = "add a configuration to cosim/CMakeLists.txt"});
}

/// The waveform's writer removes what is there before it opens the file: a device would be gone.
void refuse_special_file(const std::string& file) {
    std::error_code failure;
    const std::filesystem::file_status there = std::filesystem::status(file, failure);
    if (!std::filesystem::exists(there) || std::filesystem::is_regular_file(there)) return;
    throw bad_input({.where = file,
                     .what = "cannot become a waveform",
                     .found = "a folder, device or pipe of that name",
                     .expected = "a new name, or a file to replace",
                     .hint = {}});
}

void check(const rtl_options& options) {
    if (!options.waveform.file.empty()) refuse_special_file(options.waveform.file);
    for (const double p : {options.pressure.input, options.pressure.output})
        if (!(p >= 0 && p <= 0.99))
            throw bad_input({.where = "RTL model, back-pressure",
                             .what = "is no probability that lets words through",
                             .found = fmt::format("{}", p),
                             .expected = "0 .. 0.99",
                             .hint = {}});
}

}  // namespace

bool rtl_available() { return !built_cores().empty(); }

std::string rtl_missing() { return missing_parts(); }

std::vector<hw::engine_config> built_configurations() {
    std::vector<hw::engine_config> configs;
    for (const built_core& built : built_cores()) configs.push_back(built.config);
    return configs;
}

struct rtl_model::implementation {
    implementation(const hw::engine_config& wanted, rtl_options given)
        : config(wanted),
          options(std::move(given)) {
        const built_core built = find_core(config);
        check(options);
        watch.pressure = options.pressure;
        watch.waveform_layer = options.waveform.layer;
        paced = built.paced;
        const bool checked = options.seed || !options.waveform.file.empty();
        core = (checked ? built.checked : built.fast)(options.seed);
    }

    void open_waveform() {
        const std::string& file = options.waveform.file;
        if (file.empty()) return;
        if (!core->open_waveform(file))
            throw bad_input({.where = file,
                             .what = "the waveform file cannot be written",
                             .found = {},
                             .expected = "a path in a folder that exists and can be written",
                             .hint = {}});
        set_window();
    }

    void set_window() {
        const waveform_options& wave = options.waveform;
        watch.waveform =
            !wave.file.empty() && (!wave.sample || *wave.sample == samples / wave.runs);
    }

    void count_end(std::uint32_t word) {
        if (hw::type_of(word) != hw::word_type::end) return;
        ++samples;
        sample_ends = true;
    }

    /// The waveform of a sample reaches from its first input word to its last output word.
    void before_push() {
        if (std::exchange(sample_ends, false)) set_window();
    }

    core_outputs transfer(const core_inputs& in) {
        return core->advance(in, options.patience_cycles, watch);
    }

    [[noreturn]] void broken_bus(std::uint8_t address) const {
        throw error({.where = fmt::format("RTL model, register {:#04x}", address),
                     .what = "the core's bus gives no answer",
                     .found = fmt::format("{} cycles without ready", options.patience_cycles),
                     .expected = {},
                     .hint = {}});
    }

    hw::engine_config config;
    rtl_options options;
    /// Lets a board's registers come to rest, with the address on the bus.
    void pace(std::uint8_t address) {
        if (paced) core->advance({.bus_address = address}, pace_cycles, watch);
    }

    core_watch watch;
    bool paced = false;
    std::uint64_t samples = 0;
    bool sample_ends = false;
    std::unique_ptr<engine_core> core;
};

rtl_model::rtl_model(const hw::engine_config& config, const rtl_options& options)
    : self_(std::make_unique<implementation>(config, options)) {
    reset();
    self_->open_waveform();
}

rtl_model::~rtl_model() = default;

const hw::engine_config& rtl_model::config() const { return self_->config; }

void rtl_model::reset() {
    // What the trace port says before the reset is through means nothing.
    core_watch unseen = self_->watch;
    unseen.seen_by = nullptr;
    self_->core->advance({.reset = true}, reset_cycles, unseen);
    self_->core->advance({}, 1, unseen);
}

std::uint32_t rtl_model::read(std::uint8_t address) {
    if (address >= hw::address_of(hw::reg::counters)) self_->pace(address);
    const core_outputs out = self_->transfer({.bus_valid = true, .bus_address = address});
    if (!out.bus_done) self_->broken_bus(address);
    return out.bus_data;
}

void rtl_model::write(std::uint8_t address, std::uint32_t value) {
    const core_outputs out = self_->transfer(
        {.bus_valid = true, .bus_write = true, .bus_address = address, .bus_data = value});
    if (!out.bus_done) self_->broken_bus(address);
    if (address == hw::address_of(hw::reg::control)) self_->pace(address);
}

bool rtl_model::push(std::uint32_t word) {
    self_->before_push();
    const bool done = self_->transfer({.in_valid = true, .in_data = word}).in_done;
    if (done) self_->count_end(word);
    return done;
}

std::optional<std::uint32_t> rtl_model::pop() {
    const std::uint64_t last = cycle() + self_->options.patience_cycles;
    while (cycle() < last) {
        const std::uint64_t slice = std::min(state_interval, last - cycle());
        const core_outputs out = self_->core->advance({.out_ready = true}, slice, self_->watch);
        if (out.out_done) return out.out_data;
        if (idle()) return std::nullopt;
    }
    return std::nullopt;
}

void rtl_model::run(std::uint64_t cycles) {
    if (cycles > 0) self_->core->advance({}, cycles, self_->watch);
}

clocked rtl_model::clock(std::uint64_t cycles, std::optional<std::uint32_t> offered, bool take) {
    if (cycles == 0) return {};
    if (offered) self_->before_push();
    const core_outputs out = self_->core->advance(
        {.in_valid = offered.has_value(), .in_data = offered.value_or(0), .out_ready = take},
        cycles, self_->watch);
    if (out.in_done) self_->count_end(*offered);
    clocked seen{.cycles = out.cycles, .pushed = out.in_done, .popped = {}};
    if (out.out_done) seen.popped = out.out_data;
    return seen;
}

bool rtl_model::idle() const {
    // While it runs it takes no input.
    return !self_->core->has_output() && self_->core->takes_input();
}

bool rtl_model::has_output() const { return self_->core->has_output(); }

std::uint64_t rtl_model::cycle() const { return self_->core->cycle(); }

void rtl_model::set_observer(observer* seen_by) { self_->watch.seen_by = seen_by; }

}  // namespace synfire::cosim
