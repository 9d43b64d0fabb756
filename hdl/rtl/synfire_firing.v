// SPDX-License-Identifier: Apache-2.0
// Firing half of one lane: holds a finished potential and subtracts the step's threshold where it
// fires, while the accumulator gathers the next neuron.
//
//   take_i:   v <= sum_i       k = first step
//   sign_i:   v <= v or ~v     with Firing, passes of signed codes only: the sign of the potential
//   offset_i: v <= v - offset  half the threshold of that sign
//   state_we_i: v <= state_i    engines that keep potentials: see synfire_state
//   step_i:   fire_o = v >= theta * 2^k;   v <= v - theta * 2^k where it fires; zero_i: 0
//
// Where a potential is beyond the range of codes, fire_o is the largest code's: limit_i is its bit.
//
// Latency:   fire_o is combinational from potential and threshold.
// Not reset: everything (constants are loaded before a pass, the potential when it is taken).
module synfire_firing #(
    parameter AccWidth   = 32,
    parameter WeightBits = 8,
    parameter Firing     = 0,    // 1: signed codes and limits
    parameter DigitBits  = 5 - $clog2(WeightBits)   // derived
) (
    input  wire                clk_i,
    // digits of constants, low digit first, each one sign-extended
    input  wire                const_we_i,    // threshold
    input  wire [2:0]          const_more_i,  // threshold below 0; offset from 0 on, and below 0
    input  wire [DigitBits-1:0] const_digit_i,
    input  wire signed [WeightBits-1:0] weight_i,
    input  wire                take_i,
    input  wire [AccWidth-1:0] sum_i,
    input  wire                sign_i,
    input  wire                offset_i,
    input  wire                state_we_i,
    input  wire [AccWidth-1:0] state_i,
    input  wire                zero_i,        // what fires starts again from 0
    input  wire                step_i,
    input  wire                weighted_i,    // the threshold halves from step to step
    input  wire [1:0]          limit_i,       // this step of the largest code, and of the lowest
    output wire                fire_o,
    output wire                negative_o,
    output wire [AccWidth-1:0] potential_o
);
    localparam Low = $clog2(WeightBits);   // a digit has as many bits as a weight
    reg  [AccWidth-1:0] theta_q, v_q, threshold_q;
    wire [AccWidth-1:0] rest  = v_q - threshold_q;
    wire                fires = ~v_q[AccWidth-1] & ~rest[AccWidth-1];
    integer i;

    always @(posedge clk_i) begin
        for (i = 0; i < AccWidth; i = i + 1) begin
            if (const_we_i & (i[6:Low] >= {2'b00, const_digit_i}))
                theta_q[i] <= i[6:Low] == {2'b00, const_digit_i} ? weight_i[i[Low-1:0]] : weight_i[WeightBits-1];
        end
    end

    assign potential_o = v_q;
    generate
        if (Firing == 0) begin : gen_whole
            assign fire_o     = fires;
            assign negative_o = 1'b0;
            wire   unused     = &{1'b0, const_more_i, sign_i, offset_i, limit_i, state_we_i, state_i, zero_i};
            always @(posedge clk_i) begin
                if (take_i)                   v_q <= sum_i;
                else if (step_i & fires)      v_q <= rest;
                if (take_i)                   threshold_q <= theta_q;
                else if (step_i & weighted_i) threshold_q <= threshold_q >> 1;
            end
        end else begin : gen_ranges
            reg [AccWidth-1:0] below_q, offset_q, offset_below_q;
            reg                negative_q;
            reg                level_q;   // so far the spikes are those of the largest code
            reg                beyond_q;  // the code would be larger
            wire               limit = limit_i[negative_q];
            integer            j;
            always @(posedge clk_i) begin
                for (j = 0; j < AccWidth; j = j + 1) begin
                    if (const_more_i[0] & (j[6:Low] >= {2'b00, const_digit_i}))
                        below_q[j] <= j[6:Low] == {2'b00, const_digit_i} ? weight_i[j[Low-1:0]] : weight_i[WeightBits-1];
                    if (const_more_i[1] & (j[6:Low] >= {2'b00, const_digit_i}))
                        offset_q[j] <= j[6:Low] == {2'b00, const_digit_i} ? weight_i[j[Low-1:0]] : weight_i[WeightBits-1];
                    if (const_more_i[2] & (j[6:Low] >= {2'b00, const_digit_i}))
                        offset_below_q[j] <= j[6:Low] == {2'b00, const_digit_i} ? weight_i[j[Low-1:0]] : weight_i[WeightBits-1];
                end
            end
            assign fire_o     = beyond_q ? limit : fires & (limit | ~level_q);
            assign negative_o = negative_q;
            always @(posedge clk_i) begin
                if (take_i)              v_q <= sum_i;
                else if (sign_i)         v_q <= v_q ^ {AccWidth{v_q[AccWidth-1]}};
                else if (state_we_i)     v_q <= state_i;
                else if (offset_i | (step_i & fires)) v_q <= rest & {AccWidth{~zero_i}};
                if (take_i)              threshold_q <= theta_q;
                else if (sign_i)         threshold_q <= v_q[AccWidth-1] ? offset_below_q : offset_q;
                else if (offset_i)       threshold_q <= negative_q ? below_q : theta_q;
                else if (step_i & weighted_i) threshold_q <= threshold_q >> 1;
                if (take_i)              negative_q <= 1'b0;
                else if (sign_i)         negative_q <= v_q[AccWidth-1];
                if (take_i) begin
                    level_q  <= 1'b1;
                    beyond_q <= 1'b0;
                end else if (step_i) begin
                    level_q  <= level_q & (fires == limit);
                    beyond_q <= beyond_q | (level_q & fires & ~limit);
                end
            end
        end
    endgenerate
endmodule
