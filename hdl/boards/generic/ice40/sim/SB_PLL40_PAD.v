// SPDX-License-Identifier: Apache-2.0
// Stand-in for the vendor's PLL in simulation, with its port names: passes the clock on and locks after 8 cycles. The
// simulated pin is therefore clocked with the frequency behind the PLL, and the parameters do nothing.
module SB_PLL40_PAD #(
    parameter FEEDBACK_PATH = "SIMPLE",
    parameter [3:0] DIVR = 4'd0,
    parameter [6:0] DIVF = 7'd0,
    parameter [2:0] DIVQ = 3'd0,
    parameter [2:0] FILTER_RANGE = 3'd0
) (
    input  wire PACKAGEPIN,
    output wire PLLOUTGLOBAL,
    output wire LOCK,
    input  wire RESETB,
    input  wire BYPASS
);
    reg [3:0] count_q;

    wire unused = &{1'b0, RESETB, BYPASS, FEEDBACK_PATH == "", DIVR, DIVF, DIVQ, FILTER_RANGE};

    assign PLLOUTGLOBAL = PACKAGEPIN;
    assign LOCK = count_q[3];

    initial count_q = 4'd0;

    always @(posedge PACKAGEPIN) begin
        if (!count_q[3]) count_q <= count_q + 4'd1;
    end
endmodule
