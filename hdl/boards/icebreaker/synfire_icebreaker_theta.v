// SPDX-License-Identifier: Apache-2.0
// Thresholds of a DSP block's lanes: registers, or one word of a block RAM, whose output is as good as registers and costs no
// logic cells.
//
//   theta_i, en_i -> [registers, or a word of a block RAM] -> theta_o
//
// Latency:   theta_o is what came with en_i from the next cycle on, of a memory a cycle later.
// Not reset: everything (loaded before a pass).
module synfire_icebreaker_theta #(
    parameter Width = 15,
    parameter Memory = 0
) (
    input  wire             clk_i,
    input  wire             en_i,
    input  wire [Width-1:0] theta_i,
    output wire [Width-1:0] theta_o
);
    generate
        if (Memory != 0) begin : gen_memory
            synfire_ram #(.Width(Width), .AddrBits(8)) u_ram (
                .clk_i(clk_i), .we_i(en_i), .waddr_i(8'd0), .wdata_i(theta_i), .re_i(~en_i), .raddr_i(8'd0), .rdata_o(theta_o)
            );
        end else begin : gen_registers
            reg [Width-1:0] theta_q;
            always @(posedge clk_i) begin
                if (en_i) theta_q <= theta_i;
            end
            assign theta_o = theta_q;
        end
    endgenerate
endmodule
