// SPDX-License-Identifier: Apache-2.0
// Spikes of the slots: from the place of a source's code to one spike a cycle for the adder. Two modules and the wires between them.
//
//   slot -> [fetch] -> [pattern] -> spike          code memory -> fetch; fetch -> the row that the weight memory is asked for
//
// Latency:   those of fetch and pattern, one after the other.
// Handshake: go_o says that a slot is taken.
// Not reset: what its modules do not reset.
module synfire_spikes #(
    parameter Hold        = 1,
    parameter PatternBits = 16,
    parameter RowAddr     = 14,
    parameter LaneBits    = 3,
    parameter WeightBits  = 8
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    input  wire                   clear_i,
    input  wire                   freeze_i,
    input  wire                   freeze_next_i,
    output wire                   go_o,
    output wire                   go_next_o,
    output wire                   empty_o,
    // the term
    input  wire [1:0]             format_i,
    input  wire                   weighted_i,
    input  wire                   signed_i,
    input  wire                   constant_i,
    input  wire                   diagonal_i,
    input  wire                   pool_i,
    input  wire [2:0]             digits_i,
    input  wire [4:0]             shift_i,
    // slots
    input  wire                   slot_valid_i,
    input  wire                   slot_hit_i,
    input  wire                   slot_first_i,
    input  wire                   slot_last_i,
    input  wire [3:0]             slot_place_i,
    input  wire [LaneBits-1:0]    slot_lane_i,
    input  wire [RowAddr-1:0]     slot_row_i,
    // memories
    output wire                   code_want_o,
    input  wire [31:0]            code_data_i,
    output wire [31:0]            code_data_o,
    output wire                   weight_want_o,
    output wire [RowAddr-1:0]     weight_row_o,
    // to the adder
    output wire                   add_valid_o,
    output wire                   add_hit_o,
    output wire                   add_first_o,
    output wire                   add_last_o,
    output wire                   add_negate_o,
    output wire [4:0]             add_shift_o,
    output wire [LaneBits-1:0]    add_lane_o,
    output wire [PatternBits-1:0] add_pattern_o
);
    wire                source_valid, source_hit, source_first, source_last, fetch_empty, pattern_empty;
    wire [LaneBits-1:0] source_lane;
    wire [3:0]          source_place;
    assign empty_o = fetch_empty & pattern_empty;

    synfire_fetch #(.Hold(Hold), .RowAddr(RowAddr), .LaneBits(LaneBits)) u_fetch (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i), .go_i(go_o),
        .constant_i(constant_i), .diagonal_i(diagonal_i), .pool_i(pool_i),
        .slot_valid_i(slot_valid_i), .slot_hit_i(slot_hit_i), .slot_first_i(slot_first_i), .slot_last_i(slot_last_i),
        .slot_place_i(slot_place_i), .slot_lane_i(slot_lane_i), .slot_row_i(slot_row_i), .code_want_o(code_want_o),
        .code_data_i(code_data_i), .weight_want_o(weight_want_o), .weight_row_o(weight_row_o),
        .source_valid_o(source_valid), .source_hit_o(source_hit), .source_first_o(source_first),
        .source_last_o(source_last), .source_place_o(source_place), .source_lane_o(source_lane),
        .code_data_o(code_data_o), .empty_o(fetch_empty)
    );

    synfire_pattern #(.PatternBits(PatternBits), .LaneBits(LaneBits), .WeightBits(WeightBits)) u_pattern (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i), .freeze_i(freeze_i), .freeze_next_i(freeze_next_i),
        .format_i(format_i), .weighted_i(weighted_i), .signed_i(signed_i),
        .constant_i(constant_i), .pool_i(pool_i), .digits_i(digits_i), .shift_i(shift_i),
        .go_o(go_o), .go_next_o(go_next_o), .source_valid_i(source_valid), .source_hit_i(source_hit),
        .source_first_i(source_first), .source_last_i(source_last), .source_place_i(source_place),
        .source_lane_i(source_lane), .code_data_i(code_data_o), .empty_o(pattern_empty),
        .add_valid_o(add_valid_o), .add_hit_o(add_hit_o), .add_first_o(add_first_o), .add_last_o(add_last_o),
        .add_negate_o(add_negate_o), .add_shift_o(add_shift_o), .add_lane_o(add_lane_o), .add_pattern_o(add_pattern_o)
    );
endmodule
