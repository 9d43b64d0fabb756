// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: enable.
module SB_DFFE (
    input  wire C,
    input  wire E,
    input  wire D,
    output reg  Q
);
    always @(posedge C) if (E) Q <= D;
endmodule
