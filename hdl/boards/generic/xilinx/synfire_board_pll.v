// SPDX-License-Identifier: Apache-2.0
// Clock of a board with a Xilinx chip of the 7 series. hdl/syn computes the dividers from models/boards.
//
//   clk_i / Reference * Feedback = oscillator, 800 to 1600 MHz;   / Output = clk_o
//
// Latency: locked_o comes when the clock is stable.
// Not reset: the PLL; it runs from power-up.
module synfire_board_pll #(
    parameter Reference = 1,       // divider of the crystal
    parameter Feedback = 64,       // multiplier
    parameter Output = 0,          // divider behind the oscillator; 0: no PLL, the crystal is the clock
    parameter FromPad = 0,         // iCE40 only: the crystal is at the PLL's own pin
    parameter InputHz = 12000000,
    parameter InputMhz = "12"
) (
    input  wire clk_i,
    output wire clk_o,
    output wire locked_o
);
    wire unused = &{1'b0, FromPad == 0, InputMhz == ""};

    generate
        if (Output == 0) begin : gen_plain
            wire unused_numbers = &{1'b0, Reference == 0, Feedback == 0, InputHz == 0};
            BUFG u_buffer (
                .I(clk_i),
                .O(clk_o)
            );
            assign locked_o = 1'b1;
        end else begin : gen_pll
            wire made, feedback;
            PLLE2_BASE #(
                .CLKIN1_PERIOD (1.0e9 / InputHz),
                .DIVCLK_DIVIDE (Reference),
                .CLKFBOUT_MULT (Feedback),
                .CLKOUT0_DIVIDE(Output)
            ) u_pll (
                .CLKIN1  (clk_i),
                .CLKFBIN (feedback),
                .CLKFBOUT(feedback),
                .CLKOUT0 (made),
                .LOCKED  (locked_o),
                .PWRDWN  (1'b0),
                .RST     (1'b0)
            );
            BUFG u_buffer (
                .I(made),
                .O(clk_o)
            );
        end
    endgenerate
endmodule
