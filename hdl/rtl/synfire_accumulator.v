// SPDX-License-Identifier: Apache-2.0
// Accumulator of one lane: shifts its weight and adds it to the potential of one neuron. Boards may
// replace this module by one with the same ports (hdl/dense: it multiplies).
//
//   weight -> [operand] -> + -> sum_o -> [acc]        acc starts each word from the bias
//
// Latency:   operand 1 cycle; sum_o is combinational from operand and acc, so that the word can be
//            taken in the cycle of its last addition.
// Arithmetic: two's complement, no saturation: the proven width of the population fits AccWidth.
// Not reset: everything (the bias is loaded before a pass, acc from it).
module synfire_accumulator #(
    parameter AccWidth   = 32,
    parameter ShiftBits  = 5,
    parameter WeightBits = 8,
    parameter PatternBits = 16,
    parameter DigitBits  = 5 - $clog2(WeightBits)   // derived
) (
    input  wire                clk_i,
    // bias digits, low digit first, each one sign-extended
    input  wire                const_we_i,
    input  wire [DigitBits-1:0] const_digit_i,
    input  wire                operand_en_i,
    input  wire signed [WeightBits-1:0] weight_i,
    input  wire                enable_i,
    input  wire                negate_i,
    input  wire [4:0]          shift_i,
    input  wire [PatternBits-1:0] pattern_i,  // whole pattern, for lanes that multiply
    input  wire                load_i,        // acc <= bias; wins over add_i
    input  wire                add_i,
    output wire [AccWidth-1:0] sum_o
);
    localparam Low = $clog2(WeightBits);   // a digit has as many bits as a weight
    localparam Top = WeightBits - 1;
    reg [AccWidth-1:0] bias_q, operand_q, acc_q;
    reg                carry_q;
    integer i;

    always @(posedge clk_i) begin
        for (i = 0; i < AccWidth; i = i + 1) begin
            if (const_we_i & (i[6:Low] >= {2'b00, const_digit_i}))
                bias_q[i] <= i[6:Low] == {2'b00, const_digit_i} ? weight_i[i[Low-1:0]] : weight_i[Top];
        end
    end

    // -(w << s) = ~(w << s) + 1: the one comes in as carry.
    wire signed [AccWidth-1:0] wide    = {{(AccWidth-WeightBits){weight_i[Top]}}, weight_i};
    wire signed [AccWidth-1:0] shifted = wide <<< shift_i[ShiftBits-1:0];
    wire                       unused  = &{1'b0, shift_i, pattern_i};
    always @(posedge clk_i) begin
        if (operand_en_i) begin
            operand_q <= (shifted ^ {AccWidth{negate_i}}) & {AccWidth{enable_i}};
            carry_q   <= negate_i & enable_i;
        end
    end

    assign sum_o = acc_q + operand_q + {{(AccWidth-1){1'b0}}, carry_q};
    always @(posedge clk_i) begin
        if (load_i)     acc_q <= bias_q;
        else if (add_i) acc_q <= sum_o;
    end
endmodule
