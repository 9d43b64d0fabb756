// SPDX-License-Identifier: Apache-2.0
// Receptive field of a vector, in place of synfire_field in an engine that has dense layers alone: one position, one tap, one
// run a term.
//
//   run = bits [act_base, act_base + tap_bits) of the source, from the term's first row on; null where tap_bits is 0
//
// Latency:   as synfire_field: the run is valid three cycles after begin_i.
// Handshake: run_valid_o never waits for run_ready_i.
// Not reset: the term's registers (written before begin_i).
`include "synfire_descriptor.vh"

module synfire_vector #(
    parameter BitAddr = 15,
    parameter RowAddr = 14
) (
    input  wire               clk_i,
    input  wire               rst_ni,
    input  wire               clear_i,        // forget the run (abort)
    // term words
    input  wire               load_i,
    input  wire [2:0]         load_index_i,
    input  wire [63:0]        load_word_i,
    input  wire               begin_i,
    input  wire               first_term_i,
    input  wire               last_term_i,
    output reg                running_o,      // there is a run of this term to come
    // the run; what the term says stands until the next one is loaded, when nothing is on its way
    output wire               run_valid_o,
    input  wire               run_ready_i,
    output wire               run_null_o,
    output wire [BitAddr-1:0] run_start_o,
    output wire [BitAddr-1:0] run_more_o,     // bits behind the first one
    output wire [RowAddr-1:0] run_row_o,      // of bit 0 of the map, were it there: rows count up with its bits
    output wire               run_first_o,
    output wire               run_last_o,
    output wire               empty_o
);
    reg [BitAddr-1:0] act_base_q, more_q;
    reg [RowAddr-1:0] row_q;
    reg               null_q;
    reg               a_valid_q, b_valid_q;   // as late as the stages of synfire_field

    wire [BitAddr-1:0] act_base = load_word_i[`SYNFIRE_TERM_ACT_BASE_LSB +: BitAddr];
    wire [BitAddr-1:0] bits     = load_word_i[`SYNFIRE_TERM_TAP_BITS_LSB +: BitAddr];
    // Extended, then cut: RowAddr may be wider or narrower than an address in the map.
    wire [BitAddr+RowAddr-1:0] base = {{RowAddr{1'b0}}, act_base};
    always @(posedge clk_i) begin
        if (load_i & load_index_i == 3'd0) begin
            act_base_q <= act_base;
            row_q      <= load_word_i[`SYNFIRE_TERM_ROW_LSB +: RowAddr] - base[RowAddr-1:0];
        end
        if (load_i & load_index_i == 3'd1) begin
            more_q <= bits - {{(BitAddr-1){1'b0}}, 1'b1};
            null_q <= bits == {BitAddr{1'b0}};
        end
    end

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            running_o <= 1'b0;
            a_valid_q <= 1'b0;
            b_valid_q <= 1'b0;
        end else if (clear_i) begin
            running_o <= 1'b0;
            a_valid_q <= 1'b0;
            b_valid_q <= 1'b0;
        end else begin
            running_o <= begin_i | (running_o & ~run_ready_i);
            if (run_ready_i) begin
                a_valid_q <= running_o;
                b_valid_q <= a_valid_q;
            end
        end
    end

    assign run_valid_o = b_valid_q;
    assign run_null_o  = null_q;
    assign run_start_o = act_base_q;
    assign run_more_o  = more_q;
    assign run_row_o   = row_q;
    assign run_first_o = first_term_i;
    assign run_last_o  = last_term_i;
    assign empty_o     = ~a_valid_q & ~b_valid_q;
    wire unused_bits   = &{1'b0, load_word_i, base};
endmodule
