// SPDX-License-Identifier: Apache-2.0
// Weight stage: holds the row that the memory gave beside the source whose spikes are added, since a large memory and the
// lanes' shifters together would set the clock. Constants come through it as well, so what they are goes along.
//
//   weight memory -> [row] -> lanes          Hold 0: weight memory -> lanes
//
// Latency:   1 cycle of go_i for rows, 1 cycle for const_*; none where Hold is 0.
// Not reset: everything.
module synfire_weight_stage #(
    parameter Lanes = 8,
    parameter Hold  = 1,    // 0: a board's lanes hold their weights themselves
    parameter WeightBits = 8,
    parameter DigitBits = 5 - $clog2(WeightBits)   // derived
) (
    input  wire               clk_i,
    input  wire               go_i,
    input  wire [WeightBits*Lanes-1:0] weights_i,
    input  wire               const_bias_i,
    input  wire               const_theta_i,
    input  wire [6:0]         const_more_i,
    input  wire [DigitBits-1:0] const_digit_i,
    output wire [WeightBits*Lanes-1:0] weights_o,
    output wire               const_bias_o,
    output wire               const_theta_o,
    output wire [6:0]         const_more_o,
    output wire [DigitBits-1:0] const_digit_o
);
    generate
        if (Hold != 0) begin : gen_hold
            reg [WeightBits*Lanes-1:0] weights_q;
            reg               bias_q, theta_q;
            reg [6:0]         more_q;
            reg [DigitBits-1:0] digit_q;
            // Nothing is held up while constants arrive.
            always @(posedge clk_i) begin
                if (go_i) weights_q <= weights_i;
                bias_q  <= const_bias_i;
                theta_q <= const_theta_i;
                more_q  <= const_more_i;
                digit_q <= const_digit_i;
            end
            assign weights_o     = weights_q;
            assign const_bias_o  = bias_q;
            assign const_theta_o = theta_q;
            assign const_more_o  = more_q;
            assign const_digit_o = digit_q;
        end else begin : gen_pass
            wire unused = &{1'b0, clk_i, go_i};
            assign weights_o     = weights_i;
            assign const_bias_o  = const_bias_i;
            assign const_theta_o = const_theta_i;
            assign const_more_o  = const_more_i;
            assign const_digit_o = const_digit_i;
        end
    endgenerate
endmodule
