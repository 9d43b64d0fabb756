// SPDX-License-Identifier: Apache-2.0
// Active map: one bit per neuron, 32 a word. Writers set whole words or one group of Lanes bits, so
// the word is built from 32/Lanes narrow memories: no write enables per bit or byte are needed. With
// 64 lanes a group is two words, which lie in two memories: even and odd words.
//
//   word of 32 bits   [group 32/Lanes-1] ... [group 1][group 0]        one memory of Lanes bits each
//   64 lanes          [odd word][even word]                            one memory of 32 bits each, and a choice among the two
//
// Latency:   read data one cycle after re_i; held until the next read.
// Not reset: contents and rdata_o.
module synfire_act_memory #(
    parameter Lanes    = 8,
    parameter AddrBits = 10,
    parameter Parts    = Lanes > 32 ? 2 : 32 / Lanes,   // derived
    parameter PartBits = Lanes > 32 ? 32 : Lanes
) (
    input  wire                clk_i,
    input  wire [Parts-1:0]    we_i,     // one per memory
    input  wire [AddrBits-1:0] waddr_i,
    input  wire [Parts*PartBits-1:0] wdata_i,
    input  wire                re_i,
    input  wire [AddrBits-1:0] raddr_i,
    output wire [31:0]         rdata_o
);
    localparam RowBits = Lanes > 32 ? AddrBits - 1 : AddrBits;   // address bits of one memory
    wire [Parts*PartBits-1:0] rdata;
    genvar g;
    generate
        for (g = 0; g < Parts; g = g + 1) begin : gen_part
            synfire_ram #(.Width(PartBits), .AddrBits(RowBits)) u_ram (
                .clk_i   (clk_i),
                .we_i    (we_i[g]),
                .waddr_i (waddr_i[AddrBits-1 -: RowBits]),
                .wdata_i (wdata_i[g*PartBits +: PartBits]),
                .re_i    (re_i),
                .raddr_i (raddr_i[AddrBits-1 -: RowBits]),
                .rdata_o (rdata[g*PartBits +: PartBits])
            );
        end
        if (Lanes > 32) begin : gen_banks
            reg  odd_q;
            wire unused = &{1'b0, waddr_i[0]};
            always @(posedge clk_i) begin
                if (re_i) odd_q <= raddr_i[0];
            end
            assign rdata_o = odd_q ? rdata[63:32] : rdata[31:0];
        end else begin : gen_whole
            assign rdata_o = rdata;
        end
    endgenerate
endmodule
