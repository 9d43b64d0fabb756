// SPDX-License-Identifier: Apache-2.0
// The core in a system on chip: registers over AXI4-Lite, samples and answers over AXI4-Stream, one clock.
//
//   s_axi  (AXI4-Lite)   -> [axi_lite] -> register bus -> +------+
//   s_axis (AXI4-Stream) ---------------> input stream -> | core | -> results -> [axi_stream] -> m_axis
//                                                         +------+
//
// Words of both streams and the registers are those of docs/reference/accelerator-registers.md; register r is at byte
// address 4 r. The host need not mark the end of a sample on s_axis: its END word does.
//
// Latency:   that of synfire_axi_lite, synfire_axi_stream and synfire_core.
// Handshake: AXI4-Lite and AXI4-Stream. s_axis is not ready while a sample runs or its answer has not left the core.
// Not reset: what these three do not reset. aresetn may fall at any time and has to rise in step with aclk.
module synfire_axi #(
    parameter Lanes       = 16,
    parameter AccWidth    = 24,
    parameter PatternBits = 8,
    parameter ActAddr     = 10,
    parameter CodeAddr    = 12,
    parameter RowAddr     = 13,
    parameter DescAddr    = 9,
    parameter ShiftBits   = 5,
    parameter SharedAdder = 0,
    parameter WeightBits  = 8,
    parameter WeightRows  = 0,
    parameter Arithmetic  = 0,
    parameter Firing      = 0,
    parameter Streaming   = 0,
    parameter TableAddr   = 0
) (
    input  wire        aclk,
    input  wire        aresetn,
    input  wire        s_axi_awvalid,
    output wire        s_axi_awready,
    input  wire [9:0]  s_axi_awaddr,
    input  wire [2:0]  s_axi_awprot,    // protection has no meaning here
    input  wire        s_axi_wvalid,
    output wire        s_axi_wready,
    input  wire [31:0] s_axi_wdata,
    input  wire [3:0]  s_axi_wstrb,
    output wire        s_axi_bvalid,
    input  wire        s_axi_bready,
    output wire [1:0]  s_axi_bresp,
    input  wire        s_axi_arvalid,
    output wire        s_axi_arready,
    input  wire [9:0]  s_axi_araddr,
    input  wire [2:0]  s_axi_arprot,
    output wire        s_axi_rvalid,
    input  wire        s_axi_rready,
    output wire [31:0] s_axi_rdata,
    output wire [1:0]  s_axi_rresp,
    input  wire        s_axis_tvalid,
    output wire        s_axis_tready,
    input  wire [31:0] s_axis_tdata,
    output wire        m_axis_tvalid,
    input  wire        m_axis_tready,
    output wire [31:0] m_axis_tdata,
    output wire        m_axis_tlast
);
    wire        bus_valid, bus_write, bus_ready, out_valid, out_ready;
    wire [7:0]  bus_addr;
    wire [31:0] bus_wdata, bus_rdata, out_data;

    // The trace port is for simulation of the core alone.
    wire unused_word, unused_potential, unused_layer_end;
    wire [11:0] unused_layer;
    wire [15:0] unused_channel;
    wire [19:0] unused_position;
    wire [Lanes*16-1:0] unused_patterns;
    wire [31:0] unused_value;
    wire [13*32-1:0] unused_counters;
    wire [3:0] unused_state;
    wire unused_protection = &{1'b0, s_axi_awprot, s_axi_arprot};

    // CONTROL bit 0: the engine drops the output that it holds.
    wire abort = bus_valid & bus_ready & bus_write & (bus_addr == 8'h04) & bus_wdata[0];

    synfire_axi_lite u_registers (
        .aclk(aclk), .aresetn(aresetn),
        .s_axi_awvalid(s_axi_awvalid), .s_axi_awready(s_axi_awready), .s_axi_awaddr(s_axi_awaddr),
        .s_axi_wvalid(s_axi_wvalid), .s_axi_wready(s_axi_wready), .s_axi_wdata(s_axi_wdata),
        .s_axi_wstrb(s_axi_wstrb),
        .s_axi_bvalid(s_axi_bvalid), .s_axi_bready(s_axi_bready), .s_axi_bresp(s_axi_bresp),
        .s_axi_arvalid(s_axi_arvalid), .s_axi_arready(s_axi_arready), .s_axi_araddr(s_axi_araddr),
        .s_axi_rvalid(s_axi_rvalid), .s_axi_rready(s_axi_rready), .s_axi_rdata(s_axi_rdata),
        .s_axi_rresp(s_axi_rresp),
        .bus_valid_o(bus_valid), .bus_write_o(bus_write), .bus_addr_o(bus_addr),
        .bus_wdata_o(bus_wdata), .bus_ready_i(bus_ready), .bus_rdata_i(bus_rdata)
    );

    synfire_axi_stream u_results (
        .aclk(aclk), .aresetn(aresetn), .abort_i(abort),
        .out_valid_i(out_valid), .out_data_i(out_data), .out_ready_o(out_ready),
        .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),
        .m_axis_tdata(m_axis_tdata), .m_axis_tlast(m_axis_tlast)
    );

    synfire_core #(
        .Lanes(Lanes), .AccWidth(AccWidth), .PatternBits(PatternBits), .ActAddr(ActAddr),
        .CodeAddr(CodeAddr), .RowAddr(RowAddr), .DescAddr(DescAddr), .ShiftBits(ShiftBits),
        .SharedAdder(SharedAdder), .WeightBits(WeightBits), .WeightRows(WeightRows),
        .Arithmetic(Arithmetic), .Firing(Firing), .Streaming(Streaming), .TableAddr(TableAddr), .SmallBus(0)
    ) u_core (
        .clk_i(aclk), .rst_ni(aresetn),
        .bus_valid_i(bus_valid), .bus_write_i(bus_write), .bus_addr_i(bus_addr),
        .bus_wdata_i(bus_wdata), .bus_ready_o(bus_ready), .bus_rdata_o(bus_rdata),
        .in_valid_i(s_axis_tvalid), .in_data_i(s_axis_tdata), .in_ready_o(s_axis_tready),
        .out_valid_o(out_valid), .out_data_o(out_data), .out_ready_i(out_ready),
        .trace_word_o(unused_word), .trace_potential_o(unused_potential),
        .trace_layer_end_o(unused_layer_end), .trace_layer_o(unused_layer),
        .trace_channel_o(unused_channel), .trace_position_o(unused_position),
        .trace_patterns_o(unused_patterns), .trace_value_o(unused_value),
        .trace_counters_o(unused_counters), .trace_state_o(unused_state)
    );
endmodule
