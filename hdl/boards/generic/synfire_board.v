// SPDX-License-Identifier: Apache-2.0
// Top of every board that is described by its JSON file alone (models/boards): clock, reset and pins around
// synfire_board_system. No logic here but the levels of button and lamps.
//
// hdl/syn wraps it in a top of the board's name, with the parameters that follow from the file; it is simulated as it
// is here, and only the vendor's PLL is a model (folders sim/ of the families).
//
//   crystal -> [board_pll] -> clock           locked, button -> [reset_sync] -> reset
//   rx, tx <-> [board_system] -> lamps
//
// Latency: none of its own.
// Not reset: the PLL.
module synfire_board #(
    parameter CyclesPerBit = 24,   // clock / baud
    parameter TimeoutBits = 20,    // of the link: 2^TimeoutBits cycles
    parameter ButtonLow = 1,       // 1: the button pulls its pin low
    parameter LedLow = 1,          // 1: a lamp lights at a low pin
    parameter PllReference = 1,    // clock = crystal / PllReference * PllFeedback / PllOutput, as the family counts
    parameter PllFeedback = 64,
    parameter PllOutput = 0,       // 0: no PLL
    parameter PllFromPad = 0,
    parameter InputHz = 12000000,  // crystal
    parameter InputMhz = "12",     // the same, for tools that want a text
    parameter Lanes = 8,           // from here on those of synfire_core
    parameter AccWidth = 24,
    parameter PatternBits = 8,
    parameter ActAddr = 9,
    parameter CodeAddr = 11,
    parameter RowAddr = 12,
    parameter DescAddr = 8,
    parameter ShiftBits = 4,
    parameter SharedAdder = 0,
    parameter WeightBits = 8,
    parameter WeightRows = 0,
    parameter Arithmetic = 0,
    parameter Firing = 0,
    parameter Streaming = 0,
    parameter Vectors = 0,
    parameter TableAddr = 0,
    parameter SmallBus = 0
) (
    input  wire clk_i,
    input  wire button_i,
    input  wire rx_i,
    output wire tx_o,
    output wire led_error_o,    // an error of the line
    output wire led_running_o   // a program runs or its results wait
);
    wire clk, locked, rst_n, error, running;
    wire pressed = button_i ^ (ButtonLow != 0);

    assign led_error_o = error ^ (LedLow != 0);
    assign led_running_o = running ^ (LedLow != 0);

    synfire_board_pll #(
        .Reference(PllReference),
        .Feedback (PllFeedback),
        .Output   (PllOutput),
        .FromPad  (PllFromPad),
        .InputHz  (InputHz),
        .InputMhz (InputMhz)
    ) u_pll (
        .clk_i   (clk_i),
        .clk_o   (clk),
        .locked_o(locked)
    );

    synfire_reset_sync u_reset (
        .clk_i (clk),
        .rst_ni(locked && !pressed),
        .rst_no(rst_n)
    );

    synfire_board_system #(
        .CyclesPerBit(CyclesPerBit),
        .TimeoutBits (TimeoutBits),
        .Lanes       (Lanes),
        .AccWidth    (AccWidth),
        .PatternBits (PatternBits),
        .ActAddr     (ActAddr),
        .CodeAddr    (CodeAddr),
        .RowAddr     (RowAddr),
        .DescAddr    (DescAddr),
        .ShiftBits   (ShiftBits),
        .SharedAdder (SharedAdder),
        .WeightBits  (WeightBits),
        .WeightRows  (WeightRows),
        .Arithmetic  (Arithmetic),
        .Firing      (Firing),
        .Streaming   (Streaming),
        .Vectors     (Vectors),
        .TableAddr   (TableAddr),
        .SmallBus    (SmallBus)
    ) u_system (
        .clk_i    (clk),
        .rst_ni   (rst_n),
        .rx_i     (rx_i),
        .tx_o     (tx_o),
        .error_o  (error),
        .running_o(running)
    );
endmodule
