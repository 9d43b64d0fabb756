// SPDX-License-Identifier: Apache-2.0
// What arrives at a word of neurons: from the places of a term to one slot per active source, with its weight row and the place of
// its code. Four modules and the wires between them.
//
//   term, position -> [field] -> [run buffer] -> [scanner] -> [source] -> slot: row, lane, place of the code
//                                    act map <->                            \-> address of the code
//
// Latency:   those of field, run buffer and scanner, one after the other.
// Handshake: slot_valid_o never waits for slot_ready_i; a slot stays until it is taken.
// Not reset: what its modules do not reset.
module synfire_gather #(
    parameter BitAddr    = 15,
    parameter CodeAddr   = 14,
    parameter RowAddr    = 14,
    parameter LaneBits   = 3,
    parameter HoldRuns   = 1,      // a place for a run between field and scanner
    parameter Arithmetic = 0,      // 1: all sources count as active
    parameter Streaming  = 0,
    parameter Vectors    = 0,      // 1: terms of one run
    parameter StateAddr  = Streaming == 0 ? 1 : Streaming   // derived
) (
    input  wire                clk_i,
    input  wire                rst_ni,
    input  wire                clear_i,
    // words of a term, and the pass
    input  wire                load_i,
    input  wire [2:0]          load_index_i,
    input  wire [63:0]         load_word_i,
    input  wire                pass_begin_i,
    input  wire                recall_i,
    input  wire                begin_i,
    input  wire [4:0]          term_i,
    input  wire                next_position_i,
    input  wire                many_i,
    input  wire                first_term_i,
    input  wire                last_term_i,
    input  wire                diagonal_i,
    input  wire                constant_i,
    input  wire [1:0]          format_i,
    input  wire [CodeAddr-1:0] code_base_i,
    input  wire [LaneBits-1:0] lane0_i,
    input  wire [9:0]          width_i,
    input  wire [9:0]          height_i,
    // words at rest: see synfire_field
    input  wire                skips_i,
    input  wire                state_load_i,
    input  wire [StateAddr-1:0] state_i,
    input  wire                awake_we_i,
    input  wire [StateAddr-1:0] awake_addr_i,
    input  wire                awake_i,
    output wire                look_move_o,
    output wire                look_re_o,
    output wire [BitAddr-1:0]  look_bit_o,
    input  wire [95:0]         look_bits_i,
    output wire                last_position_o,
    output wire                running_o,
    output wire                empty_o,        // nothing is on its way
    // active map
    output wire                act_re_o,
    output wire [BitAddr-6:0]  act_addr_o,
    input  wire [31:0]         act_data_i,
    // slots
    output wire                slot_valid_o,
    input  wire                slot_ready_i,
    output wire                slot_hit_o,
    output wire                slot_first_o,
    output wire                slot_last_o,
    output wire [LaneBits-1:0] slot_lane_o,
    output wire [RowAddr-1:0]  slot_row_o,
    output wire [3:0]          slot_place_o,
    // codes
    input  wire                code_want_i,    // the slot has a code
    output wire                code_want_o,    // which is not there yet: read where the slot is taken
    output wire [CodeAddr-1:0] code_addr_o
);
    localparam RunBits = 2 * BitAddr + RowAddr + 3;
    wire               found_valid, found_ready, found_null, found_first, found_last;
    wire [BitAddr-1:0] found_start, found_more;
    wire [RowAddr-1:0] found_row;
    wire               run_valid, run_ready, run_null, run_first, run_last;
    wire [BitAddr-1:0] run_start, run_more;
    wire [RowAddr-1:0] run_row;
    wire               field_empty, runs_empty, scanner_empty, slot_fresh, reads;
    wire [BitAddr-1:0] slot_bit;
    wire [RowAddr-1:0] slot_row;

    assign empty_o     = field_empty & runs_empty & scanner_empty;
    assign code_want_o = code_want_i & reads;

    generate
        if (Vectors != 0) begin : gen_vector
            assign last_position_o = 1'b1;
            synfire_vector #(.BitAddr(BitAddr), .RowAddr(RowAddr)) u_vector (
                .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i),
                .load_i(load_i), .load_index_i(load_index_i), .load_word_i(load_word_i), .begin_i(begin_i),
                .first_term_i(first_term_i), .last_term_i(last_term_i), .running_o(running_o),
                .run_valid_o(found_valid), .run_ready_i(found_ready), .run_null_o(found_null),
                .run_start_o(found_start), .run_more_o(found_more), .run_row_o(found_row),
                .run_first_o(found_first), .run_last_o(found_last), .empty_o(field_empty)
            );
            assign look_move_o     = 1'b0;
            assign look_re_o       = 1'b0;
            assign look_bit_o      = {BitAddr{1'b0}};
            wire unused = &{1'b0, pass_begin_i, recall_i, term_i, next_position_i, many_i, width_i, height_i, skips_i, state_load_i,
                            state_i, awake_we_i, awake_addr_i, awake_i, look_bits_i};
        end else begin : gen_field
            synfire_field #(.BitAddr(BitAddr), .RowAddr(RowAddr), .Streaming(Streaming)) u_field (
                .clk_i(clk_i), .rst_ni(rst_ni),
                .load_i(load_i), .load_index_i(load_index_i), .load_word_i(load_word_i),
                .clear_i(clear_i), .pass_begin_i(pass_begin_i), .recall_i(recall_i), .begin_i(begin_i),
                .term_i(term_i),
                .next_position_i(next_position_i), .many_i(many_i), .first_term_i(first_term_i),
                .last_term_i(last_term_i), .diagonal_i(diagonal_i), .constant_i(constant_i),
                .width_i(width_i), .height_i(height_i), .last_position_o(last_position_o),
                .skips_i(skips_i), .state_load_i(state_load_i), .state_i(state_i), .awake_we_i(awake_we_i),
                .awake_addr_i(awake_addr_i), .awake_i(awake_i), .look_move_o(look_move_o), .look_re_o(look_re_o),
                .look_bit_o(look_bit_o), .look_bits_i(look_bits_i),
                .running_o(running_o),
                .run_valid_o(found_valid), .run_ready_i(found_ready), .run_null_o(found_null),
                .run_start_o(found_start), .run_more_o(found_more), .run_row_o(found_row),
                .run_first_o(found_first), .run_last_o(found_last), .empty_o(field_empty)
            );
        end
    endgenerate

    synfire_run_buffer #(.Bits(RunBits), .Depth(HoldRuns)) u_runs (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i), .empty_o(runs_empty),
        .in_valid_i(found_valid), .in_ready_o(found_ready),
        .in_run_i({found_null, found_first, found_last, found_start, found_more, found_row}),
        .out_valid_o(run_valid), .out_ready_i(run_ready),
        .out_run_o({run_null, run_first, run_last, run_start, run_more, run_row})
    );

    synfire_scanner #(.BitAddr(BitAddr), .RowAddr(RowAddr), .LaneBits(LaneBits), .Vectors(Vectors), .Hold(HoldRuns)) u_scanner (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i),
        .diagonal_i(diagonal_i), .constant_i(constant_i | (Arithmetic == 1)), .lane0_i(lane0_i),
        .empty_o(scanner_empty),
        .run_valid_i(run_valid), .run_ready_o(run_ready), .run_null_i(run_null),
        .run_start_i(run_start), .run_more_i(run_more), .run_row_i(run_row),
        .run_first_i(run_first), .run_last_i(run_last),
        .act_re_o(act_re_o), .act_addr_o(act_addr_o), .act_data_i(act_data_i),
        .slot_valid_o(slot_valid_o), .slot_ready_i(slot_ready_i), .slot_hit_o(slot_hit_o),
        .slot_first_o(slot_first_o), .slot_last_o(slot_last_o), .slot_bit_o(slot_bit),
        .slot_row_o(slot_row), .slot_lane_o(slot_lane_o), .slot_fresh_o(slot_fresh)
    );

    synfire_source #(
        .BitAddr(BitAddr), .CodeAddr(CodeAddr), .RowAddr(RowAddr), .Vectors(Vectors), .InOrder(Arithmetic == 1)
    ) u_source (
        .format_i(format_i), .diagonal_i(diagonal_i), .code_base_i(code_base_i),
        .bit_i(slot_bit), .row_i(slot_row), .fresh_i(slot_fresh), .reads_o(reads),
        .code_addr_o(code_addr_o), .place_o(slot_place_o), .row_o(slot_row_o)
    );
endmodule
