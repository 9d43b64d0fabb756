// SPDX-License-Identifier: Apache-2.0
// Stand-in for the vendor's PLL in simulation, with its port names: passes the clock on and locks after 8 cycles. The
// simulated pin is therefore clocked with the frequency behind the PLL, and the parameters do nothing.
module PLLE2_BASE #(
    parameter real CLKIN1_PERIOD = 0.0,
    parameter DIVCLK_DIVIDE = 1,
    parameter CLKFBOUT_MULT = 5,
    parameter CLKOUT0_DIVIDE = 1
) (
    input  wire CLKIN1,
    input  wire CLKFBIN,
    output wire CLKFBOUT,
    output wire CLKOUT0,
    output wire LOCKED,
    input  wire PWRDWN,
    input  wire RST
);
    reg [3:0] count_q;

    wire unused = &{1'b0, CLKFBIN, PWRDWN, RST, CLKIN1_PERIOD == 0.0, DIVCLK_DIVIDE == 0, CLKFBOUT_MULT == 0,
                          CLKOUT0_DIVIDE == 0};

    assign CLKOUT0 = CLKIN1;
    assign CLKFBOUT = CLKIN1;
    assign LOCKED = count_q[3];

    initial count_q = 4'd0;

    always @(posedge CLKIN1) begin
        if (!count_q[3]) count_q <= count_q + 4'd1;
    end
endmodule
