// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: asynchronous set.
module SB_DFFS (
    input  wire C,
    input  wire S,
    input  wire D,
    output reg  Q
);
    always @(posedge C or posedge S) begin
        if (S) Q <= 1'b1;
        else   Q <= D;
    end
endmodule
