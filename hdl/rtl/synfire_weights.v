// SPDX-License-Identifier: Apache-2.0
// Weights of the lanes, from who asks for a row to what the lanes get. Three modules and the wires between them.
//
//   slot, constant, window -> [port] -> [memory] -> [stage] -> lanes, and the host's window
//
// Latency:   those of port, memory and stage, one after the other.
// Handshake: slots move with go_i.
// Not reset: what its modules do not reset.
module synfire_weights #(
    parameter Hold       = 1,
    parameter Lanes      = 8,
    parameter RowAddr    = 14,
    parameter WeightRows = 1 << RowAddr,
    parameter WeightBits = 8,
    parameter RowWords   = Lanes * WeightBits / 32,   // derived
    parameter DigitBits  = 5 - $clog2(WeightBits)
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  go_i,
    input  wire                  go_next_i,
    input  wire                  running_i,
    input  wire                  slot_want_i,
    input  wire [RowAddr-1:0]    slot_row_i,
    input  wire                  const_on_i,
    input  wire                  const_re_i,
    input  wire [RowAddr-1:0]    const_addr_i,
    input  wire                  const_bias_i,
    input  wire                  const_theta_i,
    input  wire [6:0]            const_more_i,
    input  wire [DigitBits-1:0]  const_digit_i,
    input  wire                  preload_i,
    input  wire                  window_re_i,
    input  wire [RowWords-1:0]   window_we_i,
    input  wire [RowAddr-1:0]    window_row_i,
    input  wire [31:0]           window_word_i,
    // lanes
    output wire [WeightBits*Lanes-1:0] weights_o,
    output wire                  const_bias_o,
    output wire                  const_theta_o,
    output wire [6:0]            const_more_o,
    output wire [DigitBits-1:0]  const_digit_o,
    output wire                  preload_o
);
    wire                       en, row_bias, row_theta;
    wire [RowWords-1:0]        we;
    wire [RowAddr-1:0]         addr;
    wire [31:0]                wdata;
    wire [6:0]                 row_more;
    wire [DigitBits-1:0]       row_digit;
    wire [WeightBits*Lanes-1:0] row;

    synfire_weight_port #(.Hold(Hold), .Lanes(Lanes), .RowAddr(RowAddr), .WeightBits(WeightBits)) u_port (
        .clk_i(clk_i), .rst_ni(rst_ni), .go_i(go_i), .go_next_i(go_next_i), .running_i(running_i),
        .slot_want_i(slot_want_i), .slot_row_i(slot_row_i),
        .const_on_i(const_on_i), .const_re_i(const_re_i), .const_addr_i(const_addr_i), .const_bias_i(const_bias_i),
        .const_theta_i(const_theta_i), .const_more_i(const_more_i), .const_digit_i(const_digit_i), .preload_i(preload_i),
        .window_re_i(window_re_i), .window_we_i(window_we_i), .window_row_i(window_row_i), .window_word_i(window_word_i),
        .en_o(en), .we_o(we), .addr_o(addr), .wdata_o(wdata), .const_bias_o(row_bias), .const_theta_o(row_theta),
        .const_more_o(row_more), .const_digit_o(row_digit), .preload_o(preload_o)
    );

    synfire_weight_memory #(
        .Lanes(Lanes), .RowAddr(RowAddr), .WeightRows(WeightRows), .WeightBits(WeightBits), .Hold(Hold)
    ) u_memory (
        .clk_i(clk_i), .go_i(go_i), .en_i(en), .we_i(we), .addr_i(addr), .wdata_i(wdata), .rdata_o(row)
    );

    synfire_weight_stage #(.Lanes(Lanes), .Hold(Hold), .WeightBits(WeightBits)) u_stage (
        .clk_i(clk_i), .go_i(go_i), .weights_i(row), .const_bias_i(row_bias), .const_theta_i(row_theta),
        .const_more_i(row_more), .const_digit_i(row_digit), .weights_o(weights_o), .const_bias_o(const_bias_o),
        .const_theta_o(const_theta_o), .const_more_o(const_more_o), .const_digit_o(const_digit_o)
    );
endmodule
