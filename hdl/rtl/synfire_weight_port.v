// SPDX-License-Identifier: Apache-2.0
// Port of the weight memory: who reads and writes it, with registers where the engine holds its weights (Hold). The memory
// takes most of a chip's block RAM, so that a wire to it is as long as a cycle, and nothing may be before it.
//
//   slot, constant, window -> [row, enable, word] -> weight memory -> weight stage
//
// Latency:   Hold 1: 1 cycle. What constants are, and preload_i, comes 2 cycles later: the memory has a register as well.
//            Hold 0: none.
// Handshake: slots move with go_i; nothing is held up while constants arrive or a host reads or writes.
// Not reset: everything but what enables the memory.
module synfire_weight_port #(
    parameter Hold       = 1,
    parameter Lanes      = 8,
    parameter RowAddr    = 14,
    parameter WeightBits = 8,
    parameter RowWords   = Lanes * WeightBits / 32,   // derived
    parameter DigitBits  = 5 - $clog2(WeightBits)
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  go_i,
    input  wire                  go_next_i,      // in the next cycle
    input  wire                  running_i,
    // rows of sources
    input  wire                  slot_want_i,
    input  wire [RowAddr-1:0]    slot_row_i,
    // rows of constants, and what they are in the cycle in which the memory gives them
    input  wire                  const_on_i,
    input  wire                  const_re_i,
    input  wire [RowAddr-1:0]    const_addr_i,
    input  wire                  const_bias_i,
    input  wire                  const_theta_i,
    input  wire [6:0]            const_more_i,
    input  wire [DigitBits-1:0]  const_digit_i,
    input  wire                  preload_i,
    // the host's window
    input  wire                  window_re_i,
    input  wire [RowWords-1:0]   window_we_i,
    input  wire [RowAddr-1:0]    window_row_i,
    input  wire [31:0]           window_word_i,
    // memory
    output wire                  en_o,
    output wire [RowWords-1:0]   we_o,
    output wire [RowAddr-1:0]    addr_o,
    output wire [31:0]           wdata_o,
    // weight stage
    output wire                  const_bias_o,
    output wire                  const_theta_o,
    output wire [6:0]            const_more_o,
    output wire [DigitBits-1:0]  const_digit_o,
    output wire                  preload_o
);
    wire               others = const_re_i | window_re_i | (|window_we_i);
    wire [RowAddr-1:0] row    = const_on_i ? const_addr_i : running_i ? slot_row_i : window_row_i;
    localparam ConstBits = DigitBits + 10;
    wire [ConstBits-1:0] constant = {const_digit_i, const_more_i, const_theta_i, const_bias_i, preload_i};
    wire [ConstBits-1:0] late;
    assign {const_digit_o, const_more_o, const_theta_o, const_bias_o, preload_o} = late;

    generate
        if (Hold != 0) begin : gen_hold
            reg                  en_q, want_q;   // a slot's row is still to be read
            reg [RowWords-1:0]   we_q;
            reg [RowAddr-1:0]    row_q;
            reg [31:0]           word_q;
            reg [ConstBits-1:0]  first_q, second_q;
            wire                 want = go_i ? slot_want_i : want_q;
            always @(posedge clk_i or negedge rst_ni) begin
                if (!rst_ni) begin
                    en_q   <= 1'b0;
                    want_q <= 1'b0;
                end else begin
                    // Known a cycle ahead: go_i itself would come too late at so many memories.
                    en_q   <= (want & go_next_i) | others;
                    want_q <= want;
                end
            end
            always @(posedge clk_i) begin
                we_q   <= window_we_i;
                word_q <= window_word_i;
                if (go_i) row_q <= row;
                first_q  <= constant;
                second_q <= first_q;
            end
            assign en_o      = en_q;
            assign we_o      = we_q;
            assign addr_o    = row_q;
            assign wdata_o   = word_q;
            assign late      = second_q;
        end else begin : gen_pass
            wire unused = &{1'b0, clk_i, rst_ni, go_next_i};
            assign en_o      = (go_i & slot_want_i) | others;
            assign we_o      = window_we_i;
            assign addr_o    = row;
            assign wdata_o   = window_word_i;
            assign late      = constant;
        end
    endgenerate
endmodule
