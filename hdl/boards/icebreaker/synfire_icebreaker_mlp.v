// SPDX-License-Identifier: Apache-2.0
// Top of the iCEBreaker for dense layers alone: less logic, hence a faster clock. Pins and protocol are those
// of synfire_icebreaker.
//
//   [icebreaker with an engine for vectors] <-> pins
//
// Latency: none of its own.
// Not reset: nothing.
module synfire_icebreaker_mlp #(
    parameter CyclesPerBit = 36,  // 1 Mbaud at 36 MHz
    parameter TimeoutBits = 21    // 58 ms
) (
    input  wire clk_12mhz_i,
    input  wire button_ni,
    input  wire rx_i,
    output wire tx_o,
    output wire led_error_no,
    output wire led_running_no
);
    synfire_icebreaker #(
        .CyclesPerBit(CyclesPerBit),
        .TimeoutBits (TimeoutBits),
        .ActAddr     (7),
        .CodeAddr    (9),
        .Vectors     (1),
        .PllDivf     (7'd47),     // 36 MHz
        .PllDivq     (3'd4)
    ) u_board (
        .clk_12mhz_i   (clk_12mhz_i),
        .button_ni     (button_ni),
        .rx_i          (rx_i),
        .tx_o          (tx_o),
        .led_error_no  (led_error_no),
        .led_running_no(led_running_no)
    );
endmodule
