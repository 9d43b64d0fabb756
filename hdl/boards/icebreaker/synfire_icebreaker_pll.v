// SPDX-License-Identifier: Apache-2.0
// Clock of the iCEBreaker: 24 MHz from the 12 MHz crystal, or what other dividers give. The numbers are those of
// `icepll -i 12 -o 24`; with Divf 47 and Divq 4 it is 36 MHz.
//
// Latency: locked_o comes when the clock is stable.
// Not reset: the PLL; it runs from power-up.
module synfire_icebreaker_pll #(
    parameter [6:0] Divf = 7'd63,
    parameter [2:0] Divq = 3'd5
) (
    input  wire clk_12mhz_i,
    output wire clk_o,
    output wire locked_o
);
    SB_PLL40_PAD #(
        .FEEDBACK_PATH("SIMPLE"),
        .DIVR(4'd0),
        .DIVF(Divf),
        .DIVQ(Divq),
        .FILTER_RANGE(3'd1)
    ) u_pll (
        .PACKAGEPIN  (clk_12mhz_i),
        .PLLOUTGLOBAL(clk_o),
        .LOCK        (locked_o),
        .RESETB      (1'b1),
        .BYPASS      (1'b0)
    );
endmodule
