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
    parameter RowAddr  = 14
) (
    // the term
    input  wire [1:0]          format_i,
    input  wire                diagonal_i,
    input  wire [CodeAddr-1:0] code_base_i,
    // a slot
    input  wire [BitAddr-1:0]  bit_i,
    input  wire [RowAddr-1:0]  row_i,        // of the word's bit 0; diagonal: of all its bits
    output wire [CodeAddr-1:0] code_addr_o,
    output wire [3:0]          place_o,      // low bits of the bit address: place in the code word, digit of a constant
    output wire [RowAddr-1:0]  row_o
);
    wire [BitAddr-1:0]          offset      = bit_i >> (2'd3 - format_i);
    wire [BitAddr+CodeAddr-1:0] offset_long = {{CodeAddr{1'b0}}, offset};
    wire                        unused      = &{1'b0, offset_long};

    assign code_addr_o = code_base_i + offset_long[CodeAddr-1:0];
    assign place_o     = bit_i[3:0];
    assign row_o       = row_i + {{(RowAddr-5){1'b0}}, bit_i[4:0] & {5{~diagonal_i}}};
endmodule
