// SPDX-License-Identifier: Apache-2.0
// Pattern stage: takes the spike pattern of a source out of its code word, then gives its spikes one per cycle, largest
// first, while the weight row is held: weight reads are active sources, additions are spikes. While a pattern has spikes
// left, go_o holds up everything before it: the pipeline moves in lock-step, which is what makes the cycle count a closed
// form.
//
//   source -> [place: code word -> pattern] -> [pattern: its largest spike] -> [spike, what is left] -> operand of the adder
//                                                                                     weights ---^
//
// Latency:   3 cycles. Code data arrive in the first, weights with the first spike.
// Handshake: go_o says that all stages up to here take what the stage before holds.
// Not reset: everything but the valid bits.
module synfire_pattern #(
    parameter PatternBits = 16,
    parameter LaneBits    = 3,
    parameter WeightBits  = 8
) (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        clear_i,
    input  wire        freeze_i,        // the adder cannot take anything
    input  wire        freeze_next_i,   // nor in the next cycle
    // the term
    input  wire [1:0]  format_i,        // 0, 1, 2: 4, 8, 16 bits a neuron
    input  wire        weighted_i,      // a spike counts 2^k (phase), not 1 (rate)
    input  wire        signed_i,        // the top bit of the pattern is a sign
    input  wire        constant_i,      // digits of a bias: pattern 1, shift WeightBits * digit
    input  wire        pool_i,          // whole patterns are compared, one cycle each
    input  wire [2:0]  digits_i,
    input  wire [4:0]  shift_i,
    // sources
    output wire        go_o,
    output wire        go_next_o,       // in the next cycle
    input  wire        source_valid_i,
    input  wire        source_hit_i,
    input  wire        source_first_i,
    input  wire        source_last_i,
    input  wire [3:0]  source_place_i,
    input  wire [LaneBits-1:0] source_lane_i,
    input  wire [31:0] code_data_i,
    output wire        empty_o,
    // to the adder
    output wire        add_valid_o,
    output wire        add_hit_o,
    output wire        add_first_o,
    output wire        add_last_o,
    output wire        add_negate_o,
    output wire [4:0]  add_shift_o,
    output wire [LaneBits-1:0] add_lane_o,
    output wire [PatternBits-1:0] add_pattern_o   // whole pattern, for pools
);
    localparam TopBits = $clog2(PatternBits);
    localparam Low = $clog2(WeightBits);      // a digit has as many bits as a weight, a constant 4 bytes at most
    localparam DigitBits = 5 - Low;

    // The source whose code word arrives.
    reg        w_valid_q, w_hit_q, w_first_q, w_last_q;
    reg [3:0]  w_place_q;
    reg [LaneBits-1:0] w_lane_q;

    // The source whose pattern is there.
    reg        x_valid_q, x_hit_q, x_first_q, x_last_q, x_sign_q;
    reg [DigitBits-1:0] x_digit_q;
    reg [LaneBits-1:0] x_lane_q;
    reg [PatternBits-1:0] x_pattern_q;

    // The source whose spikes are given.
    reg        valid_q, hit_q, first_q, last_q, sign_q;
    reg [4:0]  shift_q;
    reg [LaneBits-1:0] lane_q;
    reg [PatternBits-1:0] rest_q;   // the spikes behind this one; the whole pattern in pools
    reg        busy_q;              // there are such spikes

    function two_of(input [3:0] b);
        two_of = (b[0] & b[1]) | (b[2] & b[3]) | ((b[0] | b[1]) & (b[2] | b[3]));
    endfunction

    function two_spikes(input [PatternBits-1:0] p);
        integer n;
        reg     any;
        begin
            two_spikes = 1'b0;
            any        = 1'b0;
            for (n = 0; n < PatternBits; n = n + 4) begin
                two_spikes = two_spikes | two_of(p[n +: 4]) | (any & (|p[n +: 4]));
                any        = any | (|p[n +: 4]);
            end
        end
    endfunction

    // The pattern in its word.
    wire        is_nibble = format_i == 2'd0;
    wire [1:0]  octet_at  = is_nibble ? w_place_q[2:1] : w_place_q[1:0];
    wire [7:0]  octet     = code_data_i[{octet_at, 3'b000} +: 8];
    wire [3:0]  nibble    = w_place_q[0] ? octet[7:4] : octet[3:0];
    wire [15:0] half      = w_place_q[0] ? code_data_i[31:16] : code_data_i[15:0];
    reg  [15:0] pattern;
    reg         sign;
    always @* begin
        // Narrow engines have no third format.
        case ({format_i[1] & (PatternBits > 8), format_i[0]})
            2'd0:    {sign, pattern} = {signed_i & nibble[3], 12'd0, nibble & {~signed_i, 3'b111}};
            2'd1:    {sign, pattern} = {signed_i & octet[7], 8'd0, octet & {~signed_i, 7'h7f}};
            default: {sign, pattern} = {signed_i & half[15], half & {~signed_i, 15'h7fff}};
        endcase
        if (constant_i) {sign, pattern} = 17'd1;
    end

    // Its spikes, largest first: the next one is of what is left, or of the next source.
    wire [PatternBits-1:0] from = busy_q ? rest_q : x_pattern_q;
    reg  [3:0]  top;
    reg  [PatternBits-1:0] rest;
    integer i;
    always @* begin
        top = 4'd0;
        for (i = 0; i < PatternBits; i = i + 1) begin
            if (from[i]) top = i[3:0];
        end
        rest = from;
        rest[top[TopBits-1:0]] = pool_i & from[top[TopBits-1:0]];
    end

    wire busy_next = freeze_i ? busy_q : two_spikes(from) & (busy_q | (x_valid_q & x_hit_q & ~pool_i));

    // It moves hundreds of registers, so it is one itself, and found a cycle ahead.
    reg go_q;
    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni)      go_q <= 1'b1;
        else if (clear_i) go_q <= 1'b1;
        else              go_q <= go_next_o;
    end
    assign go_next_o = ~freeze_next_i & ~busy_next;
    assign go_o = go_q;
    assign empty_o       = ~w_valid_q & ~x_valid_q & ~valid_q;
    assign add_valid_o   = valid_q;
    assign add_hit_o     = hit_q;
    assign add_first_o   = first_q;
    assign add_last_o    = last_q & ~busy_q;
    assign add_negate_o  = hit_q & sign_q;
    assign add_shift_o   = shift_q;
    assign add_lane_o    = lane_q;
    assign add_pattern_o = rest_q;
    wire [4:0] last_digit = ({2'b00, digits_i} << (3 - Low)) - 5'd1;
    wire unused_bits = &{1'b0, pattern, w_place_q, last_digit};

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            w_valid_q <= 1'b0;
            x_valid_q <= 1'b0;
            valid_q   <= 1'b0;
            busy_q    <= 1'b0;
        end else if (clear_i) begin
            w_valid_q <= 1'b0;
            x_valid_q <= 1'b0;
            valid_q   <= 1'b0;
            busy_q    <= 1'b0;
        end else begin
            if (go_o) begin
                w_valid_q <= source_valid_i;
                x_valid_q <= w_valid_q;
                valid_q   <= x_valid_q;
            end
            busy_q <= busy_next;
        end
    end

    always @(posedge clk_i) begin
        if (go_o) begin
            w_hit_q     <= source_hit_i;
            w_first_q   <= source_first_i;
            w_last_q    <= source_last_i;
            w_place_q   <= source_place_i;
            w_lane_q    <= source_lane_i;
            x_hit_q     <= w_hit_q;
            x_first_q   <= w_first_q;
            x_last_q    <= w_last_q;
            x_lane_q    <= w_lane_q;
            x_digit_q   <= w_place_q[DigitBits-1:0] & last_digit[DigitBits-1:0];   // bytes are 1, 2 or 4 here
            x_sign_q    <= sign;
            x_pattern_q <= pattern[PatternBits-1:0];
            hit_q       <= x_hit_q;
            last_q      <= x_last_q;
            lane_q      <= x_lane_q;
            sign_q      <= x_sign_q;
        end
        if (~freeze_i) begin
            first_q <= x_first_q & ~busy_q;
            rest_q  <= rest;
            shift_q <= constant_i ? {x_digit_q, {Low{1'b0}}} : shift_i + (weighted_i ? {1'b0, top} : 5'd0);
        end
    end
endmodule
