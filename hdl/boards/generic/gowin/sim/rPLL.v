// SPDX-License-Identifier: Apache-2.0
// Stand-in for the vendor's PLL in simulation, with its port names: passes the clock on and locks after 8 cycles. The
// simulated pin is therefore clocked with the frequency behind the PLL, and the parameters do nothing.
module rPLL #(
    parameter FCLKIN = "100.0",
    parameter DEVICE = "GW1N-1",
    parameter IDIV_SEL = 0,
    parameter FBDIV_SEL = 0,
    parameter ODIV_SEL = 8
) (
    input  wire CLKIN,
    output wire CLKOUT,
    output wire LOCK,
    input  wire CLKFB,
    input  wire RESET,
    input  wire RESET_P,
    input  wire [5:0] FBDSEL,
    input  wire [5:0] IDSEL,
    input  wire [5:0] ODSEL,
    input  wire [3:0] PSDA,
    input  wire [3:0] DUTYDA,
    input  wire [3:0] FDLY
);
    reg [3:0] count_q;

    wire unused = &{1'b0, CLKFB, RESET, RESET_P, FBDSEL, IDSEL, ODSEL, PSDA, DUTYDA, FDLY, FCLKIN == "", DEVICE == "",
                          IDIV_SEL == 0, FBDIV_SEL == 0, ODIV_SEL == 0};

    assign CLKOUT = CLKIN;
    assign LOCK = count_q[3];

    initial count_q = 4'd0;

    always @(posedge CLKIN) begin
        if (!count_q[3]) count_q <= count_q + 4'd1;
    end
endmodule
