// SPDX-License-Identifier: Apache-2.0
// Weight memory: one row of Lanes signed weights a word, single port, written by 32-bit words. Boards may replace this
// module by one with the same ports (iCEBreaker: SPRAM).
//
//   row   lane N-1 ... lane 1 | lane 0        WeightBits each, signed: a weight, or a digit of a constant
//
// Latency:   read data one cycle after en_i with we_i 0; held until the next read.
// Not reset: contents and rdata_o.
module synfire_weight_memory #(
    parameter Lanes   = 8,
    parameter RowAddr = 14,
    parameter WeightRows = 1 << RowAddr,
    parameter WeightBits = 8,
    parameter RowWords = Lanes * WeightBits / 32   // derived
) (
    input  wire               clk_i,
    input  wire               en_i,
    input  wire [RowWords-1:0] we_i,      // one per word of the row
    input  wire [RowAddr-1:0] addr_i,
    input  wire [31:0]        wdata_i,    // for any word
    output wire [WeightBits*Lanes-1:0] rdata_o
);
    genvar g;
    generate
        for (g = 0; g < RowWords; g = g + 1) begin : gen_word
            reg [31:0] mem [0:WeightRows-1];
            reg [31:0] word_q;
            always @(posedge clk_i) begin
                if (en_i) begin
                    if (we_i[g]) mem[addr_i] <= wdata_i;
                    else         word_q <= mem[addr_i];
                end
            end
            assign rdata_o[32*g +: 32] = word_q;
        end
    endgenerate
endmodule
