// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: synchronous set.
module SB_DFFSS (
    input  wire C,
    input  wire S,
    input  wire D,
    output reg  Q
);
    always @(posedge C) Q <= D | S;
endmodule
