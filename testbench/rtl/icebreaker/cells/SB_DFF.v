// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: plain.
module SB_DFF (
    input  wire C,
    input  wire D,
    output reg  Q
);
    always @(posedge C) Q <= D;
endmodule
