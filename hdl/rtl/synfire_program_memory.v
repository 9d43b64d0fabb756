// SPDX-License-Identifier: Apache-2.0
// Program memory: 64-bit words of the descriptors, written by halves.
//
//   word   [63:32] half 1 | [31:0] half 0        one memory each
//
// Latency:   read data one cycle after re_i; held until the next read.
// Not reset: contents and rdata_o.
module synfire_program_memory #(
    parameter AddrBits = 9
) (
    input  wire                clk_i,
    input  wire [1:0]          we_i,      // one per 32-bit half, the low one first
    input  wire [AddrBits-1:0] waddr_i,
    input  wire [31:0]         wdata_i,   // for either half
    input  wire                re_i,
    input  wire [AddrBits-1:0] raddr_i,
    output wire [63:0]         rdata_o
);
    genvar h;
    generate
        for (h = 0; h < 2; h = h + 1) begin : gen_half
            synfire_ram #(.Width(32), .AddrBits(AddrBits)) u_ram (
                .clk_i   (clk_i),
                .we_i    (we_i[h]),
                .waddr_i (waddr_i),
                .wdata_i (wdata_i),
                .re_i    (re_i),
                .raddr_i (raddr_i),
                .rdata_o (rdata_o[32*h +: 32])
            );
        end
    endgenerate
endmodule
