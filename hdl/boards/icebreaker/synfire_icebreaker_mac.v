// SPDX-License-Identifier: Apache-2.0
// One DSP block of the iCE40UP5K: sum = c + a * b, signed, with registers at a and b.
//
// Latency: a and b 1 cycle, while en_i; c none.
// Not reset: a and b.
module synfire_icebreaker_mac (
    input  wire        clk_i,
    input  wire        en_i,
    input  wire [15:0] a_i,
    input  wire [15:0] b_i,
    input  wire [31:0] c_i,
    output wire [31:0] sum_o
);
    wire unused_co, unused_accumco, unused_signextout;

    SB_MAC16 #(
        .A_REG(1'b1),
        .B_REG(1'b1),
        .A_SIGNED(1'b1),
        .B_SIGNED(1'b1),
        .TOPOUTPUT_SELECT(2'd0),       // the adder, not registered
        .TOPADDSUB_LOWERINPUT(2'd2),   // product, high half
        .TOPADDSUB_UPPERINPUT(1'b1),   // C
        .TOPADDSUB_CARRYSELECT(2'd2),  // carry of the bottom adder
        .BOTOUTPUT_SELECT(2'd0),
        .BOTADDSUB_LOWERINPUT(2'd2),   // product, low half
        .BOTADDSUB_UPPERINPUT(1'b1),   // D
        .BOTADDSUB_CARRYSELECT(2'd0)
    ) u_dsp (
        .CLK       (clk_i),
        .CE        (en_i),
        .A         (a_i),
        .B         (b_i),
        .C         (c_i[31:16]),
        .D         (c_i[15:0]),
        .AHOLD     (1'b0),
        .BHOLD     (1'b0),
        .CHOLD     (1'b0),
        .DHOLD     (1'b0),
        .IRSTTOP   (1'b0),
        .IRSTBOT   (1'b0),
        .ORSTTOP   (1'b0),
        .ORSTBOT   (1'b0),
        .OLOADTOP  (1'b0),
        .OLOADBOT  (1'b0),
        .ADDSUBTOP (1'b0),
        .ADDSUBBOT (1'b0),
        .OHOLDTOP  (1'b0),
        .OHOLDBOT  (1'b0),
        .CI        (1'b0),
        .ACCUMCI   (1'b0),
        .SIGNEXTIN (1'b0),
        .O         (sum_o),
        .CO        (unused_co),
        .ACCUMCO   (unused_accumco),
        .SIGNEXTOUT(unused_signextout)
    );
endmodule
