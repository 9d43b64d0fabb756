// SPDX-License-Identifier: Apache-2.0
// Engine and UART link of a board, in one clock domain: the engine is whatever the parameters say.
//
//   rx, tx <-> [uart_link] <-> register bus, input stream, result stream <-> [core]
//
// Latency: that of synfire_uart_link and synfire_core.
// Not reset: what these two do not reset.
module synfire_board_system #(
    parameter CyclesPerBit = 24,
    parameter TimeoutBits = 20,
    parameter Lanes = 8,           // from here on those of synfire_core
    parameter AccWidth = 24,
    parameter PatternBits = 8,
    parameter ActAddr = 9,
    parameter CodeAddr = 11,
    parameter RowAddr = 12,
    parameter DescAddr = 8,
    parameter ShiftBits = 4,
    parameter SharedAdder = 0,
    parameter WeightBits = 8,
    parameter WeightRows = 0,
    parameter Arithmetic = 0,
    parameter Firing = 0,
    parameter Streaming = 0,
    parameter Vectors = 0,
    parameter TableAddr = 0,
    parameter SmallBus = 0
) (
    input  wire clk_i,
    input  wire rst_ni,
    input  wire rx_i,
    output wire tx_o,
    output wire error_o,   // of the link
    output wire running_o  // a program runs or its results wait
);
    wire bus_valid, bus_write, bus_ready, in_valid, in_ready, out_valid, out_ready;
    wire [7:0] bus_addr;
    wire [31:0] bus_wdata, bus_rdata, in_data, out_data;

    // The trace port is for simulation of the core alone.
    wire unused_word, unused_potential, unused_layer_end;
    wire [11:0] unused_layer;
    wire [15:0] unused_channel;
    wire [19:0] unused_position;
    wire [Lanes*16-1:0] unused_patterns;
    wire [31:0] unused_value;
    wire [13*32-1:0] unused_counters;
    wire [3:0] unused_state;

    assign running_o = !in_ready;

    synfire_uart_link #(
        .CyclesPerBit(CyclesPerBit),
        .TimeoutBits (TimeoutBits)
    ) u_link (
        .clk_i      (clk_i),
        .rst_ni     (rst_ni),
        .rx_i       (rx_i),
        .tx_o       (tx_o),
        .error_o    (error_o),
        .bus_valid_o(bus_valid),
        .bus_write_o(bus_write),
        .bus_addr_o (bus_addr),
        .bus_wdata_o(bus_wdata),
        .bus_ready_i(bus_ready),
        .bus_rdata_i(bus_rdata),
        .in_valid_o (in_valid),
        .in_data_o  (in_data),
        .in_ready_i (in_ready),
        .out_valid_i(out_valid),
        .out_data_i (out_data),
        .out_ready_o(out_ready)
    );

    synfire_core #(
        .Lanes      (Lanes),
        .AccWidth   (AccWidth),
        .PatternBits(PatternBits),
        .ActAddr    (ActAddr),
        .CodeAddr   (CodeAddr),
        .RowAddr    (RowAddr),
        .DescAddr   (DescAddr),
        .ShiftBits  (ShiftBits),
        .SharedAdder(SharedAdder),
        .WeightBits (WeightBits),
        .WeightRows (WeightRows),
        .Arithmetic (Arithmetic),
        .Firing     (Firing),
        .Streaming  (Streaming),
        .Vectors    (Vectors),
        .TableAddr  (TableAddr),
        .SmallBus   (SmallBus)
    ) u_core (
        .clk_i             (clk_i),
        .rst_ni            (rst_ni),
        .bus_valid_i       (bus_valid),
        .bus_write_i       (bus_write),
        .bus_addr_i        (bus_addr),
        .bus_wdata_i       (bus_wdata),
        .bus_ready_o       (bus_ready),
        .bus_rdata_o       (bus_rdata),
        .in_valid_i        (in_valid),
        .in_data_i         (in_data),
        .in_ready_o        (in_ready),
        .out_valid_o       (out_valid),
        .out_data_o        (out_data),
        .out_ready_i       (out_ready),
        .trace_word_o      (unused_word),
        .trace_layer_o     (unused_layer),
        .trace_channel_o   (unused_channel),
        .trace_position_o  (unused_position),
        .trace_patterns_o  (unused_patterns),
        .trace_potential_o (unused_potential),
        .trace_value_o     (unused_value),
        .trace_layer_end_o (unused_layer_end),
        .trace_counters_o  (unused_counters),
        .trace_state_o     (unused_state)
    );
endmodule
