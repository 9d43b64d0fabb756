// SPDX-License-Identifier: Apache-2.0
// Active map: one bit per neuron, 32 a word. Writers set whole words or one group of Lanes bits, so
// the word is built from 32/Lanes narrow memories: no write enables per bit or byte are needed.
//
//   word of 32 bits   [group 32/Lanes-1] ... [group 1][group 0]        one memory of Lanes bits each
//
// Latency:   read data one cycle after re_i; held until the next read.
// Not reset: contents and rdata_o.
module synfire_act_memory #(
    parameter Lanes    = 8,
    parameter AddrBits = 10
) (
    input  wire                clk_i,
    input  wire [32/Lanes-1:0] we_i,     // one per group of Lanes bits
    input  wire [AddrBits-1:0] waddr_i,
    input  wire [31:0]         wdata_i,
    input  wire                re_i,
    input  wire [AddrBits-1:0] raddr_i,
    output wire [31:0]         rdata_o
);
    genvar g;
    generate
        for (g = 0; g < 32 / Lanes; g = g + 1) begin : gen_part
            synfire_ram #(.Width(Lanes), .AddrBits(AddrBits)) u_ram (
                .clk_i   (clk_i),
                .we_i    (we_i[g]),
                .waddr_i (waddr_i),
                .wdata_i (wdata_i[g*Lanes +: Lanes]),
                .re_i    (re_i),
                .raddr_i (raddr_i),
                .rdata_o (rdata_o[g*Lanes +: Lanes])
            );
        end
    endgenerate
endmodule
