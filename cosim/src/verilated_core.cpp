// SPDX-License-Identifier: Apache-2.0
// The clock loop around one Verilated class. Compiled once per class, with
//   SYNFIRE_CORE_CLASS   name of the class, and of its header
//   SYNFIRE_CORE_MAKER   name of the function that makes one
//   SYNFIRE_CORE_LANES   lanes of the configuration
//   SYNFIRE_CORE_TRACE   defined where the class can write waveforms
#include SYNFIRE_CORE_HEADER

#include <type_traits>

#ifdef SYNFIRE_CORE_TRACE
#include <verilated_fst_c.h>
#endif

#include "engine_core.hpp"
#include "rtl_coverage.hpp"

namespace synfire::cosim {

namespace {

constexpr std::size_t lanes = SYNFIRE_CORE_LANES;

#ifdef SYNFIRE_CORE_TRACE
/// Waveforms count in ps and draw a cycle as 1 ns, whatever the clock of a board: what GTKWave
/// shows as 61873 ns is cycle 61873 of a difference.
constexpr std::uint64_t half_cycle_ps = 500;
#endif

/// Bits [16 i + 15 : 16 i] of a signal: one number up to 64 bits, an array of words beyond.
template <class Signal>
std::uint16_t sixteen_bits(const Signal& signal, std::size_t i) {
    if constexpr (std::is_integral_v<Signal>) {
        return static_cast<std::uint16_t>(signal >> (i * 16));
    } else {
        return static_cast<std::uint16_t>(signal[i / 2] >> (i % 2 * 16));
    }
}

class verilated_core final : public engine_core {
  public:
    explicit verilated_core(std::optional<std::uint64_t> seed) : dut_(nullptr) {
        // Random start contents are drawn from the context of the thread; others' stays in place.
        VerilatedContext* const others = Verilated::threadContextp();
        Verilated::threadContextp(&context_);
        context_.randReset(seed ? 2 : 0);
        // 0 would ask the operating system for a seed.
        if (seed) context_.randSeed(static_cast<int>(1 + *seed % 0x7ffffffe));
        dut_ = std::make_unique<SYNFIRE_CORE_CLASS>(&context_, "core");
        Verilated::threadContextp(others);
    }

    ~verilated_core() override {
#ifdef SYNFIRE_CORE_TRACE
        if (wave_) wave_->close();
#endif
        dut_->final();
        save_coverage(context_);
        dut_.reset();
    }

    core_outputs advance(const core_inputs& in, std::uint64_t limit,
                         const core_watch& watch) override {
        drive(in);
        return watch.any() ? watched_loop(in, limit, watch) : quick_loop(limit);
    }

    std::uint64_t cycle() const override { return cycle_; }

    bool takes_input() override {
        drive({});
        settle();
        return dut_->in_ready_o;
    }

    bool has_output() override {
        drive({});
        settle();
        return dut_->out_valid_o;
    }

    bool open_waveform([[maybe_unused]] const std::string& file) override {
#ifdef SYNFIRE_CORE_TRACE
        context_.traceEverOn(true);
        wave_ = std::make_unique<VerilatedFstC>();
        dut_->trace(wave_.get(), 99);
        wave_->open(file.c_str());
        return wave_->isOpen();
#else
        return false;
#endif
    }

  private:
    void drive(const core_inputs& in) {
        dut_->rst_ni = !in.reset;
        dut_->bus_valid_i = in.bus_valid;
        dut_->bus_write_i = in.bus_write;
        dut_->bus_addr_i = in.bus_address;
        dut_->bus_wdata_i = in.bus_data;
        dut_->in_valid_i = in.in_valid;
        dut_->in_data_i = in.in_data;
        dut_->out_ready_i = in.out_ready;
    }

    /// Inputs settle while the clock is low, so that ready and valid are those of the rising edge.
    void settle() {
        dut_->clk_i = 0;
        dut_->eval();
    }

    void rise() {
        dut_->clk_i = 1;
        dut_->eval();
        ++cycle_;
    }

    core_outputs transfers(std::uint64_t cycles) const {
        core_outputs out;
        out.cycles = cycles;
        out.bus_done = dut_->bus_valid_i && dut_->bus_ready_o;
        out.in_done = dut_->in_valid_i && dut_->in_ready_o;
        out.out_done = dut_->out_ready_i && dut_->out_valid_o;
        out.bus_data = dut_->bus_rdata_o;
        out.out_data = dut_->out_data_o;
        return out;
    }

