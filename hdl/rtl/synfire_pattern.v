// SPDX-License-Identifier: Apache-2.0
// Pattern stage P: takes the spike pattern of a source out of its code word and gives its spikes
// one per cycle, largest first, while the weight row is held: weight reads are active sources,
// additions are spikes. While a pattern has spikes left, ready_o holds up everything before it: the
// pipeline moves in lock-step, which is what makes the cycle count a closed form.
//
// Latency:   code and weight data arrive in the cycle after a slot was taken; add_* are
//            combinational from them (the lanes register the operand).
// Not reset: everything but the valid bit.
module synfire_pattern #(
    parameter PatternBits = 16
) (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        clear_i,
    input  wire        freeze_i,        // the adder cannot take anything
    // the term
    input  wire [1:0]  format_i,        // 0, 1, 2: 4, 8, 16 bits a neuron
    input  wire        weighted_i,      // a spike counts 2^k (phase), not 1 (rate)
    input  wire        signed_i,        // the top bit of the pattern is a sign
    input  wire        constant_i,      // digits of a bias: pattern 1, shift 8 * digit
    input  wire        pool_i,          // whole patterns are compared, one cycle each
    input  wire [2:0]  digits_i,
    input  wire [4:0]  shift_i,
    // slots
    input  wire        slot_valid_i,
    output wire        slot_ready_o,
    input  wire        slot_hit_i,
    input  wire        slot_first_i,
    input  wire        slot_last_i,
    input  wire [2:0]  slot_bit_i,      // low bits of the bit address: place in the code word
    input  wire [4:0]  slot_lane_i,
    input  wire [31:0] code_data_i,
    output wire        empty_o,
    // to the adder
    output wire        add_valid_o,
    output wire        add_hit_o,
    output wire        add_first_o,
    output wire        add_last_o,
    output wire        add_negate_o,
    output wire [4:0]  add_shift_o,
    output wire [4:0]  add_lane_o,
    output wire [PatternBits-1:0] add_pattern_o   // whole pattern, for pools
);
    reg        valid_q, hit_q, first_q, last_q, more_q;
    reg [2:0]  place_q;
    reg [4:0]  lane_q;
    reg [PatternBits-1:0] rest_q;    // spikes left after the first cycle
    reg        negate_q;

    // The pattern in its word.
    wire [15:0] half  = place_q[0] ? code_data_i[31:16] : code_data_i[15:0];
    reg  [7:0]  octet;
    reg  [3:0]  nibble;
    reg  [15:0] pattern;
    reg         sign;
    always @* begin
        octet  = code_data_i[{place_q[1:0], 3'b000} +: 8];
        nibble = code_data_i[{place_q[2:0], 2'b00} +: 4];
        case (format_i)
            2'd0:    {sign, pattern} = {signed_i & nibble[3], 12'd0, nibble & {~signed_i, 3'b111}};
            2'd1:    {sign, pattern} = {signed_i & octet[7], 8'd0, octet & {~signed_i, 7'h7f}};
            default: {sign, pattern} = {signed_i & half[15], half & {~signed_i, 15'h7fff}};
        endcase
        if (constant_i) {sign, pattern} = 17'd1;
    end

    // Its spikes, largest first.
    wire [15:0] wide_rest = {{(16-PatternBits){1'b0}}, rest_q};
    wire [15:0] spikes    = more_q ? wide_rest : pattern;
    reg  [3:0]  top;
    reg  [15:0] left;
    integer i;
    always @* begin
        top = 4'd0;
        for (i = 0; i < PatternBits; i = i + 1) begin
            if (spikes[i]) top = i[3:0];
        end
        left = spikes & ~(16'd1 << top);
    end
    wire single  = (left[PatternBits-1:0] == {PatternBits{1'b0}});
    wire done    = ~hit_q | single | pool_i;
    wire [1:0] digit = place_q[1:0] & (digits_i[1:0] - 2'd1);   // digits are 1, 2 or 4 here

    assign slot_ready_o  = ~freeze_i & (~valid_q | done);
    assign empty_o       = ~valid_q;
    assign add_valid_o   = valid_q;
    assign add_hit_o     = hit_q;
    assign add_first_o   = first_q & ~more_q;
    assign add_last_o    = last_q & done;
    assign add_negate_o  = hit_q & (more_q ? negate_q : sign);
    assign add_shift_o   = constant_i ? {digit, 3'b000} : shift_i + (weighted_i ? {1'b0, top} : 5'd0);
    assign add_lane_o    = lane_q;
    assign add_pattern_o = pattern[PatternBits-1:0];
    wire unused_bits = &{1'b0, pattern, left, digits_i[2]};

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni)           valid_q <= 1'b0;
        else if (clear_i)      valid_q <= 1'b0;
        else if (slot_ready_o) valid_q <= slot_valid_i;
    end

    always @(posedge clk_i) begin
        if (slot_ready_o) begin
            hit_q   <= slot_hit_i;
            first_q <= slot_first_i;
            last_q  <= slot_last_i;
            place_q <= slot_bit_i;
            lane_q  <= slot_lane_i;
            more_q  <= 1'b0;
        end else if (~freeze_i) begin
            more_q   <= 1'b1;
            rest_q   <= left[PatternBits-1:0];
            negate_q <= add_negate_o;
        end
    end
endmodule
