// SPDX-License-Identifier: Apache-2.0
// Two lanes of the iCEBreaker with weights of 4 bits: a DSP block multiplies two bytes by one and keeps two sums of 16 bits.
//
//   weight or theta -> [A low, A high]   2^shift -> [B]      bias -> [D, C]
//   sum = acc + A * B  or  acc - A * B                       acc <= bias | sum
//
// While it gathers, A is the weight, and acc takes the sum where the lane is enabled. While it fires, A is theta, the product
// is subtracted, and acc takes the sum where that is not negative.
//
// Latency:   A and B 1 cycle; fire_o and sums_o are combinational from them, subtract_i and acc.
// Arithmetic: two's complement, no saturation, 16 bits. Theta has 7 bits and no sign, the largest shift is 7: with potentials
//             of 15 bits nothing overflows.
// Not reset: everything (constants are loaded before a pass, acc from the bias).
module synfire_icebreaker_pair #(
    parameter ThetaMemory = 0    // 1: thetas lie in a block RAM of their own; the board must have one to spare
) (
    input  wire        clk_i,
    // constants, the first lane's on the right
    input  wire        bias_en_i,
    input  wire        theta_en_i,
    input  wire [31:0] constants_i,
    input  wire [7:0]  weights_i,
    // operands
    input  wire        operand_en_i,
    input  wire        operand_theta_i,  // A is theta, not the weight
    input  wire [7:0]  factor_i,
    input  wire        subtract_i,       // the operand that stands in A and B
    // accumulators
    input  wire        load_i,           // acc <= bias
    input  wire [1:0]  add_i,            // acc <= sum
    input  wire        step_i,           // acc <= sum, where that is not negative
    output wire [1:0]  fire_o,
    output wire [31:0] sums_o
);
    wire [6:0] low_theta, high_theta;
    wire [7:0] low  = operand_theta_i ? {1'b0, low_theta} : {{4{weights_i[3]}}, weights_i[3:0]};
    wire [7:0] high = operand_theta_i ? {1'b0, high_theta} : {{4{weights_i[7]}}, weights_i[7:4]};
    wire [1:0] update = {2{load_i}} | add_i | (fire_o & {2{step_i}});
    wire       unused_co, unused_accumco, unused_signextout;

    assign fire_o = ~{sums_o[31], sums_o[15]};

    synfire_icebreaker_theta #(.Width(14), .Memory(ThetaMemory)) u_theta (
        .clk_i(clk_i), .en_i(theta_en_i), .theta_i({constants_i[22:16], constants_i[6:0]}), .theta_o({high_theta, low_theta})
    );

    SB_MAC16 #(
        .A_REG(1'b1),
        .B_REG(1'b1),
        .C_REG(1'b1),
        .D_REG(1'b1),
        .MODE_8x8(1'b1),
        .A_SIGNED(1'b1),
        .B_SIGNED(1'b0),
        .TOPOUTPUT_SELECT(2'd0),       // the adder, not registered
        .TOPADDSUB_LOWERINPUT(2'd1),   // product of the high bytes
        .TOPADDSUB_UPPERINPUT(1'b0),   // accumulator
        .TOPADDSUB_CARRYSELECT(2'd0),
        .BOTOUTPUT_SELECT(2'd0),
        .BOTADDSUB_LOWERINPUT(2'd1),   // product of the low bytes
        .BOTADDSUB_UPPERINPUT(1'b0),   // accumulator
        .BOTADDSUB_CARRYSELECT(2'd0)
    ) u_dsp (
        .CLK       (clk_i),
        .CE        (1'b1),
        .A         ({high, low}),
        .B         ({factor_i, factor_i}),
        .C         (constants_i[31:16]),
        .D         (constants_i[15:0]),
        .AHOLD     (~operand_en_i),
        .BHOLD     (~operand_en_i),
        .CHOLD     (~bias_en_i),
        .DHOLD     (~bias_en_i),
        .IRSTTOP   (1'b0),
        .IRSTBOT   (1'b0),
        .ORSTTOP   (1'b0),
        .ORSTBOT   (1'b0),
        .OLOADTOP  (load_i),
        .OLOADBOT  (load_i),
        .ADDSUBTOP (subtract_i),
        .ADDSUBBOT (subtract_i),
        .OHOLDTOP  (~update[1]),
        .OHOLDBOT  (~update[0]),
        .CI        (1'b0),
        .ACCUMCI   (1'b0),
        .SIGNEXTIN (1'b0),
        .O         (sums_o),
        .CO        (unused_co),
        .ACCUMCO   (unused_accumco),
        .SIGNEXTOUT(unused_signextout)
    );
endmodule
