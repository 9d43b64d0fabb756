// SPDX-License-Identifier: Apache-2.0
// One lane: shifts its weight, adds it to the potential of one neuron, and fires the neuron that is
// finished while the next one is gathered (two banks).
//
//   weight -> [operand] -> + -> [acc] -> [v] -> v - theta*d_t -> fire
//
// Latency:   operand 1 cycle, acc 1 cycle; fire_o is combinational from v and theta.
// Arithmetic: two's complement, no saturation: the proven width of the population fits AccWidth.
// Not reset: everything (constants are loaded before a pass, acc starts from the bias).
module synfire_lane #(
    parameter AccWidth = 32
) (
    input  wire                clk_i,
    // constants: digits of bias and threshold, low digit first, each one sign-extended
    input  wire                const_bias_i,
    input  wire                const_theta_i,
    input  wire [1:0]          const_digit_i,
    // operand
    input  wire                operand_en_i,
    input  wire signed [7:0]   weight_i,
    input  wire                enable_i,
    input  wire                negate_i,
    input  wire [4:0]          shift_i,
    // adder
    input  wire                add_en_i,
    input  wire                add_first_i,
    // firing
    input  wire                take_i,
    input  wire                step_i,
    input  wire                weighted_i,
    output wire                fire_o,
    output wire [AccWidth-1:0] potential_o
);
    reg [AccWidth-1:0] bias_q, theta_q;
    reg [AccWidth-1:0] operand_q, acc_q;
    reg                carry_q;
    reg [AccWidth-1:0] v_q, threshold_q;
    integer i;

    always @(posedge clk_i) begin
        for (i = 0; i < AccWidth; i = i + 1) begin
            if (i[6:3] >= {2'b00, const_digit_i}) begin
                if (const_bias_i)
                    bias_q[i]  <= i[6:3] == {2'b00, const_digit_i} ? weight_i[i[2:0]] : weight_i[7];
                if (const_theta_i)
                    theta_q[i] <= i[6:3] == {2'b00, const_digit_i} ? weight_i[i[2:0]] : weight_i[7];
            end
        end
    end

    // -(w << s) = ~(w << s) + 1: the one comes in as carry.
    wire signed [7:0]          gated   = weight_i & {8{enable_i}};
    wire signed [AccWidth-1:0] wide    = {{(AccWidth-8){gated[7]}}, gated};
    wire signed [AccWidth-1:0] shifted = wide <<< shift_i;
    wire                       invert  = negate_i & enable_i;
    always @(posedge clk_i) begin
        if (operand_en_i) begin
            operand_q <= shifted ^ {AccWidth{invert}};
            carry_q   <= invert;
        end
    end

    wire [AccWidth-1:0] from = add_first_i ? bias_q : acc_q;
    always @(posedge clk_i) begin
        if (add_en_i) acc_q <= from + operand_q + {{(AccWidth-1){1'b0}}, carry_q};
    end

    wire [AccWidth-1:0] rest = v_q - threshold_q;
    assign fire_o      = ~v_q[AccWidth-1] & ~rest[AccWidth-1];
    assign potential_o = v_q;
    always @(posedge clk_i) begin
        if (take_i)                v_q <= acc_q;
        else if (step_i & fire_o)  v_q <= rest;
        if (take_i)                    threshold_q <= theta_q;
        else if (step_i & weighted_i)  threshold_q <= threshold_q >> 1;
    end
endmodule
