// SPDX-License-Identifier: Apache-2.0
// Weight memory: one row of Lanes signed bytes a word, single port. Boards may replace this module
// by one with the same ports (iCEBreaker: SPRAM).
//
// Latency:   read data one cycle after en_i with we_i low; held until the next read.
// Not reset: contents and rdata_o.
module synfire_weight_memory #(
    parameter Lanes   = 8,
    parameter RowAddr = 14
) (
    input  wire               clk_i,
    input  wire               en_i,
    input  wire               we_i,
    input  wire [RowAddr-1:0] addr_i,
    input  wire [8*Lanes-1:0] wdata_i,
    output reg  [8*Lanes-1:0] rdata_o
);
    reg [8*Lanes-1:0] mem [0:(1 << RowAddr)-1];

    always @(posedge clk_i) begin
        if (en_i) begin
            if (we_i) mem[addr_i] <= wdata_i;
            else      rdata_o <= mem[addr_i];
        end
    end
endmodule
