// SPDX-License-Identifier: Apache-2.0
// Lanes of a slot: those of the term's mask, or the one that a bit of a diagonal term names; without those whose weight is
// none (-128 with 8 bits, which no weight is: the row leaves the lane out), and in the last word of a row without those beside the map.
//
//   word of N lanes   [position G-1] ... [position 1][position 0]       in the last word of a row, the upper ones
//                                                                       may lie beside the map: lanes from edge_end_i on
//
// Latency:   combinational from the slot; go_i with the last slot of a word counts the word. The header, pass_begin_i among it,
//            comes at least a cycle before the pass's first slot.
// Not reset: everything (set by pass_begin_i).
module synfire_enable #(
    parameter Lanes = 8,
    parameter WeightBits = 8,
    parameter CountBits = Lanes > 32 ? 7 : 6   // derived
) (
    input  wire               clk_i,
    // the pass
    input  wire               pass_begin_i,
    input  wire [9:0]         width_i,      // words a row
    input  wire [CountBits-1:0] edge_end_i,
    // the term
    input  wire               diagonal_i,
    input  wire               constant_i,   // digits may have that value
    input  wire [Lanes-1:0]   lane_mask_i,
    // the slot
    input  wire               go_i,         // it is taken
    input  wire               valid_i,
    input  wire               hit_i,
    input  wire               last_i,
    input  wire [$clog2(Lanes)-1:0] lane_i,
    input  wire [WeightBits*Lanes-1:0] weights_i,
    output wire [Lanes-1:0]   lanes_o,      // lanes that add
    output wire               edge_o,       // the word is the last one of its row
    output wire               again_o       // with the last slot of a word: nothing was added to it, nor to the word before, and
                                            // as many of their lanes are in the map: both fire what the bias fires
);
    localparam [WeightBits-1:0] None = {1'b1, {(WeightBits-1){1'b0}}};
    // Lanes beside the map are found a cycle ahead, each in a register: they are the first of many conditions.
    reg  [9:0] column_q;                    // of the word, from 1
    reg        edge_q;
    reg  [Lanes-1:0] beside_q;
    wire [9:0] column    = pass_begin_i ? 10'd1 : ~(go_i & valid_i & last_i) ? column_q : edge_o ? 10'd1 : column_q + 10'd1;
    wire       edge_next = column == width_i;
    assign edge_o = edge_q;
    always @(posedge clk_i) begin
        column_q <= column;
        edge_q   <= edge_next;
    end

    // Words without an addition.
    reg  begins_q, empty_q, kept_q, kept_edge_q;   // a word begins; so far without one; the word before
    wire empty = ~hit_i & (begins_q | empty_q);
    wire whole = edge_end_i[$clog2(Lanes)];        // no lane of any word lies beside the map
    assign again_o = empty & kept_q & (whole | (edge_o == kept_edge_q));
    always @(posedge clk_i) begin
        if (pass_begin_i) begin
            begins_q <= 1'b1;
            kept_q   <= 1'b0;
        end else if (go_i & valid_i) begin
            begins_q <= last_i;
            empty_q  <= empty;
            if (last_i) kept_q      <= empty;
            if (last_i) kept_edge_q <= edge_o;
        end
    end

    wire [Lanes-1:0] one_hot = {{(Lanes-1){1'b0}}, 1'b1} << lane_i;
    wire             exact   = diagonal_i | constant_i;
    wire [Lanes-1:0] masked  = (diagonal_i ? one_hot & lane_mask_i : lane_mask_i) & {Lanes{hit_i & valid_i}};

    genvar g;
    generate
        for (g = 0; g < Lanes; g = g + 1) begin : gen_lane
            localparam Lane = g;
            wire none   = ~exact & (weights_i[WeightBits*g +: WeightBits] == None);
            always @(posedge clk_i) beside_q[g] <= edge_next & (Lane[CountBits-1:0] >= edge_end_i);
            assign lanes_o[g] = masked[g] & ~none & ~beside_q[g];
        end
    endgenerate
endmodule
