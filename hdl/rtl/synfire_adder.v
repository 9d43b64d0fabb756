// SPDX-License-Identifier: Apache-2.0
// Adder stage A: the lanes with what controls them. A slot is registered as operand (O), then added
// (A). A word is taken by the fire bank in the cycle in which its last slot is added; while the fire
// bank cannot take it, frozen_o holds up the whole pipeline. What is added is counted a cycle later.
//
//   slot, weights -> [O: operand, lanes enabled] -> [A: N accumulators] -> take_o -> [firing: N potentials] -> fire_o
//                          \-> pools: hit, lane, pattern ---------------------------> fire bank
//   frozen_o: the last slot of a word stands in O, and the fire bank cannot take the word
//
// Latency:   slot to accumulator 2 cycles.
// Not reset: the slot's data; only its valid bits are.
module synfire_adder #(
    parameter Lanes       = 8,
    parameter AccWidth    = 32,
    parameter PatternBits = 16,
    parameter ShiftBits   = 5,
    parameter WeightBits  = 8,
    parameter Firing      = 0,
    parameter Streaming   = 0,     // not 0: lanes have a state
    parameter Vectors     = 0,     // for boards whose adder differs then
    parameter DigitBits   = 5 - $clog2(WeightBits),  // derived
    parameter CountBits   = Lanes > 32 ? 7 : 6
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    input  wire                   clear_i,
    // the term
    input  wire                   diagonal_i,
    input  wire                   pool_i,
    input  wire                   constant_i,
    input  wire [Lanes-1:0]       lane_mask_i,
    input  wire [CountBits-1:0]   mask_count_i, // for boards that know no lanes without a weight
    // the pass
    input  wire                   pass_begin_i,
    input  wire                   signed_i,     // it fires negative spikes
    input  wire                   skips_i,      // a slot that is first and last of its word passes over a word at rest
    input  wire [9:0]             width_i,      // words a row
    input  wire [CountBits-1:0]   lanes_i,      // neurons of a word
    input  wire [CountBits-1:0]   edge_lanes_i, // of the last word of a row
    input  wire [CountBits-1:0]   edge_end_i,   // its lanes from here on lie beside the map
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
    output wire                   take_edge_o,  // with take_o: the last word of a row
    output wire                   take_again_o, // with take_o: it fires what the last word fired
    output wire                   skip_o,       // a word is passed over
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
    output wire [CountBits-1:0]   adds_o,       // lane additions for spikes
    output wire [CountBits:0]     bias_adds_o  // two words' lanes at most
);
    wire unused_kind = Vectors[0];
    reg                   valid_q, hit_q, first_q, last_q, full_q, edge_q;
    reg                   word_q;       // last slot of a word, which is no pool's
    reg [Lanes-1:0]       lane_q;
    reg [PatternBits-1:0] pattern_q;
    reg                   again_q, skip_q;
    reg                   negative_q;
    reg [CountBits-1:0]   adds_q;

    wire [Lanes-1:0] enabled;
    wire             edge_word, again;

    // Waiting at the last slot of a word for the fire bank, or after it for the writes of a pool.
    // Both move hundreds of registers, so they are registers themselves, and found a cycle ahead.
    reg    frozen_q, take_q;
    wire   skips       = skips_i & slot_first_i & slot_last_i;
    wire   word_next   = frozen_q ? word_q : slot_valid_i & slot_last_i & ~pool_i & ~skips;
    wire   full_next   = frozen_q ? full_q : valid_q & last_q & pool_i;
    assign pool_full_o = full_q;
    assign frozen_o    = frozen_q;
    assign frozen_next_o = (word_next & ~can_take_next_i) | (full_next & ~pool_written_next_i);
    assign take_o      = take_q;
    assign empty_o     = ~valid_q & ~full_q;
    wire   go          = ~frozen_o;
    wire   slot        = valid_q & go;

    synfire_enable #(.Lanes(Lanes), .WeightBits(WeightBits)) u_enable (
        .clk_i(clk_i), .pass_begin_i(pass_begin_i), .width_i(width_i), .edge_end_i(edge_end_i),
        .diagonal_i(diagonal_i), .constant_i(constant_i), .lane_mask_i(lane_mask_i),
        .go_i(go), .valid_i(slot_valid_i), .hit_i(slot_hit_i), .last_i(slot_last_i),
        .lane_i(slot_lane_i), .weights_i(weights_i),
        .lanes_o(enabled), .edge_o(edge_word), .again_o(again)
    );

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            valid_q <= 1'b0;
            word_q  <= 1'b0;
            full_q  <= 1'b0;
            frozen_q <= 1'b0;
            take_q  <= 1'b0;
        end else if (clear_i) begin
            valid_q <= 1'b0;
            word_q  <= 1'b0;
            full_q  <= 1'b0;
            frozen_q <= 1'b0;
            take_q  <= 1'b0;
        end else begin
            if (go) valid_q <= slot_valid_i;
            word_q   <= word_next;
            full_q   <= full_next;
            frozen_q <= frozen_next_o;
            take_q   <= word_next & can_take_next_i;
        end
    end

    always @(posedge clk_i) begin
        if (go) begin
            hit_q     <= slot_hit_i;
            first_q   <= slot_first_i;
            last_q    <= slot_last_i;
            lane_q    <= enabled;
            pattern_q <= slot_pattern_i;
            edge_q    <= edge_word;
            again_q   <= again & ~readout_i & ~signed_i;
            negative_q <= slot_negate_i;
            skip_q    <= skips;
        end
    end

    genvar g;
    generate
        for (g = 0; g < Lanes; g = g + 1) begin : gen_lane
            wire [AccWidth-1:0] sum;
            synfire_accumulator #(
                .AccWidth(AccWidth), .ShiftBits(ShiftBits), .WeightBits(WeightBits), .PatternBits(PatternBits)
            ) u_accumulator (
                .clk_i         (clk_i),
                .const_we_i    (const_bias_i),
                .const_digit_i (const_digit_i),
                .operand_en_i  (go),
                .weight_i      (weights_i[WeightBits*g +: WeightBits]),
                .enable_i      (enabled[g]),
                .negate_i      (slot_negate_i),
                .shift_i       (slot_shift_i),
                .pattern_i     (slot_pattern_i),
                .load_i        (take_o | preload_i),
                .add_i         (slot),
                .sum_o         (sum)
            );
            wire [AccWidth-1:0] state;
            if (Streaming != 0) begin : gen_state
                synfire_state #(.AccWidth(AccWidth), .WeightBits(WeightBits)) u_state (
                    .clk_i         (clk_i),
                    .const_we_i    (const_more_i[6:3]),
                    .const_digit_i (const_digit_i),
                    .weight_i      (weights_i[WeightBits*g +: WeightBits]),
                    .first_i       (first_step_i),
                    .load_i        (state_step_i[0]),
                    .multiply_i    (state_step_i[1]),
                    .add_i         (state_step_i[2]),
                    .memory_i      (states_i[g*AccWidth +: AccWidth]),
                    .v_i           (potentials_o[g*AccWidth +: AccWidth]),
                    .value_o       (state)
                );
            end else begin : gen_no_state
                assign state = {AccWidth{1'b0}};
            end
            synfire_firing #(.AccWidth(AccWidth), .WeightBits(WeightBits), .Firing(Firing)) u_firing (
                .clk_i         (clk_i),
                .const_we_i    (const_theta_i),
                .const_more_i  (const_more_i[2:0]),
                .const_digit_i (const_digit_i),
                .weight_i      (weights_i[WeightBits*g +: WeightBits]),
                .take_i        (take_o),
                .sum_i         (sum),
                .sign_i        (sign_i),
                .offset_i      (offset_i),
                .state_we_i    (state_step_i[2] | state_step_i[3]),
                .state_i       (state),
                .zero_i        (zero_i),
                .step_i        (step_i),
                .limit_i       (limit_i),
                .weighted_i    (weighted_i),
                .fire_o        (fire_o[g]),
                .negative_o    (negative_o[g]),
                .potential_o   (potentials_o[g*AccWidth +: AccWidth])
            );
        end
    endgenerate

    assign pool_valid_o   = slot & pool_i;
    assign pool_hit_o     = hit_q;
    assign pool_first_o   = first_q;
    assign pool_lane_o    = lane_q;
    assign pool_pattern_o = pattern_q;
    assign pool_negative_o = negative_q;

    wire spikes = slot & hit_q & ~pool_i & ~constant_i;
    wire digit  = slot & hit_q & constant_i;
    wire unused = &{1'b0, steps_i, can_take_i, pool_written_i, mask_count_i, step_next_i, state_step_i, first_step_i, states_i, const_more_i};
    assign take_edge_o  = edge_q;
    assign take_again_o = again_q;
    assign skip_o      = slot & skip_q;
    assign adding_o    = slot & hit_q;
    assign scanning_o  = slot & ~hit_q;
    // Lanes are counted in a cycle of their own: layers end later than that.
    reg [CountBits-1:0] lane_count;
    integer   i;
    always @* begin
        lane_count = {CountBits{1'b0}};
        for (i = 0; i < Lanes; i = i + 1) lane_count = lane_count + {{(CountBits-1){1'b0}}, lane_q[i]};
    end
    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni)      adds_q <= {CountBits{1'b0}};
        else if (clear_i) adds_q <= {CountBits{1'b0}};
        else              adds_q <= lane_count & {CountBits{spikes}};
    end
    assign adds_o      = adds_q;
    // A word that is taken had its bias; digits of a bias per neuron are additions of their own.
    wire [CountBits-1:0] neurons = edge_q ? edge_lanes_i : lanes_i;
    assign bias_adds_o = (take_o & digit) ? {neurons, 1'b0} : {1'b0, neurons & {CountBits{take_o | digit}}};
endmodule