    bool moves() const {
        return (dut_->bus_valid_i & dut_->bus_ready_o) | (dut_->in_valid_i & dut_->in_ready_o)
               | (dut_->out_ready_i & dut_->out_valid_o);
    }

    core_outputs quick_loop(std::uint64_t limit) {
        for (std::uint64_t n = 1; n <= limit; ++n) {
            settle();
            if (moves() || n == limit) {
                const core_outputs out = transfers(n);
                rise();
                return out;
            }
            rise();
        }
        return {};
    }

    core_outputs watched_loop(const core_inputs& in, std::uint64_t limit, const core_watch& watch) {
        for (std::uint64_t n = 1; n <= limit; ++n) {
            hold_back(in, watch);
            settle();
            if (watch.seen_by) report(*watch.seen_by);
            dump(watch, 0);
            const core_outputs out = transfers(n);
            if (out.in_done) offering_ = false;
            rise();
            dump(watch, 1);
            if (out.bus_done || out.in_done || out.out_done || n == limit) return out;
        }
        return {};
    }

    /// A word that was offered stays offered until it is taken, as streams demand.
    void hold_back(const core_inputs& in, const core_watch& watch) {
        if (in.in_valid) dut_->in_valid_i = offering_ || !held_back(watch.pressure.input, watch);
        if (in.out_ready) dut_->out_ready_i = !held_back(watch.pressure.output, watch);
        offering_ = dut_->in_valid_i;
    }

    bool held_back(double probability, const core_watch& watch) {
        if (probability <= 0) return false;
        if (dice_seed_ != watch.pressure.seed) dice_.seed(dice_seed_ = watch.pressure.seed);
        return static_cast<double>(dice_() >> 11) * 0x1p-53 < probability;
    }

    void report(observer& to) {
        if (dut_->trace_word_o) {
            std::array<std::uint16_t, lanes> patterns{};
            for (std::size_t lane = 0; lane < lanes; ++lane)
                patterns[lane] = sixteen_bits(dut_->trace_patterns_o, lane);
            to.word({.layer = dut_->trace_layer_o,
                     .channel = dut_->trace_channel_o,
                     .position = dut_->trace_position_o,
                     .patterns = patterns,
                     .cycle = cycle_});
        }
        if (dut_->trace_potential_o)
            to.potential({.layer = dut_->trace_layer_o,
                          .channel = dut_->trace_channel_o,
                          .position = dut_->trace_position_o,
                          .value = static_cast<std::int32_t>(dut_->trace_value_o),
                          .cycle = cycle_});
        if (dut_->trace_layer_end_o) {
            trace_layer_end end{.layer = dut_->trace_layer_o, .counters = {}, .cycle = cycle_};
            for (std::size_t i = 0; i < end.counters.size(); ++i)
                end.counters[i] = dut_->trace_counters_o[i];
            to.layer_end(end);
        }
    }

    void dump([[maybe_unused]] const core_watch& watch, [[maybe_unused]] std::uint64_t half) {
#ifdef SYNFIRE_CORE_TRACE
        if (!watch.waveform || !wave_) return;
        if (watch.waveform_layer && *watch.waveform_layer != dut_->trace_layer_o) return;
        const std::uint64_t done = half == 0 ? cycle_ : cycle_ - 1;
        wave_->dump((2 * done + half) * half_cycle_ps);
#endif
    }

    VerilatedContext context_;
    std::unique_ptr<SYNFIRE_CORE_CLASS> dut_;
#ifdef SYNFIRE_CORE_TRACE
    std::unique_ptr<VerilatedFstC> wave_;
#endif
    std::uint64_t cycle_ = 0;
    bool offering_ = false;
    std::uint64_t dice_seed_ = 0;
    std::mt19937_64 dice_;
};

}  // namespace

std::unique_ptr<engine_core> SYNFIRE_CORE_MAKER(std::optional<std::uint64_t> seed);
std::unique_ptr<engine_core> SYNFIRE_CORE_MAKER(std::optional<std::uint64_t> seed) {
    return std::make_unique<verilated_core>(seed);
}

}  // namespace synfire::cosim
