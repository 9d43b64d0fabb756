// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: enable, synchronous set (only while enabled).
module SB_DFFESS (
    input  wire C,
    input  wire E,
    input  wire S,
    input  wire D,
    output reg  Q
);
    always @(posedge C) if (E) Q <= D | S;
endmodule
