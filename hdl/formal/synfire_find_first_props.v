// SPDX-License-Identifier: Apache-2.0
// What the scanner relies on, proved for all 2^32 words: the mask names exactly one set bit, the lowest; index and mask
// agree; left_o names the nibbles that have bits without it; more_o says whether clearing it leaves something. So a word that is
// scanned by clearing mask_o gives every set bit once, in ascending order, and ends.
module synfire_find_first_props (
    input wire [31:0] bits_i
);
    wire        any, more;
    wire [4:0]  index;
    wire [31:0] mask;
    wire [7:0]  nibbles, left;
    wire [31:0] rest = bits_i & ~mask;
    genvar      g;
    generate
        for (g = 0; g < 8; g = g + 1) begin : gen_nibble
            assign nibbles[g] = |bits_i[4*g +: 4];
            always @* assert (left[g] == |rest[4*g +: 4]);
        end
    endgenerate

    synfire_find_first u_find (
        .bits_i  (bits_i),
        .nibbles_i(nibbles),
        .left_o  (left),
        .any_o   (any),
        .more_o  (more),
        .index_o (index),
        .mask_o  (mask)
    );

    always @* begin
        assert (any == (bits_i != 32'd0));
        assert (mask == (any ? 32'd1 << index : 32'd0));
        assert ((mask & ~bits_i) == 32'd0);
        assert (!any || (bits_i & (mask - 32'd1)) == 32'd0);
        assert (more == ((bits_i & ~mask) != 32'd0));
    end
endmodule
