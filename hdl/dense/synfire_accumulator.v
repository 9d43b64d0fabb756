// SPDX-License-Identifier: Apache-2.0
// Accumulator of one lane of the dense twin, in place of rtl/synfire_accumulator.v: multiplies its weight by the code of the
// slot, where the spiking one shifts and adds once for every spike.
//
//   weight * (code << shift) -> [operand] -> + -> sum_o -> [acc]        acc starts each word from the bias
//
// Latency:   operand 1 cycle; sum_o is combinational from operand and acc, as in the spiking engine.
// Arithmetic: two's complement, no saturation: the proven width of the population fits AccWidth. The code is shifted before it
//            is multiplied: all lanes share one shifter, and the product of 8 and 2^ShiftBits + 1 bits is one DSP block's
//            for ShiftBits up to 4.
// Not reset: everything (the bias is loaded before a pass, acc from it).
module synfire_accumulator #(
    parameter AccWidth  = 32,
    parameter ShiftBits = 5,
    parameter WeightBits = 8,
    parameter PatternBits = 16,
    parameter DigitBits = 5 - $clog2(WeightBits)   // derived
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
    input  wire [PatternBits-1:0] pattern_i,  // the code without its sign
    input  wire                load_i,        // acc <= bias; wins over add_i
    input  wire                add_i,
    output wire [AccWidth-1:0] sum_o
);
    // A shifted code is below 2^(2^ShiftBits): the image was checked.
    localparam Reach      = 1 << ShiftBits;
    localparam FactorBits = Reach < AccWidth ? Reach : AccWidth;
    localparam Spare      = AccWidth + 32;
    localparam Low        = $clog2(WeightBits);   // a digit has as many bits as a weight
    localparam Top        = WeightBits - 1;

    reg [AccWidth-1:0] bias_q, operand_q, acc_q;
    reg                carry_q;
    integer i;

    always @(posedge clk_i) begin
        for (i = 0; i < AccWidth; i = i + 1) begin
            if (const_we_i & (i[6:Low] >= {2'b00, const_digit_i}))
                bias_q[i] <= i[6:Low] == {2'b00, const_digit_i} ? weight_i[i[Low-1:0]] : weight_i[Top];
        end
    end

    wire [Spare-1:0]           code    = {{(Spare-PatternBits){1'b0}}, pattern_i} << shift_i[ShiftBits-1:0];
    wire [Spare-1:0]           reached = {{(Spare-FactorBits){1'b0}}, code[FactorBits-1:0]};
    wire signed [AccWidth-1:0] factor  = reached[AccWidth-1:0];
    wire signed [AccWidth-1:0] wide    = {{(AccWidth-WeightBits){weight_i[Top]}}, weight_i};
    wire signed [AccWidth-1:0] product = wide * factor;
    // -p = ~p + 1: the one comes in as carry.
    wire                       unused  = &{1'b0, shift_i, code, reached};
    always @(posedge clk_i) begin
        if (operand_en_i) begin
            operand_q <= (product ^ {AccWidth{negate_i}}) & {AccWidth{enable_i}};
            carry_q   <= negate_i & enable_i;
        end
    end

    assign sum_o = acc_q + operand_q + {{(AccWidth-1){1'b0}}, carry_q};
    always @(posedge clk_i) begin
        if (load_i)     acc_q <= bias_q;
        else if (add_i) acc_q <= sum_o;
    end
endmodule
