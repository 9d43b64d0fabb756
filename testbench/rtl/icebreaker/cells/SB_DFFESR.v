// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: enable, synchronous reset (only while enabled).
module SB_DFFESR (
    input  wire C,
    input  wire E,
    input  wire R,
    input  wire D,
    output reg  Q
);
    always @(posedge C) if (E) Q <= D & ~R;
endmodule
