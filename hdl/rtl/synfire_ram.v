// SPDX-License-Identifier: Apache-2.0
// Memory with one write and one read port.
//
// Latency:   read data one cycle after re_i; they are held until the next read.
// Promise:   the engine never reads and writes one address in the same cycle.
// Not reset: contents and rdata_o. Clearing in reset would forbid block RAM.
module synfire_ram #(
    parameter Width    = 32,
    parameter AddrBits = 10
) (
    input  wire                clk_i,
    input  wire                we_i,
    input  wire [AddrBits-1:0] waddr_i,
    input  wire [Width-1:0]    wdata_i,
    input  wire                re_i,
    input  wire [AddrBits-1:0] raddr_i,
    output reg  [Width-1:0]    rdata_o
);
    // Collisions are excluded by the engine (see above): without this Yosys builds bypass logic.
    (* no_rw_check *)
    reg [Width-1:0] mem [0:(1 << AddrBits)-1];

    always @(posedge clk_i) begin
        if (we_i) mem[waddr_i] <= wdata_i;
    end

    always @(posedge clk_i) begin
        if (re_i) rdata_o <= mem[raddr_i];
    end
endmodule
