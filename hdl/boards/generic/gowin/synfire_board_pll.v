// SPDX-License-Identifier: Apache-2.0
// Clock of a board with a Gowin GW2A. hdl/syn computes the dividers from models/boards.
//
//   clk_i / Reference * Feedback = clk_o;   clk_o * Output = oscillator, 500 to 1250 MHz
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
    wire unused = &{1'b0, FromPad == 0, InputHz == 0};

    generate
        if (Output == 0) begin : gen_plain
            wire unused_numbers = &{1'b0, Reference == 0, Feedback == 0, InputMhz == ""};
            assign clk_o = clk_i;
            assign locked_o = 1'b1;
        end else begin : gen_pll
            rPLL #(
                .FCLKIN   (InputMhz),
                .DEVICE   ("GW2AR-18C"),
                .IDIV_SEL (Reference - 1),
                .FBDIV_SEL(Feedback - 1),
                .ODIV_SEL (Output)
            ) u_pll (
                .CLKIN  (clk_i),
                .CLKOUT (clk_o),
                .LOCK   (locked_o),
                .CLKFB  (1'b0),
                .RESET  (1'b0),
                .RESET_P(1'b0),
                .FBDSEL (6'd0),
                .IDSEL  (6'd0),
                .ODSEL  (6'd0),
                .PSDA   (4'd0),
                .DUTYDA (4'd0),
                .FDLY   (4'd0)
            );
        end
    endgenerate
endmodule
