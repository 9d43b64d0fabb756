// SPDX-License-Identifier: Apache-2.0
// Top of the iCEBreaker (iCE40UP5K): clock, reset and pins around synfire_icebreaker_system. No logic here.
//
// The engine runs at 24 MHz from the PLL, for dense layers at 36; reset is released when the PLL has locked and the button is up.
// Simulation uses the same hierarchy: only the vendor's primitives are replaced (folder sim/).
//
//   12 MHz -> [PLL 24 MHz] -> clock        locked, button -> [reset_sync] -> reset
//   rx, tx <-> [icebreaker_system] -> lamps
//
// Latency: none of its own.
// Not reset: the PLL.
module synfire_icebreaker #(
    parameter CyclesPerBit = 24,  // 1 Mbaud at 24 MHz
    parameter TimeoutBits = 20,   // 44 ms
    parameter Lanes = 8,          // these as the other tops of this folder have them, or not at all
    parameter AccWidth = 24,
    parameter ShiftBits = 4,
    parameter WeightBits = 8,
    parameter ActAddr = 9,
    parameter CodeAddr = 11,
    parameter Vectors = 0,
    parameter [6:0] PllDivf = 7'd63,
    parameter [2:0] PllDivq = 3'd5
) (
    input  wire clk_12mhz_i,
    input  wire button_ni,
    input  wire rx_i,
    output wire tx_o,
    output wire led_error_no,
    output wire led_running_no
);
    wire clk, locked, rst_n, error, running;

    assign led_error_no = !error;
    assign led_running_no = !running;

    synfire_icebreaker_pll #(
        .Divf(PllDivf),
        .Divq(PllDivq)
    ) u_pll (
        .clk_12mhz_i(clk_12mhz_i),
        .clk_o      (clk),
        .locked_o   (locked)
    );

    synfire_reset_sync u_reset (
        .clk_i (clk),
        .rst_ni(locked && button_ni),
        .rst_no(rst_n)
    );

    synfire_icebreaker_system #(
        .CyclesPerBit(CyclesPerBit),
        .TimeoutBits (TimeoutBits),
        .Lanes       (Lanes),
        .AccWidth    (AccWidth),
        .ShiftBits   (ShiftBits),
        .WeightBits  (WeightBits),
        .ActAddr     (ActAddr),
        .CodeAddr    (CodeAddr),
        .Vectors     (Vectors)
    ) u_system (
        .clk_i    (clk),
        .rst_ni   (rst_n),
        .rx_i     (rx_i),
        .tx_o     (tx_o),
        .error_o  (error),
        .running_o(running)
    );
endmodule
