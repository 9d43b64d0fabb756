// SPDX-License-Identifier: Apache-2.0
// Accumulator of one lane on the iCEBreaker, in place of rtl/synfire_accumulator.v: one DSP block multiplies the weight by
// 2^shift or -2^shift and adds the product. Same ports, same latency, same results.
//
//   weight, +-2^shift -> [A, B] -> * -> + C -> sum_o -> [acc] -> C
//
// Latency: operand 1 cycle (registers of the DSP); sum_o is combinational from operand and acc.
// Arithmetic: two's complement, no saturation. Shifts reach 14: to a signed multiplier 2^15 is negative.
// Not reset: everything (the bias is loaded before a pass, acc from it).
module synfire_accumulator #(
    parameter AccWidth  = 26,  // at most 32
    parameter ShiftBits = 4    // at most 4
) (
    input  wire                clk_i,
    input  wire                const_we_i,
    input  wire [1:0]          const_digit_i,
    input  wire                operand_en_i,
    input  wire signed [7:0]   weight_i,
    input  wire                enable_i,
    input  wire                negate_i,
    input  wire [4:0]          shift_i,
    input  wire                load_i,
    input  wire                add_i,
    output wire [AccWidth-1:0] sum_o
);
    reg [AccWidth-1:0] bias_q, acc_q;
    integer i;

    wire [7:0]  gated  = weight_i & {8{enable_i}};
    wire [15:0] power  = 16'd1 << shift_i[ShiftBits-1:0];
    wire [15:0] minus  = 16'hFFFF << shift_i[ShiftBits-1:0];
    wire [15:0] factor = negate_i ? minus : power;
    wire [31:0] wide   = {{(32-AccWidth){1'b0}}, acc_q};
    wire [31:0] sum;
    wire        unused = &{1'b0, shift_i, sum};

    assign sum_o = sum[AccWidth-1:0];

    synfire_icebreaker_mac u_mac (
        .clk_i(clk_i),
        .en_i (operand_en_i),
        .a_i  ({{8{gated[7]}}, gated}),
        .b_i  (factor),
        .c_i  (wide),
        .sum_o(sum)
    );

    always @(posedge clk_i) begin
        if (load_i)       acc_q <= bias_q;
        else if (add_i)   acc_q <= sum_o;
    end

    always @(posedge clk_i) begin
        for (i = 0; i < AccWidth; i = i + 1) begin
            if (const_we_i & (i[6:3] >= {2'b00, const_digit_i}))
                bias_q[i] <= i[6:3] == {2'b00, const_digit_i} ? weight_i[i[2:0]] : weight_i[7];
        end
    end
endmodule
