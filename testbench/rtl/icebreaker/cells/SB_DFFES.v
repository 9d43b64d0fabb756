// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: enable, asynchronous set.
module SB_DFFES (
    input  wire C,
    input  wire E,
    input  wire S,
    input  wire D,
    output reg  Q
);
    always @(posedge C or posedge S) begin
        if (S)      Q <= 1'b1;
        else if (E) Q <= D;
    end
endmodule
