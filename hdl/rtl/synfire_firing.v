// SPDX-License-Identifier: Apache-2.0
// Firing half of one lane: holds a finished potential and subtracts the step's threshold where it
// fires, while the accumulator gathers the next neuron.
//
//   take_i:  v <= sum_i        k = first step
//   step_i:  fire_o = v >= theta * 2^k;   v <= v - theta * 2^k where it fires
//
// Latency:   fire_o is combinational from potential and threshold.
// Not reset: everything (theta is loaded before a pass, the potential when it is taken).
module synfire_firing #(
    parameter AccWidth   = 32,
    parameter WeightBits = 8,
    parameter DigitBits  = 5 - $clog2(WeightBits)   // derived
) (
    input  wire                clk_i,
    // threshold digits, low digit first, each one sign-extended
    input  wire                const_we_i,
    input  wire [DigitBits-1:0] const_digit_i,
    input  wire signed [WeightBits-1:0] weight_i,
    input  wire                take_i,
    input  wire [AccWidth-1:0] sum_i,
    input  wire                step_i,
    input  wire                weighted_i,    // the threshold halves from step to step
    output wire                fire_o,
    output wire [AccWidth-1:0] potential_o
);
    localparam Low = $clog2(WeightBits);   // a digit has as many bits as a weight
    reg  [AccWidth-1:0] theta_q, v_q, threshold_q;
    wire [AccWidth-1:0] rest = v_q - threshold_q;
    integer i;

    always @(posedge clk_i) begin
        for (i = 0; i < AccWidth; i = i + 1) begin
            if (const_we_i & (i[6:Low] >= {2'b00, const_digit_i}))
                theta_q[i] <= i[6:Low] == {2'b00, const_digit_i} ? weight_i[i[Low-1:0]] : weight_i[WeightBits-1];
        end
    end

    assign fire_o      = ~v_q[AccWidth-1] & ~rest[AccWidth-1];
    assign potential_o = v_q;
    always @(posedge clk_i) begin
        if (take_i)                   v_q <= sum_i;
        else if (step_i & fire_o)     v_q <= rest;
        if (take_i)                   threshold_q <= theta_q;
        else if (step_i & weighted_i) threshold_q <= threshold_q >> 1;
    end
endmodule
