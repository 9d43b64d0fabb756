// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: asynchronous reset.
module SB_DFFR (
    input  wire C,
    input  wire R,
    input  wire D,
    output reg  Q
);
    always @(posedge C or posedge R) begin
        if (R) Q <= 1'b0;
        else   Q <= D;
    end
endmodule
