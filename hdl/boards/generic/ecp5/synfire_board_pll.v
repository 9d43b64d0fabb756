// SPDX-License-Identifier: Apache-2.0
// Clock of a board with an ECP5. hdl/syn computes the dividers from models/boards.
//
//   clk_i / Reference * Feedback = clk_o;   clk_o * Output = oscillator, 400 to 800 MHz
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
    wire unused = &{1'b0, FromPad == 0, InputHz == 0, InputMhz == ""};

    generate
        if (Output == 0) begin : gen_plain
            wire unused_numbers = &{1'b0, Reference == 0, Feedback == 0};
            assign clk_o = clk_i;
            assign locked_o = 1'b1;
        end else begin : gen_pll
            EHXPLLL #(
                .CLKI_DIV     (Reference),
                .CLKFB_DIV    (Feedback),
                .CLKOP_DIV    (Output),
                .CLKOP_CPHASE (Output / 2),
                .CLKOP_ENABLE ("ENABLED"),
                .FEEDBK_PATH  ("CLKOP")
            ) u_pll (
                .CLKI        (clk_i),
                .CLKFB       (clk_o),
                .CLKOP       (clk_o),
                .LOCK        (locked_o),
                .RST         (1'b0),
                .STDBY       (1'b0),
                .PHASESEL0   (1'b0),
                .PHASESEL1   (1'b0),
                .PHASEDIR    (1'b0),
                .PHASESTEP   (1'b0),
                .PHASELOADREG(1'b0),
                .PLLWAKESYNC (1'b0),
                .ENCLKOP     (1'b0)
            );
        end
    endgenerate
endmodule
