// SPDX-License-Identifier: Apache-2.0
// Stand-in for the vendor's PLL in simulation, with its port names: passes the clock on and locks after 8 cycles. The
// simulated pin is therefore clocked with the frequency behind the PLL, and the parameters do nothing.
module EHXPLLL #(
    parameter CLKI_DIV = 1,
    parameter CLKFB_DIV = 1,
    parameter CLKOP_DIV = 8,
    parameter CLKOP_CPHASE = 0,
    parameter CLKOP_ENABLE = "ENABLED",
    parameter FEEDBK_PATH = "CLKOP"
) (
    input  wire CLKI,
    input  wire CLKFB,
    output wire CLKOP,
    output wire LOCK,
    input  wire RST,
    input  wire STDBY,
    input  wire PHASESEL0,
    input  wire PHASESEL1,
    input  wire PHASEDIR,
    input  wire PHASESTEP,
    input  wire PHASELOADREG,
    input  wire PLLWAKESYNC,
    input  wire ENCLKOP
);
    reg [3:0] count_q;

    wire unused = &{1'b0, CLKFB, RST, STDBY, PHASESEL0, PHASESEL1, PHASEDIR, PHASESTEP, PHASELOADREG, PLLWAKESYNC,
                          ENCLKOP, CLKI_DIV == 0, CLKFB_DIV == 0, CLKOP_DIV == 0, CLKOP_CPHASE == 0,
                          CLKOP_ENABLE == "", FEEDBK_PATH == ""};

    assign CLKOP = CLKI;
    assign LOCK = count_q[3];

    initial count_q = 4'd0;

    always @(posedge CLKI) begin
        if (!count_q[3]) count_q <= count_q + 4'd1;
    end
endmodule
