// SPDX-License-Identifier: Apache-2.0
// Lowest set bit of a word in two levels (nibble, then bit): a flat 32-bit priority chain would set
// the clock of an iCE40.
//
// Latency: none (combinational). index_o and mask_o are 0 where no bit is set.
// Not reset: nothing; it holds nothing.
module synfire_find_first (
    input  wire [31:0] bits_i,
    input  wire [7:0]  nibbles_i,  // which nibbles are not 0: a level less than finding that out
    output wire        any_o,
    output wire        more_o,   // another bit is set above the lowest one
    output wire [4:0]  index_o,
    output wire [31:0] mask_o,   // one-hot form of index_o
    output wire [7:0]  left_o    // nibbles that are not 0 without that bit
);
    wire [7:0] nibble_any = nibbles_i;
    wire [7:0] nibble_two;       // at least two bits
    wire [7:0] nibble_first;     // one-hot: the lowest nibble that is not 0
    wire [7:0] below;            // a lower nibble is not 0
    reg  [3:0] nibble;
    reg  [2:0] number;
    wire [3:0] bit_first;
    integer i;

    function two_of(input [3:0] b);
        two_of = (b[0] & b[1]) | (b[2] & b[3]) | ((b[0] | b[1]) & (b[2] | b[3]));
    endfunction

    genvar g;
    generate
        for (g = 0; g < 8; g = g + 1) begin : gen_nibble
            assign nibble_two[g] = two_of(bits_i[4*g +: 4]);
            if (g == 0) begin : gen_lowest
                assign below[g] = 1'b0;
            end else begin : gen_higher
                assign below[g] = |nibble_any[g-1:0];
            end
            assign nibble_first[g] = nibble_any[g] & ~below[g];
            assign left_o[g] = nibble_any[g] & (below[g] | nibble_two[g]);
            assign mask_o[4*g +: 4] = nibble_first[g] ? bit_first : 4'b0000;
        end
    endgenerate

    always @* begin
        nibble = 4'b0000;
        number = 3'd0;
        for (i = 0; i < 8; i = i + 1) begin
            nibble = nibble | (bits_i[4*i +: 4] & {4{nibble_first[i]}});
            number = number | (i[2:0] & {3{nibble_first[i]}});
        end
    end

    assign bit_first = {nibble[3] & ~nibble[2] & ~nibble[1] & ~nibble[0],
                        nibble[2] & ~nibble[1] & ~nibble[0], nibble[1] & ~nibble[0], nibble[0]};
    assign any_o     = |nibble_any;
    // Two bits in one nibble, or two nibbles with bits: known before the first bit is.
    assign more_o    = (|nibble_two) | two_of(nibble_any[3:0]) | two_of(nibble_any[7:4])
                     | ((|nibble_any[3:0]) & (|nibble_any[7:4]));
    assign index_o   = {number, bit_first[3] | bit_first[2], bit_first[3] | bit_first[1]};
endmodule
