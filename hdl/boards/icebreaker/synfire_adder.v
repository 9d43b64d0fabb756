// SPDX-License-Identifier: Apache-2.0
// Adder stage of the iCEBreaker, in place of rtl/synfire_adder.v: the lanes are DSP blocks that gather and fire in one
// accumulator: 8 with weights of 8 bits, a block each, or 16 with weights of 4 bits, two in a block. A slot is registered as
// operand (O), then added (A). In the cycle of a word's last addition the pipeline stops; the lanes fire for T cycles, load the
// bias, and the next slot is added.
//
//   fire:     last slot | T steps | bias     slots + T + 1 cycles a word
//   read-out: last slot | one cycle per lane
//
// Constants lie whole in their rows, which are four: row r has those of lanes r*Lanes/4 and the next ones.
//
// Latency:   slot to accumulator 2 cycles.
// Handshake: as rtl/synfire_adder.v; potentials_o is right in the cycles of a read-out.
// Not reset: the slot's data; only its valid bits are.
module synfire_adder #(
    parameter Lanes       = 8,
    parameter AccWidth    = 26,
    parameter PatternBits = 8,
    parameter ShiftBits   = 4,
    parameter WeightBits  = 8,
    parameter Firing      = 0,  // only 0
    parameter Streaming   = 0,  // only 0
    parameter Vectors     = 0,  // 1: fewer maps leave block RAMs for thresholds
    parameter DigitBits   = 5 - $clog2(WeightBits)   // derived
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    input  wire                   clear_i,
    // the term
    input  wire                   diagonal_i,
    input  wire                   pool_i,
    input  wire                   constant_i,
    input  wire [Lanes-1:0]       lane_mask_i,
    input  wire [5:0]             mask_count_i,
    // the pass; its words have one position, so that none of their lanes lies beside the map
    input  wire                   pass_begin_i,
    input  wire                   signed_i,
    input  wire                   skips_i,
    input  wire [9:0]             width_i,
    input  wire [5:0]             lanes_i,
    input  wire [5:0]             edge_lanes_i,
    input  wire [5:0]             edge_end_i,
    // slot from the pattern stage
    input  wire                   slot_valid_i,
    input  wire                   slot_hit_i,
    input  wire                   slot_first_i,
    input  wire                   slot_last_i,
    input  wire                   slot_negate_i,
    input  wire [4:0]             slot_shift_i,
    input  wire [$clog2(Lanes)-1:0] slot_lane_i,
    input  wire [PatternBits-1:0] slot_pattern_i,
    input  wire [WeightBits*Lanes-1:0] weights_i,
    // constants of the pass
    input  wire                   const_bias_i,
    input  wire                   const_theta_i,
    input  wire [6:0]             const_more_i,   // what signed codes and states need beside: see synfire_firing, synfire_state
    input  wire [DigitBits-1:0]   const_digit_i,
    input  wire                   preload_i,    // the first word of a pass starts from the bias
    // fire bank
    output wire                   pool_full_o,  // a pool's word is complete
    input  wire                   can_take_i,
    input  wire                   can_take_next_i,
    input  wire                   pool_written_i,
    input  wire                   pool_written_next_i,
    output wire                   take_o,
    output wire                   take_edge_o,
    output wire                   take_again_o,
    output wire                   skip_o,
    input  wire                   sign_i,
    input  wire                   offset_i,
    input  wire                   step_i,
    input  wire                   step_next_i,
    input  wire [3:0]             state_step_i,  // of a word with state: load, multiply, add, limit
    input  wire                   first_step_i,  // of a sample
    input  wire                   zero_i,        // what fires starts again from 0
    input  wire [Lanes*AccWidth-1:0] states_i,   // with the load
    input  wire [1:0]             limit_i,
    input  wire                   weighted_i,
    input  wire [4:0]             steps_i,      // for boards whose lanes fire in the accumulators
    input  wire                   readout_i,
    output wire [Lanes-1:0]       fire_o,
    output wire [Lanes-1:0]       negative_o,
    output wire [Lanes*AccWidth-1:0] potentials_o,
    output wire                   pool_valid_o,
    output wire                   pool_hit_o,
    output wire                   pool_first_o,
    output wire [Lanes-1:0]       pool_lane_o,
    output wire [PatternBits-1:0] pool_pattern_o,
    output wire                   pool_negative_o,
    // state and counts
    output wire                   frozen_o,
    output wire                   frozen_next_o, // in the next cycle
    output wire                   empty_o,
    output wire                   adding_o,     // this cycle adds or compares
    output wire                   scanning_o,   // this cycle takes an empty slot
    output wire [5:0]             adds_o,       // lane additions for spikes
    output wire [6:0]             bias_adds_o
);
    reg                   valid_q, hit_q, first_q, last_q, full_q, firing_q;
    reg                   word_q;       // last slot of a word, which is no pool's
    reg [Lanes-1:0]       lane_q;
    reg [PatternBits-1:0] pattern_q;
    reg [5:0]             adds_q;

    wire [Lanes-1:0] one_hot = {{(Lanes-1){1'b0}}, 1'b1} << slot_lane_i;
    wire [Lanes-1:0] enabled = (diagonal_i ? one_hot & lane_mask_i : lane_mask_i)
                               & {Lanes{slot_hit_i & slot_valid_i}};

    // Waiting for the fire bank's writes at the last slot of a word, then for the lanes; or for the writes of a pool.
    // Whether the pipeline moves is found a cycle ahead: it stands with the last slot of a word until the lanes have fired.
    reg    frozen_q, take_q;
    wire   waits       = (word_q & ~can_take_i) | (full_q & ~pool_written_i);
    wire   fired       = firing_q & (readout_i ? can_take_i : ~step_i);
    wire   load        = preload_i | (fired & ~readout_i);
    wire   go          = ~frozen_q;
    wire   slot        = valid_q & ~waits;
    wire   word_next   = go ? slot_valid_i & slot_last_i & ~pool_i : word_q & ~take_q;
    wire   full_next   = go ? valid_q & last_q & pool_i : full_q;
    wire   firing_next = take_q | (firing_q & ~fired);
    assign pool_full_o = full_q;
    assign take_o      = take_q;
    assign frozen_o    = frozen_q;
    assign frozen_next_o = word_next | (full_next & ~pool_written_next_i)
                           | (firing_next & (readout_i ? ~can_take_next_i : step_next_i));
    assign empty_o     = ~valid_q & ~full_q & ~firing_q;

    // The factor of the next cycle: +-2^shift of a slot; -2^k of a step; 0 while a read-out is written, which stays there
    // from the take on. Behind the last slot of a word comes a step, whether it is taken now or waits: the operand is
    // chosen without can_take_i, which is late, and only its registers' enable knows it.
    reg  [3:0]  level_q;
    reg         steps_q, fires_q;    // found a cycle ahead, too
    reg         subtract_q;   // what two lanes in a block do instead of a negative factor
    wire        steps_next = firing_next & step_next_i & ~readout_i;
    wire [3:0]  shift   = fires_q ? level_q : slot_shift_i[3:0];
    wire        negate  = fires_q | slot_negate_i;
    wire        stays   = fires_q & readout_i;
    wire        operand = go | take_o | steps_q;

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            valid_q  <= 1'b0;
            word_q   <= 1'b0;
            full_q   <= 1'b0;
            firing_q <= 1'b0;
            frozen_q <= 1'b0;
            take_q   <= 1'b0;
        end else if (clear_i) begin
            valid_q  <= 1'b0;
            word_q   <= 1'b0;
            full_q   <= 1'b0;
            firing_q <= 1'b0;
            frozen_q <= 1'b0;
            take_q   <= 1'b0;
        end else begin
            if (go)            valid_q <= slot_valid_i;
            else if (take_o)   valid_q <= 1'b0;
            word_q   <= word_next;
            full_q   <= full_next;
            firing_q <= firing_next;
            frozen_q <= frozen_next_o;
            take_q   <= word_next & can_take_next_i;
        end
    end

    always @(posedge clk_i) begin
        level_q <= ~weighted_i ? 4'd0 : word_next ? steps_i[3:0] - 4'd1 : level_q - 4'd1;
        steps_q <= steps_next;
        fires_q <= word_next | steps_next;
        if (operand) subtract_q <= negate;
        if (go) begin
            hit_q     <= slot_hit_i;
            first_q   <= slot_first_i;
            last_q    <= slot_last_i;
            lane_q    <= enabled;
            pattern_q <= slot_pattern_i;
            adds_q    <= ~slot_hit_i ? 6'd0 : diagonal_i ? {5'd0, |enabled} : mask_count_i;
        end
    end

    genvar g;
    wire [Lanes-1:0] adds = lane_q & {Lanes{slot}};
    generate
        if (WeightBits == 8) begin : gen_whole
            wire [15:0] power  = 16'd1 << shift;
            wire [15:0] minus  = 16'hFFFF << shift;
            wire [15:0] factor = negate ? minus & {16{~stays}} : power;
            for (g = 0; g < Lanes; g = g + 1) begin : gen_lane
                localparam Row = g / 2;
                wire [31:0] sum;
                wire        here = const_digit_i[1:0] == Row[1:0];
                wire        unused_top = &{1'b0, sum[31:AccWidth-1]};
                synfire_icebreaker_lane #(.ThetaMemory(Vectors)) u_lane (
                    .clk_i          (clk_i),
                    .bias_en_i      (const_bias_i & here),
                    .theta_en_i     (const_theta_i & here),
                    .constant_i     (weights_i[32*(g%2) +: 32]),
                    .weight_i       (weights_i[8*g +: 8]),
                    .operand_en_i   (operand),
                    .operand_theta_i(fires_q),
                    .factor_i       (factor),
                    .load_i         (load),
                    .add_i          (adds[g]),
                    .step_i         (step_i),
                    .fire_o         (fire_o[g]),
                    .sum_o          (sum)
                );
                assign potentials_o[g*AccWidth +: AccWidth] = sum[AccWidth-1:0];
            end
        end else begin : gen_halves
            wire [7:0] factor = (8'd1 << shift[2:0]) & {8{~stays}};
            for (g = 0; g < Lanes / 2; g = g + 1) begin : gen_pair
                localparam Row = g / 2;
                wire [31:0] sums;
                wire        here = const_digit_i[1:0] == Row[1:0];
                wire        unused_top = &{1'b0, sums};
                synfire_icebreaker_pair #(.ThetaMemory(Vectors)) u_pair (
                    .clk_i          (clk_i),
                    .bias_en_i      (const_bias_i & here),
                    .theta_en_i     (const_theta_i & here),
                    .constants_i    (weights_i[32*(g%2) +: 32]),
                    .weights_i      (weights_i[8*g +: 8]),
                    .operand_en_i   (operand),
                    .operand_theta_i(fires_q),
                    .factor_i       (factor),
                    .subtract_i     (subtract_q),
                    .load_i         (load),
                    .add_i          (adds[2*g +: 2]),
                    .step_i         (step_i),
                    .fire_o         (fire_o[2*g +: 2]),
                    .sums_o         (sums)
                );
                assign potentials_o[2*g*AccWidth +: AccWidth]     = sums[AccWidth-1:0];
                assign potentials_o[(2*g+1)*AccWidth +: AccWidth] = sums[16 +: AccWidth];
            end
        end
    endgenerate

    assign pool_valid_o   = slot & pool_i;
    assign pool_hit_o     = hit_q;
    assign pool_first_o   = first_q;
    assign pool_lane_o    = lane_q;
    assign pool_pattern_o = pattern_q;
    assign pool_negative_o = 1'b0;
    assign negative_o     = {Lanes{1'b0}};

    wire spikes = slot & hit_q & ~pool_i & ~constant_i;
    wire digit  = slot & hit_q & constant_i;
    wire unused        = &{1'b0, steps_i, skips_i, slot_shift_i, shift, ShiftBits[0], const_digit_i, subtract_q, can_take_next_i,
                           pool_written_next_i, Firing[0], Streaming[0], state_step_i, first_step_i, zero_i, states_i, const_more_i, sign_i,
                           offset_i, limit_i,
                           pass_begin_i, signed_i, width_i, edge_lanes_i, edge_end_i};
    assign take_edge_o  = 1'b0;
    assign take_again_o = 1'b0;   // its lanes fire every word
    assign skip_o       = 1'b0;   // and no word is at rest
    assign adding_o    = slot & hit_q;
    assign scanning_o  = slot & ~hit_q;
    assign adds_o      = adds_q & {6{spikes}};
    // A word that is taken had its bias; digits of a bias per neuron are additions of their own.
    assign bias_adds_o = (take_o & digit) ? {lanes_i, 1'b0} : {1'b0, lanes_i & {6{take_o | digit}}};
endmodule
