// SPDX-License-Identifier: Apache-2.0
// Copy of the active map from which the bits of a whole row come at once, wherever the row begins: four memories hold every fourth
// word each, so that four words behind one another are read in one cycle, and are shifted to the row's first bit. A write of 64 lanes
// is one of two words.
//
//   word w, w+1, w+2, w+3   one from each memory, in turn   ->   128 bits   ->   >> bit of the word   ->   96 bits of a row
//
// Latency:   bits_o two cycles after the read; everything moves with move_i.
// Promise:   nothing is read in the cycle in which it is written.
// Not reset: contents and bits_o.
module synfire_look #(
    parameter Lanes   = 8,
    parameter ActAddr = 12,
    parameter Part    = Lanes > 32 ? 32 : Lanes,   // derived
    parameter Groups  = 32 / Part,
    parameter Banks   = Lanes / Part
) (
    input  wire               clk_i,
    // writes of the active map
    input  wire [Groups*Banks-1:0] we_i,
    input  wire [ActAddr-1:0] waddr_i,
    input  wire [32*Banks-1:0] wdata_i,
    // rows
    input  wire               move_i,
    input  wire               re_i,
    input  wire [ActAddr+4:0] bit_i,      // the row's first
    output reg  [95:0]        bits_o
);
    localparam Deep = ActAddr > 3 ? ActAddr - 2 : 1;
    localparam Wide = ActAddr > 3 ? ActAddr : 3;
    wire [Wide:0]   write = {{(Wide+1-ActAddr){1'b0}}, waddr_i};
    wire [Wide:0]   read  = {{(Wide+1-ActAddr){1'b0}}, bit_i[ActAddr+4:5]};
    wire [127:0]    words;
    genvar          b;
    generate
        for (b = 0; b < 4; b = b + 1) begin : gen_bank
            localparam Bank   = b;
            localparam Behind = 3 - b;
            // Memories before the first word's hold words of the next four.
            wire [2:0]      carry = {1'b0, read[1:0]} + Behind[2:0];
            wire [Deep:0]   place = read[2 +: Deep+1] + {{Deep{1'b0}}, carry[2]};
            wire            unused_bits = &{1'b0, place[Deep], carry[1:0]};
            localparam Half   = Banks > 1 ? b % 2 : 0;
            wire            ours  = (write[1] == Bank[1]) & ((Banks > 1) | (write[0] == Bank[0]));
            synfire_act_memory #(.Lanes(Part), .AddrBits(Deep)) u_words (
                .clk_i   (clk_i),
                .we_i    (we_i[Half*Groups +: Groups] & {Groups{ours}}),
                .waddr_i (write[2 +: Deep]),
                .wdata_i (wdata_i[32*Half +: 32]),
                .re_i    (re_i & move_i),
                .raddr_i (place[Deep-1:0]),
                .rdata_o (words[32*b +: 32])
            );
        end
    endgenerate

    reg  [6:0]   from_q;          // memory and bit of the row's first bit
    wire [255:0] twice   = {words, words};
    wire [127:0] in_turn = twice[{1'b0, from_q[6:5], 5'd0} +: 128];
    wire [127:0] aligned = in_turn >> from_q[4:0];
    wire unused = &{1'b0, aligned[127:96], write[Wide], read[Wide]};
    always @(posedge clk_i) begin
        if (move_i) begin
            from_q <= bit_i[6:0];
            bits_o <= aligned[95:0];
        end
    end
endmodule
