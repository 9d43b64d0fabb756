// SPDX-License-Identifier: Apache-2.0
// One lane of the iCEBreaker: a DSP block holds bias and potential, adds weights times 2^shift, and fires.
//
//   weight or theta -> [A]   factor -> [B]      bias -> [CD]
//   sum = acc + A * B                           acc <= bias | sum
//
// While it gathers, A is the weight and B is 2^shift or -2^shift, and acc takes the sum where the lane is enabled. While it
// fires, A is theta and B is -2^k, and acc takes the sum where that is not negative: theta >= 0, so this is v >= theta * 2^k.
//
// Latency: A and B 1 cycle; fire_o and sum_o are combinational from them and acc.
// Arithmetic: two's complement, no saturation, 32 bits. Theta has 15 bits and no sign.
// Not reset: everything (constants are loaded before a pass, acc from the bias).
module synfire_icebreaker_lane #(
    parameter ThetaMemory = 0    // 1: theta lies in a block RAM of its own; the board must have one to spare
) (
    input  wire        clk_i,
    // constants
    input  wire        bias_en_i,
    input  wire        theta_en_i,
    input  wire [31:0] constant_i,
    input  wire [7:0]  weight_i,
    // operands
    input  wire        operand_en_i,
    input  wire        operand_theta_i,  // A is theta, not the weight
    input  wire [15:0] factor_i,
    // accumulator
    input  wire        load_i,           // acc <= bias
    input  wire        add_i,            // acc <= sum
    input  wire        step_i,           // acc <= sum, where that is not negative
    output wire        fire_o,
    output wire [31:0] sum_o
);
    wire [14:0] theta;
    wire [15:0] a = operand_theta_i ? {1'b0, theta} : {{8{weight_i[7]}}, weight_i};
    wire        update = load_i | add_i | (step_i & fire_o);
    wire        unused_co, unused_accumco, unused_signextout;

    assign fire_o = ~sum_o[31];

    synfire_icebreaker_theta #(.Width(15), .Memory(ThetaMemory)) u_theta (
        .clk_i(clk_i), .en_i(theta_en_i), .theta_i(constant_i[14:0]), .theta_o(theta)
    );

    SB_MAC16 #(
        .A_REG(1'b1),
        .B_REG(1'b1),
        .C_REG(1'b1),
        .D_REG(1'b1),
        .A_SIGNED(1'b1),
        .B_SIGNED(1'b1),
        .TOPOUTPUT_SELECT(2'd0),       // the adder, not registered
        .TOPADDSUB_LOWERINPUT(2'd2),   // product, high half
        .TOPADDSUB_UPPERINPUT(1'b0),   // accumulator
        .TOPADDSUB_CARRYSELECT(2'd3),  // carry of the bottom adder
        .BOTOUTPUT_SELECT(2'd0),
        .BOTADDSUB_LOWERINPUT(2'd2),   // product, low half
        .BOTADDSUB_UPPERINPUT(1'b0),   // accumulator
        .BOTADDSUB_CARRYSELECT(2'd0)
    ) u_dsp (
        .CLK       (clk_i),
        .CE        (1'b1),
        .A         (a),
        .B         (factor_i),
        .C         (constant_i[31:16]),
        .D         (constant_i[15:0]),
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
        .ADDSUBTOP (1'b0),
        .ADDSUBBOT (1'b0),
        .OHOLDTOP  (~update),
        .OHOLDBOT  (~update),
        .CI        (1'b0),
        .ACCUMCI   (1'b0),
        .SIGNEXTIN (1'b0),
        .O         (sum_o),
        .CO        (unused_co),
        .ACCUMCO   (unused_accumco),
        .SIGNEXTOUT(unused_signextout)
    );
endmodule
