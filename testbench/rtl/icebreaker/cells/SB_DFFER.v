// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's flip-flop for the simulation of netlists: enable, asynchronous reset.
module SB_DFFER (
    input  wire C,
    input  wire E,
    input  wire R,
    input  wire D,
    output reg  Q
);
    always @(posedge C or posedge R) begin
        if (R)      Q <= 1'b0;
        else if (E) Q <= D;
    end
endmodule
