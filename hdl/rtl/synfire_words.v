// SPDX-License-Identifier: Apache-2.0
// What the fire bank writes: patterns of a word of lanes as code words, or the potential of a lane.
//
//   patterns of all lanes -> [word number count] of 8, 4 or 2 lanes -\
//   potentials            -> [lane number count] -----------------------> [registers with HoldCodes] -> [one of four] -> code memory
//
// Latency:   combinational, or with HoldCodes a cycle.
// Not reset: words and addresses; which lane's potential is given, which first_i sets.
module synfire_words #(
    parameter Lanes       = 8,
    parameter AccWidth    = 32,
    parameter PatternBits = 16,
    parameter CodeAddr    = 14,
    parameter HoldCodes   = 1,     // a stage more
    parameter Leaving     = 0,     // 1: the patterns of words of 4 lanes come to the first four lanes, one word after the other
    parameter CountBits   = Lanes > 32 ? 7 : 6   // derived: of a number of lanes
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  clear_i,
    input  wire                  readout_i,
    input  wire [1:0]            format_i,
    input  wire                  first_i,      // the first lane's potential comes in the next cycle
    input  wire                  next_i,       // a potential is written; in the next cycle the next one's
    input  wire [CountBits-2:0]  count_i,      // words or lanes done
    input  wire                  writing_i,    // patterns are written
    input  wire [CodeAddr-1:0]   start_i,      // of the word of lanes
    input  wire [(Lanes+4)*PatternBits-1:0] patterns_i,
    input  wire [Lanes-1:0]      negative_i,
    input  wire [Lanes*AccWidth-1:0] potentials_i,
    output wire                  late_o,       // a code word is still to be written
    output wire                  code_we_o,
    output wire [CodeAddr-1:0]   code_addr_o,
    output wire [31:0]           code_data_o,
    output wire                  writes_spikes_o, // code_data_o are patterns
    output wire [31:0]           potential_o
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
    reg [31:0] word_4, word_8, word_16;
    always @* begin
        word_4  = 32'd0;
        word_8  = 32'd0;
        word_16 = 32'd0;
        for (l = 0; l < Lanes / 8; l = l + 1)
            word_4 = word_4 | (flat_4[32*l +: 32] & {32{Lanes == 8 || count_i == l[CountBits-2:0]}});
        for (l = 0; l < Lanes / 4; l = l + 1)
            word_8 = word_8 | (flat_8[32*l +: 32] & {32{Leaving != 0 ? l == 0 : count_i == l[CountBits-2:0]}});
        for (l = 0; l < Lanes / 2; l = l + 1)
            word_16 = word_16 | (flat_16[32*l +: 32] & {32{PatternBits > 8 && count_i == l[CountBits-2:0]}});
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

    reg [AccWidth-1:0] potential;
    always @* begin
        potential = {AccWidth{1'b0}};
        for (l = 0; l < Lanes; l = l + 1)
            potential = potential | (potentials_i[l*AccWidth +: AccWidth] & {AccWidth{lane[l]}});
    end
    wire [63:0] extended = {{(64-AccWidth){potential[AccWidth-1]}}, potential};

    // One of all lanes, then one of four formats: a cycle each where the lanes do not fire in their accumulators.
    wire                code_we   = writing_i | next_i;
    wire [CodeAddr-1:0] code_addr = start_i + {{(CodeAddr+1-CountBits){1'b0}}, count_i};
    generate
        if (HoldCodes != 0) begin : gen_late
            reg                we_q, spikes_q;
            reg [CodeAddr-1:0] addr_q;
            reg [31:0]         word_4_q, word_8_q, word_16_q, potential_q;
            always @(posedge clk_i or negedge rst_ni) begin
                if (!rst_ni) we_q <= 1'b0;
                else         we_q <= code_we & ~clear_i;
            end
            always @(posedge clk_i) begin
                spikes_q    <= writing_i;
                addr_q      <= code_addr;
                word_4_q    <= word_4;
                word_8_q    <= word_8;
                word_16_q   <= word_16;
                potential_q <= extended[31:0];
            end
            assign late_o          = we_q;
            assign code_we_o       = we_q;
            assign code_addr_o     = addr_q;
            assign code_data_o     = readout_i ? potential_q : format_i == 2'd0 ? word_4_q : format_i == 2'd1 ? word_8_q : word_16_q;
            assign writes_spikes_o = spikes_q;
        end else begin : gen_now
            assign late_o          = 1'b0;
            assign code_we_o       = code_we;
            assign code_addr_o     = code_addr;
            assign code_data_o     = readout_i ? extended[31:0] : format_i == 2'd0 ? word_4 : format_i == 2'd1 ? word_8 : word_16;
            assign writes_spikes_o = writing_i;
            wire   unused_hold     = &{1'b0, clk_i, rst_ni, clear_i};
        end
    endgenerate
    assign potential_o = extended[31:0];
    wire unused = &{1'b0, flat_4, flat_16, patterns_i, extended};
endmodule
