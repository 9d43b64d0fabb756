// SPDX-License-Identifier: Apache-2.0
// Where a source's spikes and weights lie: code word and weight row of a slot of the scanner.
//
//   slot -> code address -> code memory
//        \-> place in the code word, weight row -> pattern stage
//
// Latency:   none (combinational).
// Not reset: nothing; it holds nothing.
module synfire_source #(
    parameter BitAddr  = 15,
    parameter CodeAddr = 14,
    parameter RowAddr  = 14,
    parameter Vectors  = 0,    // 1: row_i is that of the map's bit 0
    parameter InOrder  = 0     // 1: every bit of a run comes, and a code word is read for the first of its codes alone
) (
    // the term
    input  wire [1:0]          format_i,
    input  wire                diagonal_i,
    input  wire [CodeAddr-1:0] code_base_i,
    // a slot
    input  wire [BitAddr-1:0]  bit_i,
    input  wire [RowAddr-1:0]  row_i,        // of the word's bit 0; diagonal: of all its bits
    input  wire                fresh_i,      // first slot of a word of the map
    output wire                reads_o,      // its code word is not there yet
    output wire [CodeAddr-1:0] code_addr_o,
    output wire [3:0]          place_o,      // low bits of the bit address: place in the code word, digit of a constant
    output wire [RowAddr-1:0]  row_o
);
    wire [BitAddr-1:0]          offset      = bit_i >> (2'd3 - format_i);
    wire [BitAddr+CodeAddr-1:0] offset_long = {{CodeAddr{1'b0}}, offset};
    wire                        opens       = format_i == 2'd0 ? bit_i[2:0] == 3'd0 : format_i == 2'd1 ? bit_i[1:0] == 2'd0
                                                                                   : ~bit_i[0];
    wire                        unused      = &{1'b0, offset_long, bit_long};

    assign reads_o     = (InOrder == 0) | fresh_i | opens;
    assign code_addr_o = code_base_i + offset_long[CodeAddr-1:0];
    assign place_o     = bit_i[3:0];
    wire [BitAddr+RowAddr-1:0] bit_long = {{RowAddr{1'b0}}, bit_i};
    assign row_o       = row_i + (Vectors != 0 ? bit_long[RowAddr-1:0] : {{(RowAddr-5){1'b0}}, bit_i[4:0] & {5{~diagonal_i}}});
endmodule
