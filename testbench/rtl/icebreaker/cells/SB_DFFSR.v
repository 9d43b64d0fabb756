// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: synchronous reset.
module SB_DFFSR (
    input  wire C,
    input  wire R,
    input  wire D,
    output reg  Q
);
    always @(posedge C) Q <= D & ~R;
endmodule
