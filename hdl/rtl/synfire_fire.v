// SPDX-License-Identifier: Apache-2.0
// Fire bank controller: takes finished potentials from the adder, steps the lanes through the
// window, collects their spikes as patterns and writes patterns and active bits; for read-outs it
// writes the potentials; for pools it keeps the largest patterns itself.
//
//   fire:     take | T steps | Wr writes      (the next take may coincide with the last write)
//   read-out: take | one write per lane
//   pool:     Wr writes, the first one in the cycle in which the word is full
//
// Latency:   as drawn; release_o says that the adder's word is taken in this cycle.
// Not reset: patterns, addresses.
module synfire_fire #(
    parameter Lanes       = 8,
    parameter AccWidth    = 32,
    parameter PatternBits = 16,
    parameter BitAddr     = 15,
    parameter CodeAddr    = 14
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  clear_i,
    // the pass
    input  wire                  pass_begin_i,
    input  wire [1:0]            kind_i,         // 0 fire, 1 pool, 2 read-out
    input  wire [4:0]            steps_i,
    input  wire [1:0]            format_i,
    input  wire [5:0]            lanes_i,
    input  wire [BitAddr-1:0]    act_out_i,
    input  wire [BitAddr-1:0]    act_step_i,
    input  wire [CodeAddr-1:0]   code_out_i,
    input  wire [CodeAddr-1:0]   code_step_i,
    // from the adder
    input  wire                  full_i,         // a word is finished
    output wire                  release_o,      // and taken
    input  wire                  pool_valid_i,   // a slot of a pool
    input  wire                  pool_hit_i,
    input  wire                  pool_first_i,
    input  wire [Lanes-1:0]      pool_lane_i,    // one-hot
    input  wire [PatternBits-1:0] pool_pattern_i,
    // lanes
    output wire                  take_o,
    output wire                  step_o,
    input  wire [Lanes-1:0]      fire_i,
    input  wire [Lanes*AccWidth-1:0] potentials_i,
    output wire                  idle_o,
    // memories
    output wire [32/Lanes-1:0]   act_we_o,
    output wire [BitAddr-6:0]    act_addr_o,
    output wire [31:0]           act_data_o,
    output wire                  code_we_o,
    output wire [CodeAddr-1:0]   code_addr_o,
    output wire [31:0]           code_data_o,
    output wire                  writes_spikes_o, // code_data_o are patterns
    // trace
    output wire                  word_done_o,
    output reg  [19:0]           position_o,
    output wire                  potential_we_o,
    output wire [4:0]            potential_lane_o,
    output wire [Lanes*PatternBits-1:0] patterns_o,
    output wire [Lanes-1:0]      active_o
);
    localparam Idle = 2'd0, Step = 2'd1, Write = 2'd2, Potential = 2'd3;
    localparam Groups = 32 / Lanes;
    localparam FirstWords = Lanes / 8;        // code words at 4 bits a neuron

    reg [1:0] state_q;
    reg [4:0] count_q;                        // steps, words or lanes done
    reg [BitAddr-1:0]  act_q;
    reg [CodeAddr-1:0] code_q;

    wire is_pool    = kind_i == 2'd1;
    wire is_readout = kind_i == 2'd2;
    wire pool_write = is_pool & full_i;
    wire writing    = (state_q == Write) | pool_write;
    // Lanes * B / 32 code words a word of neurons.
    wire [4:0] words      = FirstWords[4:0] << format_i;
    wire       last_word  = count_q == words - 5'd1;
    wire       last_step  = count_q == steps_i - 5'd1;
    wire       last_lane  = {1'b0, count_q} == lanes_i - 6'd1;
    wire       ends       = (writing & last_word) | ((state_q == Potential) & last_lane);
    wire       can_take   = (state_q == Idle) | ends;

    assign take_o    = full_i & ~is_pool & can_take;
    assign release_o = is_pool ? pool_write & last_word : take_o;
    assign step_o    = state_q == Step;
    assign idle_o    = (state_q == Idle) & ~full_i;

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            state_q <= Idle;
            count_q <= 5'd0;
        end else if (clear_i) begin
            state_q <= Idle;
            count_q <= 5'd0;
        end else if (take_o) begin
            state_q <= is_readout ? Potential : Step;
            count_q <= 5'd0;
        end else if (ends) begin
            state_q <= Idle;
            count_q <= 5'd0;
        end else if ((state_q == Step) & last_step) begin
            state_q <= Write;
            count_q <= 5'd0;
        end else if ((state_q != Idle) | pool_write) begin
            count_q <= count_q + 5'd1;
        end
    end

    // Where the word goes.
    wire word_end = writing & last_word;
    always @(posedge clk_i) begin
        if (pass_begin_i) begin
            act_q      <= act_out_i;
            code_q     <= code_out_i;
            position_o <= 20'd0;
        end else if (word_end) begin
            act_q      <= act_q + act_step_i;
            code_q     <= code_q + code_step_i;
            position_o <= position_o + 20'd1;
        end
    end

    // Patterns: shifted in by firing, or the largest of a pool's window.
    wire [Lanes*16-1:0] wide;
    genvar g;
    generate
        for (g = 0; g < Lanes; g = g + 1) begin : gen_pattern
            reg  [PatternBits-1:0] pattern_q;
            wire [PatternBits-1:0] kept = pool_first_i ? {PatternBits{1'b0}} : pattern_q;
            wire larger = pool_hit_i & pool_lane_i[g] & (pool_pattern_i > kept);
            always @(posedge clk_i) begin
                if (pool_valid_i)  pattern_q <= larger ? pool_pattern_i : kept;
                else if (take_o)   pattern_q <= {PatternBits{1'b0}};
                else if (step_o)   pattern_q <= {pattern_q[PatternBits-2:0], fire_i[g]};
            end
            assign patterns_o[g*PatternBits +: PatternBits] = pattern_q;
            assign active_o[g] = |pattern_q;
            assign wide[g*16 +: 16] = {{(16-PatternBits){1'b0}}, pattern_q};
        end
    endgenerate

    // Code words: format 0 packs 8 lanes a word, 1 packs 4, 2 packs 2.
    reg [31:0] packed_word;
    integer j;
    always @* begin
        packed_word = 32'd0;
        case (format_i)
            2'd0: for (j = 0; j < 8; j = j + 1)
                packed_word[j*4 +: 4] = wide[(({27'd0, count_q} * 8 + j) % Lanes) * 16 +: 4];
            2'd1: for (j = 0; j < 4; j = j + 1)
                packed_word[j*8 +: 8] = wide[(({27'd0, count_q} * 4 + j) % Lanes) * 16 +: 8];
            default: for (j = 0; j < 2; j = j + 1)
                packed_word[j*16 +: 16] = wide[(({27'd0, count_q} * 2 + j) % Lanes) * 16 +: 16];
        endcase
    end

    // Potentials, sign-extended.
    wire [4:0] lane = count_q & (Lanes[4:0] - 5'd1);
    wire [AccWidth-1:0] potential = potentials_i[lane * AccWidth +: AccWidth];
    wire [63:0] extended = {{(64-AccWidth){potential[AccWidth-1]}}, potential};
    wire unused_bits = &{1'b0, extended, wide, act_q};

    generate
        for (g = 0; g < Groups; g = g + 1) begin : gen_group
            localparam Place = g * Lanes;
            assign act_we_o[g] = word_end & (act_q[4:0] == Place[4:0]);
            assign act_data_o[g*Lanes +: Lanes] = active_o;
        end
    endgenerate
    assign act_addr_o       = act_q[BitAddr-1:5];
    assign code_we_o        = writing | (state_q == Potential);
    assign code_addr_o      = code_q + {{(CodeAddr-5){1'b0}}, count_q};
    assign code_data_o      = is_readout ? extended[31:0] : packed_word;
    assign writes_spikes_o  = writing;
    assign word_done_o      = word_end;
    assign potential_we_o   = state_q == Potential;
    assign potential_lane_o = count_q;
endmodule
