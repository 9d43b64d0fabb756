// SPDX-License-Identifier: Apache-2.0
// Clock of a board with an iCE40. hdl/syn computes the dividers from models/boards.
//
//   clk_i / Reference * Feedback = oscillator, 533 to 1066 MHz;   / Output (a power of two) = clk_o
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
    // Filter by the frequency that the phase detector compares.
    localparam integer Compared = InputHz / Reference;
    localparam [2:0] Filter = Compared < 17000000 ? 3'd1 : Compared < 26000000 ? 3'd2 : Compared < 44000000 ? 3'd3
                              : Compared < 66000000 ? 3'd4 : Compared < 101000000 ? 3'd5 : 3'd6;
    localparam integer DivR = Reference - 1;
    localparam integer DivF = Feedback - 1;
    localparam integer DivQ = $clog2(Output == 0 ? 1 : Output);

    wire unused = &{1'b0, InputMhz == ""};

    generate
        if (Output == 0) begin : gen_plain
            wire unused_numbers = &{1'b0, Filter, DivR == 0, DivF == 0, DivQ == 0, FromPad == 0};
            assign clk_o = clk_i;
            assign locked_o = 1'b1;
        end else if (FromPad != 0) begin : gen_pad
            SB_PLL40_PAD #(
                .FEEDBACK_PATH("SIMPLE"),
                .DIVR(DivR[3:0]),
                .DIVF(DivF[6:0]),
                .DIVQ(DivQ[2:0]),
                .FILTER_RANGE(Filter)
            ) u_pll (
                .PACKAGEPIN  (clk_i),
                .PLLOUTGLOBAL(clk_o),
                .LOCK        (locked_o),
                .RESETB      (1'b1),
                .BYPASS      (1'b0)
            );
        end else begin : gen_core
            SB_PLL40_CORE #(
                .FEEDBACK_PATH("SIMPLE"),
                .DIVR(DivR[3:0]),
                .DIVF(DivF[6:0]),
                .DIVQ(DivQ[2:0]),
                .FILTER_RANGE(Filter)
            ) u_pll (
                .REFERENCECLK(clk_i),
                .PLLOUTGLOBAL(clk_o),
                .LOCK        (locked_o),
                .RESETB      (1'b1),
                .BYPASS      (1'b0)
            );
        end
    endgenerate
endmodule
