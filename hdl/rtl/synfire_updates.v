// SPDX-License-Identifier: Apache-2.0
// Neurons that are updated in a cycle, for their counter: those of the word that steps; all steps at once of a word that fires what
// the last one fired, or looks up its patterns in a table; those of a word at rest, which would have stayed as they are.
//
//   step:          lanes of the word in the bank
//   take, again:   the same, times T, a cycle later    -> sum
//   looks up:      the same, times T
//   skip:          lanes of the word passed over
//
// Latency:   none for a step, a look-up or a word at rest, one cycle for a word that fires what the last one fired.
// Not reset: all.
module synfire_updates #(
    parameter CountBits = 6,           // of a number of lanes
    parameter Streaming = 0
) (
    input  wire                 clk_i,
    input  wire [CountBits-1:0] lanes_i,
    input  wire [CountBits-1:0] edge_lanes_i,    // of the last word of a row
    input  wire [4:0]           steps_i,
    input  wire                 step_i,
    input  wire                 fire_edge_i,     // the word that steps is the last one of its row
    input  wire                 take_again_i,    // with the take
    input  wire                 looks_up_i,      // the first cycle of a word's look-ups
    input  wire                 skip_i,
    input  wire                 skip_edge_i,
    output wire [CountBits+3:0] updates_o
);
    reg                  again_q;
    always @(posedge clk_i) again_q <= take_again_i;
    wire [CountBits-1:0] fired = fire_edge_i ? edge_lanes_i : lanes_i;
    wire [CountBits+3:0] taken = {(CountBits+4){again_q | looks_up_i}} & ({4'd0, fired} * {{(CountBits-1){1'b0}}, steps_i})
                                 | {4'd0, fired & {CountBits{step_i}}};
    generate
        if (Streaming != 0) begin : gen_skipped
            wire [CountBits-1:0] rests = (skip_edge_i ? edge_lanes_i : lanes_i) & {CountBits{skip_i}};
            assign updates_o = taken + {4'd0, rests};
        end else begin : gen_taken
            wire   unused    = &{1'b0, skip_i, skip_edge_i};
            assign updates_o = taken;
        end
    endgenerate
endmodule
