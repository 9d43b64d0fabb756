// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's carry cell for the simulation of netlists.
module SB_CARRY (
    input  wire CI,
    input  wire I0,
    input  wire I1,
    output wire CO
);
    assign CO = (I0 & I1) | (CI & (I0 | I1));
endmodule
