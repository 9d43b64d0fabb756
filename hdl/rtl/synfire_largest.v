// SPDX-License-Identifier: Apache-2.0
// Is a pool's slot larger than what its lane has: with a comparator for each lane, or with one for all. That one serves because
// a slot of a pool names one lane; what this lane has is chosen in the cycle before.
//
//   slot -> [per lane: pattern > kept] -> lanes that keep it
//   slot -> [one for all: what the lane has, in a register] -> [pattern > kept] -> lane that keeps it
//
// Latency:   combinational, or with one comparator a cycle.
// Not reset: all; what the first slot of a word finds is nothing.
module synfire_largest #(
    parameter Lanes       = 8,
    parameter PatternBits = 16,
    parameter Firing      = 0,     // 1: signed codes, which are compared elsewhere
    parameter PerLane     = 1
) (
    input  wire                   clk_i,
    // the slot
    input  wire                   valid_i,
    input  wire                   hit_i,
    input  wire                   first_i,      // of its word
    input  wire [Lanes-1:0]       lane_i,       // one-hot or none where one comparator serves all
    input  wire [PatternBits-1:0] pattern_i,
    input  wire [Lanes*PatternBits-1:0] kept_i, // what the lanes have
    input  wire [Lanes-1:0]       larger_signed_i,
    // the same slot, with its comparison
    output wire                   keep_o,       // it has a pattern
    output wire                   clear_o,      // it is the first one
    output wire [Lanes-1:0]       lane_o,
    output wire [PatternBits-1:0] pattern_o,
    output wire [Lanes-1:0]       larger_o
);
    genvar g;
    generate
        if (PerLane != 0 || Firing != 0) begin : gen_each
            assign keep_o    = valid_i & hit_i;
            assign clear_o   = valid_i & first_i;
            assign lane_o    = lane_i;
            assign pattern_o = pattern_i;
            for (g = 0; g < Lanes; g = g + 1) begin : gen_compare
                assign larger_o[g] = Firing != 0 ? larger_signed_i[g]
                                   : first_i | (pattern_i > kept_i[g*PatternBits +: PatternBits]);
            end
            wire unused = &{1'b0, clk_i, kept_i, larger_signed_i};
        end else begin : gen_shared
            integer l;
            reg                   keep_q, clear_q;
            reg [Lanes-1:0]       lane_q;
            reg [PatternBits-1:0] kept, kept_q, pattern_q;   // of the lane; of the slot
            wire larger = pattern_q > kept_q;
            wire stays  = keep_q & larger & |(lane_q & lane_i);   // the slot before goes to the same lane
            always @* begin
                kept = {PatternBits{1'b0}};
                for (l = 0; l < Lanes; l = l + 1)
                    kept = kept | (kept_i[l*PatternBits +: PatternBits] & {PatternBits{lane_i[l] & ~clear_q}});
            end
            always @(posedge clk_i) begin
                keep_q    <= valid_i & hit_i;
                clear_q   <= valid_i & first_i;
                lane_q    <= lane_i;
                pattern_q <= pattern_i;
                kept_q    <= stays ? pattern_q : kept & {PatternBits{~first_i}};
            end
            assign keep_o    = keep_q;
            assign clear_o   = clear_q;
            assign lane_o    = lane_q;
            assign pattern_o = pattern_q;
            assign larger_o  = {Lanes{larger}};
            wire   unused    = &{1'b0, larger_signed_i};
        end
    endgenerate
endmodule
