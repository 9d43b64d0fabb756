// SPDX-License-Identifier: Apache-2.0
// Receptive field: turns a term of the program into runs, one per kernel tap, for every output
// position. A run is a stretch of neighbouring bits of the source's active map with the weight row
// of its first bit. Runs outside the map are marked null.
//
//   for every position (oy, ox)          y_base += y_stride       x_base += x_stride
//     for every tap row ky               y += y_tap
//       for every tap kx of it           x += x_tap               row += row_step
//         run = bits [max(x, 0), min(x + tap_bits, row_bits)) of the map's row at y
//
//             x      0                          row_bits
//   map row          |--------------------------|         y outside the map, or nothing left: null
//   tap       |~~~~~~|=======|                            ~ is cut off, and skips as many weight rows
//
//   [loops: x, y, row of the tap] -> [offsets in row and map] -> [cut at the borders] -> run
//
// In a pass that skips words at rest (engines with a state memory) null runs stand for the time in which rows of the source are looked
// through (neither first nor last), and for each word that is skipped (first and last; no other run is first).
//
// Latency:   the first run is valid three cycles after begin_i; then one run per cycle.
// Handshake: everything moves with run_ready_i, whether there is a run or not.
// Not reset: the term's registers and the loop counters (written before begin_i).
`include "synfire_descriptor.vh"

module synfire_field #(
    parameter BitAddr = 15,    // bits of a bit address of the active map
    parameter RowAddr = 14,
    parameter Streaming = 0,   // address bits of the state memory; 0: no word is skipped
    parameter StateAddr = Streaming == 0 ? 1 : Streaming   // derived
) (
    input  wire               clk_i,
    input  wire               rst_ni,
    // term words, in order 0..3 (4 holds the taps)
    input  wire               load_i,
    input  wire [2:0]         load_index_i,
    input  wire [63:0]        load_word_i,
    // control
    input  wire               clear_i,        // forget the run (abort)
    input  wire               pass_begin_i,   // position (0, 0)
    input  wire               recall_i,       // read where the term stands
    input  wire               begin_i,        // start the term there (after the last cycle of recall_i)
    input  wire               next_position_i,
    input  wire               many_i,         // several terms: stop after one field
    input  wire [4:0]         term_i,         // number of the term in its pass
    input  wire               first_term_i,
    input  wire               last_term_i,
    input  wire               diagonal_i,
    input  wire               constant_i,
    input  wire [9:0]         width_i,
    input  wire [9:0]         height_i,
    // words at rest: see synfire_rest
    input  wire               skips_i,        // the pass skips them in this step
    input  wire               state_load_i,
    input  wire [StateAddr-1:0] state_i,
    input  wire               awake_we_i,
    input  wire [StateAddr-1:0] awake_addr_i,
    input  wire               awake_i,
    output wire               look_move_o,
    output wire               look_re_o,
    output wire [BitAddr-1:0] look_bit_o,
    input  wire [95:0]        look_bits_i,
    output wire               last_position_o,
    output reg                running_o,      // there are runs of this term to come
    // runs
    output wire               run_valid_o,
    input  wire               run_ready_i,
    output wire               run_null_o,
    output wire [BitAddr-1:0] run_start_o,
    output wire [BitAddr-1:0] run_more_o,     // bits behind the first one
    output wire [RowAddr-1:0] run_row_o,
    output wire               run_first_o,    // first run of the field
    output wire               run_last_o,     // last run of the field
    output wire               empty_o         // no run is on its way
);
    localparam XB = BitAddr + 1;              // signed offsets inside and around a map

    // The term.
    reg [BitAddr-1:0]   act_base_q;
    reg [RowAddr-1:0]   row_q;
    reg signed [XB-1:0] x_first_q, y_first_q, x_stride_q, y_stride_q, x_tap_q, y_tap_q;
    reg signed [XB-1:0] tap_bits_q, row_bits_q, map_bits_q;
    reg [RowAddr-1:0]   row_step_q;
    reg [7:0]           taps_x_q, taps_y_q;

    always @(posedge clk_i) begin
        if (load_i) begin
            case (load_index_i)
                3'd0: begin
                    act_base_q <= load_word_i[`SYNFIRE_TERM_ACT_BASE_LSB +: BitAddr];
                    row_q      <= load_word_i[`SYNFIRE_TERM_ROW_LSB +: RowAddr];
                end
                3'd1: begin
                    x_first_q  <= load_word_i[`SYNFIRE_TERM_X_FIRST_LSB +: XB];
                    y_first_q  <= load_word_i[`SYNFIRE_TERM_Y_FIRST_LSB +: XB];
                    tap_bits_q <= load_word_i[`SYNFIRE_TERM_TAP_BITS_LSB +: XB];
                end
                3'd2: begin
                    x_stride_q <= load_word_i[`SYNFIRE_TERM_X_STRIDE_LSB +: XB];
                    y_stride_q <= load_word_i[`SYNFIRE_TERM_Y_STRIDE_LSB +: XB];
                    row_bits_q <= load_word_i[`SYNFIRE_TERM_ROW_BITS_LSB +: XB];
                end
                3'd3: begin
                    map_bits_q <= load_word_i[`SYNFIRE_TERM_MAP_BITS_LSB +: XB];
                    x_tap_q    <= load_word_i[`SYNFIRE_TERM_X_TAP_LSB +: XB];
                    y_tap_q    <= load_word_i[`SYNFIRE_TERM_Y_TAP_LSB +: XB];
                end
                3'd4: begin
                    row_step_q <= load_word_i[`SYNFIRE_TERM_ROW_STEP_LSB +: RowAddr];
                    taps_x_q   <= load_word_i[`SYNFIRE_TERM_TAPS_X_LSB +: 8];
                    taps_y_q   <= load_word_i[`SYNFIRE_TERM_TAPS_Y_LSB +: 8];
                end
                default: ;
            endcase
        end
    end

    reg [9:0] ox_q, oy_q;
    reg       moved_q;                        // the position is not the first one
    wire row_end  = ox_q == width_i;          // positions are counted from 1
    wire map_end  = oy_q == height_i;
    wire last_position = row_end & map_end;
    reg  last_position_q;                     // a field of many terms takes longer than this
    assign last_position_o = last_position_q;
    always @(posedge clk_i) last_position_q <= last_position;

    // Loops over taps, then (with one term) over positions.
    reg [7:0]           kx_q, ky_q;           // number of the next tap and tap row, from 1 on
    reg                 taps_x_end, taps_y_end;   // this one is the last: steers hundreds of registers
    wire                taps_x_one = taps_x_q == 8'd1;
    wire                taps_y_one = taps_y_q == 8'd1;
    reg                 first_q;              // first tap
    reg signed [XB-1:0] x_base_q, y_base_q, x_q, y_q;
    reg [RowAddr-1:0]   tap_row_q;
    wire look, reading, look_done, rests;     // rows of the source are looked through; the word is at rest
    wire skip       = skips_i & first_q & ~look & rests & ~last_position;
    wire field_end  = (taps_x_end & taps_y_end & ~look) | skip;
    wire taken      = running_o & run_ready_i;
    wire step       = next_position_i | (taken & field_end & ~many_i);
    wire [2*XB-1:0] place;                    // where the term stands, of a pass with many terms
    wire signed [XB-1:0] x_start = moved_q ? place[XB-1:0] : x_first_q;
    wire signed [XB-1:0] y_start = moved_q ? place[2*XB-1:XB] : y_first_q;
    wire signed [XB-1:0] x_next  = row_end ? x_first_q : x_base_q + x_stride_q;
    wire signed [XB-1:0] y_next  = row_end ? y_base_q + y_stride_q : y_base_q;

    always @(posedge clk_i) begin
        if (pass_begin_i) begin
            ox_q    <= 10'd1;
            oy_q    <= 10'd1;
            moved_q <= 1'b0;
        end else if (step) begin
            moved_q <= 1'b1;
            ox_q <= row_end ? 10'd1 : ox_q + 10'd1;
            if (row_end) oy_q <= oy_q + 10'd1;
        end
    end

    synfire_ram #(.Width(2 * XB), .AddrBits(5)) u_places (
        .clk_i   (clk_i),
        .we_i    (taken & field_end),
        .waddr_i (term_i),
        .wdata_i ({y_next, x_next}),
        .re_i    (recall_i),
        .raddr_i (term_i),
        .rdata_o (place)
    );

    always @(posedge clk_i) begin
        if (begin_i | (taken & field_end)) begin
            kx_q      <= 8'd2;
            ky_q      <= 8'd2;
            taps_x_end <= taps_x_one;
            taps_y_end <= taps_y_one;
            first_q   <= 1'b1;
            tap_row_q <= row_q;
            x_base_q  <= begin_i ? x_start : x_next;
            y_base_q  <= begin_i ? y_start : y_next;
            x_q       <= begin_i ? x_start : x_next;
            y_q       <= begin_i ? y_start : y_next;
        end else if (taken & look) begin
            if (reading) begin
                ky_q       <= ky_q + 8'd1;
                taps_y_end <= ky_q == taps_y_q;
                y_q        <= y_q + y_tap_q;
            end else if (look_done) begin
                ky_q       <= 8'd2;
                taps_y_end <= taps_y_one;
                y_q        <= y_base_q;
            end
        end else if (taken) begin
            tap_row_q <= tap_row_q + row_step_q;
            kx_q      <= taps_x_end ? 8'd2 : kx_q + 8'd1;
            taps_x_end <= taps_x_end ? taps_x_one : kx_q == taps_x_q;
            first_q   <= 1'b0;
            x_q       <= taps_x_end ? x_base_q : x_q + x_tap_q;
            if (taps_x_end) begin
                ky_q <= ky_q + 8'd1;
                taps_y_end <= ky_q == taps_y_q;
                y_q  <= y_q + y_tap_q;
            end
        end
    end

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni)         running_o <= 1'b0;
        else if (clear_i)    running_o <= 1'b0;
        else if (begin_i)    running_o <= 1'b1;
        else if (taken & field_end & (many_i | last_position)) running_o <= 1'b0;
    end

    // Offsets of the tap: in its row, in the map. Its first weight row; what is cut off at the left skips as many.
    wire x_left = x_q[XB-1];
    wire signed [XB-1:0] x_from = x_left ? {XB{1'b0}} : x_q;
    // Sign-extended, then cut: RowAddr may be wider or narrower than an offset.
    wire signed [XB+RowAddr-1:0] x_long  = {{RowAddr{x_q[XB-1]}}, x_q};
    wire [RowAddr-1:0]           skipped = (x_left & ~diagonal_i) ? x_long[RowAddr-1:0] : {RowAddr{1'b0}};
    reg                 a_valid_q, a_outside_q, a_cut_q, a_first_q, a_last_q;
    reg signed [XB-1:0] limit_q;              // a tap that begins behind it is cut at the right
    reg signed [XB-1:0] a_from_q, a_end_q;
    reg [BitAddr-1:0]   a_in_map_q;
    reg [RowAddr-1:0]   a_row_q;
    wire signed [XB-1:0] in_map = y_q + x_from;
    wire                 outside = y_q[XB-1] | (y_q >= map_bits_q);

    always @(posedge clk_i) limit_q <= row_bits_q - tap_bits_q;   // long before the term begins

    always @(posedge clk_i) begin
        if (run_ready_i) begin
            a_from_q    <= x_from;
            a_end_q     <= x_q + tap_bits_q;
            a_in_map_q  <= in_map[BitAddr-1:0];
            a_row_q     <= tap_row_q - skipped;
            a_outside_q <= outside | (x_q >= row_bits_q) | look | skip;
            a_cut_q     <= x_q > limit_q;
            a_first_q   <= skips_i ? skip : first_term_i & first_q;
            a_last_q    <= last_term_i & field_end;
        end
    end

    // The run, cut at the borders of the map. Above, below, left or right of it: tests side by side, where bits > 0 would
    // be a chain. A tap has bits and a row has, but for the term that meets nothing (all 0), which is right of its map.
    wire signed [XB-1:0] x_to = a_cut_q ? row_bits_q : a_end_q;
    wire signed [XB-1:0] more = x_to + ~a_from_q;          // x_to - x_from - 1
    wire [BitAddr-1:0]   start = act_base_q + a_in_map_q;
    // Constants are no map: they begin at bit 0.
    wire [BitAddr+RowAddr-1:0] start_long = {{RowAddr{1'b0}}, a_in_map_q};
    reg                 b_valid_q, b_null_q, b_first_q, b_last_q;
    reg [BitAddr-1:0]   b_start_q, b_more_q;
    reg [RowAddr-1:0]   b_row_q;
    wire unused_bits = &{1'b0, load_word_i, in_map, more, x_long, start_long};

    always @(posedge clk_i) begin
        if (run_ready_i) begin
            b_null_q  <= a_outside_q | a_end_q[XB-1] | (a_end_q == {XB{1'b0}});
            b_start_q <= start;
            b_more_q  <= more[BitAddr-1:0];
            b_row_q   <= a_row_q + (constant_i ? start_long[RowAddr-1:0] : {RowAddr{1'b0}});
            b_first_q <= a_first_q;
            b_last_q  <= a_last_q;
        end
    end

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            a_valid_q <= 1'b0;
            b_valid_q <= 1'b0;
        end else if (clear_i) begin
            a_valid_q <= 1'b0;
            b_valid_q <= 1'b0;
        end else if (run_ready_i) begin
            a_valid_q <= running_o;
            b_valid_q <= a_valid_q;
        end
    end

    generate
        if (Streaming != 0) begin : gen_rest
            wire [BitAddr-1:0] row = act_base_q + y_q[BitAddr-1:0];
            wire               move = begin_i | (taken & field_end);
            synfire_rest #(.BitAddr(BitAddr), .StateAddr(StateAddr)) u_rest (
                .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i), .load_i(state_load_i), .state_i(state_i),
                .tap_bits_i(tap_bits_q), .row_bits_i(row_bits_q), .move_i(taken),
                .start_i(skips_i & (begin_i | (step & row_end & ~last_position))), .last_i(taps_y_end), .row_i(row),
                .inside_i(~outside), .step_i(step), .place_we_i(move), .place_i(begin_i ? x_start : x_next), .look_o(look),
                .reading_o(reading), .done_o(look_done), .rests_o(rests), .row_re_o(look_re_o), .row_o(look_bit_o),
                .found_i(look_bits_i), .awake_we_i(awake_we_i), .awake_addr_i(awake_addr_i), .awake_i(awake_i)
            );
            assign look_move_o = taken;
        end else begin : gen_all
            assign look        = 1'b0;
            assign reading     = 1'b0;
            assign look_done   = 1'b0;
            assign rests       = 1'b0;
            assign look_move_o = 1'b0;
            assign look_re_o   = 1'b0;
            assign look_bit_o  = {BitAddr{1'b0}};
            wire   unused      = &{1'b0, state_load_i, state_i, awake_we_i, awake_addr_i, awake_i, look_bits_i};
        end
    endgenerate

    assign run_valid_o = b_valid_q;
    assign run_null_o  = b_null_q;
    assign run_start_o = b_start_q;
    assign run_more_o  = b_more_q;
    assign run_row_o   = b_row_q;
    assign run_first_o = b_first_q;
    assign run_last_o  = b_last_q;
    assign empty_o     = ~a_valid_q & ~b_valid_q;
endmodule
