// SPDX-License-Identifier: Apache-2.0
#include "axi_bench.hpp"

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "rtl_coverage.hpp"

#include SYNFIRE_RTL_HEADER  // Verilated: axi_rtl

namespace synfire::test {
namespace {

[[noreturn]] void silent(const char* channel) {
    throw bad_input({"AXI", "the core does not answer", channel, "an answer", ""});
}

}  // namespace

hw::engine_config axi_config() { return {SYNFIRE_AXI_CONFIG}; }

axi_bench::axi_bench(unsigned seed, int stalls)
    : context_(std::make_unique<VerilatedContext>()),
      rtl_(std::make_unique<axi_rtl>(context_.get())),
      dice_(seed),
      stalls_(stalls) {
    reset();
}

axi_bench::~axi_bench() { cosim::save_coverage(*context_); }

void axi_bench::reset() {
    rtl_->aresetn = 0;
    rtl_->s_axi_awvalid = 0;
    rtl_->s_axi_wvalid = 0;
    rtl_->s_axi_arvalid = 0;
    rtl_->s_axis_tvalid = 0;
    rtl_->s_axi_bready = 0;
    rtl_->s_axi_rready = 0;
    rtl_->m_axis_tready = 0;
    b_ = r_ = m_ = {};
    rtl_->eval();
    for (int i = 0; i < 4; ++i) { clock(); }
    if (rtl_->s_axi_bvalid || rtl_->s_axi_rvalid || rtl_->m_axis_tvalid) {
        broken_ = "a valid is high in reset";
    }
    rtl_->aresetn = 1;
    clock();
}

bool axi_bench::input_ready() const { return rtl_->s_axis_tready != 0; }

/// A valid that was not taken stays, with what it carries.
void axi_bench::stays(held& before, const char* channel, bool valid, bool ready,
                      std::uint64_t payload) {
    if (before.offered && (!valid || payload != before.payload) && broken_.empty()) {
        broken_ = fmt::format("{}: {} before it was taken", channel,
                              valid ? "the payload changed" : "valid fell");
    }
    before = {valid && !ready, payload};
}

void axi_bench::watch() {
    stays(b_, "B", rtl_->s_axi_bvalid, rtl_->s_axi_bready, rtl_->s_axi_bresp);
    stays(r_, "R", rtl_->s_axi_rvalid, rtl_->s_axi_rready,
          std::uint64_t{rtl_->s_axi_rdata} << 2 | rtl_->s_axi_rresp);
    stays(m_, "m_axis", rtl_->m_axis_tvalid, rtl_->m_axis_tready,
          std::uint64_t{rtl_->m_axis_tdata} << 1 | rtl_->m_axis_tlast);
}

/// Outputs are looked at, and stay as they are, before the edge.
void axi_bench::clock() {
    rtl_->eval();
    if (rtl_->aresetn) { watch(); }
    rtl_->aclk = 1;
    rtl_->eval();
    rtl_->aclk = 0;
    rtl_->eval();
}

void axi_bench::run(int cycles) {
    for (int i = 0; i < cycles; ++i) { clock(); }
}

/// `done` is asked once a cycle, before the edge, with inputs as it set them.
template <class Done>
bool axi_bench::until(Done done) {
    for (int i = 0; i < patience; ++i) {
        const bool over = done(i);
        clock();
        if (over) { return true; }
    }
    return false;
}

int axi_bench::write_response(const axi_write& request) {
    bool address_sent = false;
    bool data_sent = false;
    int response = -1;
    rtl_->s_axi_awaddr = static_cast<std::uint16_t>(request.byte_address);
    rtl_->s_axi_wdata = request.value;
    rtl_->s_axi_wstrb = static_cast<std::uint8_t>(request.strobes);
    const bool answered = until([&](int cycle) {
        // A valid that is high stays high until it is taken.
        const auto offer = [&](auto& valid, bool sent, int delay) {
            valid = !sent && (valid || (cycle >= delay && go())) ? 1 : 0;
        };
        offer(rtl_->s_axi_awvalid, address_sent, request.address_delay);
        offer(rtl_->s_axi_wvalid, data_sent, request.data_delay);
        rtl_->s_axi_bready = go() ? 1 : 0;
        rtl_->eval();
        address_sent |= rtl_->s_axi_awvalid && rtl_->s_axi_awready;
        data_sent |= rtl_->s_axi_wvalid && rtl_->s_axi_wready;
        if (rtl_->s_axi_bvalid && rtl_->s_axi_bready) { response = rtl_->s_axi_bresp; }
        if (response >= 0 && !(address_sent && data_sent) && broken_.empty()) {
            broken_ = "B came before address and data were taken";
        }
        return response >= 0;
    });
    rtl_->s_axi_awvalid = 0;
    rtl_->s_axi_wvalid = 0;
    rtl_->s_axi_bready = 0;
    if (!answered) { silent("B"); }
    return response;
}

std::optional<std::uint32_t> axi_bench::read_data(std::uint32_t byte_address, int& response) {
    bool sent = false;
    std::optional<std::uint32_t> value;
    rtl_->s_axi_araddr = static_cast<std::uint16_t>(byte_address);
    until([&](int) {
        rtl_->s_axi_arvalid = !sent && (rtl_->s_axi_arvalid || go()) ? 1 : 0;
        rtl_->s_axi_rready = go() ? 1 : 0;
        rtl_->eval();
        sent |= rtl_->s_axi_arvalid && rtl_->s_axi_arready;
        if (rtl_->s_axi_rvalid && rtl_->s_axi_rready) {
            value = rtl_->s_axi_rdata;
            response = rtl_->s_axi_rresp;
        }
        return value.has_value();
    });
    rtl_->s_axi_arvalid = 0;
    rtl_->s_axi_rready = 0;
    return value;
}

int axi_bench::read_response(std::uint32_t byte_address) {
    int response = 0;
    if (!read_data(byte_address, response)) { silent("R"); }
    return response;
}

std::uint32_t axi_bench::read(std::uint8_t address) {
    int response = 0;
    const auto value = read_data(4U * address, response);
    if (!value || response != 0) { silent("R"); }
    return *value;
}

void axi_bench::write(std::uint8_t address, std::uint32_t value) {
    axi_write request{4U * address, value};
    if (stalls_ != 0) {
        request.address_delay = static_cast<int>(dice_() % 3);
        request.data_delay = static_cast<int>(dice_() % 3);
    }
    if (write_response(request) != 0) { silent("B"); }
}

std::uint32_t axi_bench::write_and_read(std::uint8_t to, std::uint32_t value, std::uint8_t from) {
    bool sent[3]{};
    std::optional<int> wrote;
    std::optional<std::uint32_t> found;
    rtl_->s_axi_awaddr = static_cast<std::uint16_t>(4 * to);
    rtl_->s_axi_wdata = value;
    rtl_->s_axi_wstrb = 0xf;
    rtl_->s_axi_araddr = static_cast<std::uint16_t>(4 * from);
    until([&](int) {
        rtl_->s_axi_awvalid = sent[0] ? 0 : 1;
        rtl_->s_axi_wvalid = sent[1] ? 0 : 1;
        rtl_->s_axi_arvalid = sent[2] ? 0 : 1;
        rtl_->s_axi_bready = wrote ? 0 : 1;
        rtl_->s_axi_rready = found ? 0 : 1;
        rtl_->eval();
        sent[0] |= rtl_->s_axi_awvalid && rtl_->s_axi_awready;
        sent[1] |= rtl_->s_axi_wvalid && rtl_->s_axi_wready;
        sent[2] |= rtl_->s_axi_arvalid && rtl_->s_axi_arready;
        if (rtl_->s_axi_bvalid && rtl_->s_axi_bready) { wrote = rtl_->s_axi_bresp; }
        if (rtl_->s_axi_rvalid && rtl_->s_axi_rready) { found = rtl_->s_axi_rdata; }
        return wrote && found;
    });
    if (!wrote || *wrote != 0) { silent("B"); }
    if (!found) { silent("R"); }
    return *found;
}

bool axi_bench::push(std::uint32_t word) {
    rtl_->s_axis_tdata = word;
    rtl_->s_axis_tvalid = 0;
    const bool taken = until([&](int) {
        rtl_->s_axis_tvalid = rtl_->s_axis_tvalid || go() ? 1 : 0;
        rtl_->eval();
        return rtl_->s_axis_tvalid && rtl_->s_axis_tready;
    });
    rtl_->s_axis_tvalid = 0;
    return taken;
}

std::optional<axi_bench::stream_word> axi_bench::next_word() {
    std::optional<stream_word> found;
    until([&](int) {
        rtl_->m_axis_tready = go() ? 1 : 0;
        rtl_->eval();
        if (rtl_->m_axis_tvalid && rtl_->m_axis_tready) {
            found = stream_word{rtl_->m_axis_tdata, rtl_->m_axis_tlast != 0};
        }
        return found.has_value();
    });
    rtl_->m_axis_tready = 0;
    return found;
}

std::optional<std::uint32_t> axi_bench::pop() {
    const auto found = next_word();
    return found ? std::optional(found->word) : std::nullopt;
}

std::optional<std::vector<std::uint32_t>> axi_bench::packet() {
    std::vector<std::uint32_t> words;
    while (const auto found = next_word()) {
        words.push_back(found->word);
        if (found->last) { return words; }
    }
    return std::nullopt;
}

}  // namespace synfire::test
