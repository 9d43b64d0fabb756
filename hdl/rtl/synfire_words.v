// SPDX-License-Identifier: Apache-2.0
// What the fire bank writes: code words of each format, and the potential of a lane.
//
//   patterns of all lanes -> [word number count] of 8, 4 or 2 lanes          potentials -> [lane number count]
//
// Latency:   none (combinational).
// Not reset: which lane's potential is given; first_i sets it.
module synfire_words #(
    parameter Lanes       = 8,
    parameter AccWidth    = 32,
    parameter PatternBits = 16,
    parameter Leaving     = 0,     // 1: the patterns of words of 4 lanes come to the first four lanes, one word after the other
    parameter CountBits   = Lanes > 32 ? 7 : 6   // derived: of a number of lanes
) (
    input  wire                  clk_i,
    input  wire                  first_i,      // the first lane's potential comes in the next cycle
    input  wire                  next_i,       // the next one's
    input  wire [CountBits-2:0]  count_i,      // words or lanes done
    input  wire [(Lanes+4)*PatternBits-1:0] patterns_i,
    input  wire [Lanes-1:0]      negative_i,
    input  wire [Lanes*AccWidth-1:0] potentials_i,
    output reg  [31:0]           word_4_o,
    output reg  [31:0]           word_8_o,
    output reg  [31:0]           word_16_o,
    output reg  [AccWidth-1:0]   potential_o
);
    // Format 0 packs 8 lanes a word, 1 packs 4, 2 packs 2. Each format is a flat vector of which a word is selected.
    localparam Nibbles = Lanes < 8 ? 8 : Lanes;   // 4 lanes have no word of the first format
    wire [Nibbles*4-1:0] flat_4;
    wire [Lanes*8-1:0]  flat_8;
    wire [Lanes*16-1:0] flat_16;
    integer l;
    genvar  g;
    generate
        for (g = 0; g < Lanes; g = g + 1) begin : gen_flat
            // A window of signed codes leaves the top bit of the format free.
            assign flat_4[4*g +: 4] = patterns_i[g*PatternBits +: 4] | {negative_i[g], 3'd0};
            if (Lanes < 8) assign flat_4[4*(Lanes+g) +: 4] = 4'd0;
            assign flat_8[8*g +: 8] = patterns_i[g*PatternBits +: 8] | {negative_i[g], 7'd0};
            assign flat_16[16*g +: 16] = {{(16-PatternBits){1'b0}}, patterns_i[g*PatternBits +: PatternBits]}
                                         | {negative_i[g], 15'd0};
        end
    endgenerate
    always @* begin
        word_4_o  = 32'd0;
        word_8_o  = 32'd0;
        word_16_o = 32'd0;
        for (l = 0; l < Lanes / 8; l = l + 1)
            word_4_o = word_4_o | (flat_4[32*l +: 32] & {32{Lanes == 8 || count_i == l[CountBits-2:0]}});
        for (l = 0; l < Lanes / 4; l = l + 1)
            word_8_o = word_8_o | (flat_8[32*l +: 32] & {32{Leaving != 0 ? l == 0 : count_i == l[CountBits-2:0]}});
        for (l = 0; l < Lanes / 2; l = l + 1)
            word_16_o = word_16_o | (flat_16[32*l +: 32] & {32{PatternBits > 8 && count_i == l[CountBits-2:0]}});
    end

    wire [Lanes-1:0] lane;
    generate
        if (Leaving != 0) begin : gen_hot
            // Found a cycle ahead: behind 16 comparisons the potential would be late.
            reg [Lanes-1:0] lane_q;
            always @(posedge clk_i) begin
                if (first_i)     lane_q <= {{(Lanes-1){1'b0}}, 1'b1};
                else if (next_i) lane_q <= lane_q << 1;
            end
            assign lane = lane_q;
        end else begin : gen_count
            for (g = 0; g < Lanes; g = g + 1) begin : gen_lane
                localparam Lane = g;
                assign lane[g] = count_i == Lane[CountBits-2:0];
            end
            wire unused_steps = &{1'b0, clk_i, first_i, next_i};
        end
    endgenerate

    always @* begin
        potential_o = {AccWidth{1'b0}};
        for (l = 0; l < Lanes; l = l + 1)
            potential_o = potential_o | (potentials_i[l*AccWidth +: AccWidth] & {AccWidth{lane[l]}});
    end
    wire unused = &{1'b0, flat_4, flat_16, patterns_i};
endmodule
