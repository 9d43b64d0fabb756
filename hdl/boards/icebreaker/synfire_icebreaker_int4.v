// SPDX-License-Identifier: Apache-2.0
// Top of the iCEBreaker with 16 lanes for weights of 4 bits. Pins, clock, protocol and memories are those of
// synfire_icebreaker; each DSP block has two lanes, whose potentials have 15 bits.
//
//   [icebreaker with 16 lanes] <-> pins
//
// Latency: none of its own.
// Not reset: nothing.
module synfire_icebreaker_int4 #(
    parameter CyclesPerBit = 24,  // 1 Mbaud at 24 MHz
    parameter TimeoutBits = 20    // 44 ms
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
        .Lanes       (16),
        .AccWidth    (15),
        .ShiftBits   (3),
        .WeightBits  (4)
    ) u_board (
        .clk_12mhz_i   (clk_12mhz_i),
        .button_ni     (button_ni),
        .rx_i          (rx_i),
        .tx_o          (tx_o),
        .led_error_no  (led_error_no),
        .led_running_no(led_running_no)
    );
endmodule
