// SPDX-License-Identifier: Apache-2.0
// Fire bank controller: takes finished potentials from the adder, steps the lanes through the
// window, collects their spikes as patterns and writes patterns and active bits; for read-outs it
// writes the potentials; for pools it keeps the largest patterns itself.
//
//   fire:     take | T steps | Wr writes      (the next take may coincide with the last write)
//             take | Wr writes                a word without a spike behind another one: its patterns are still there
//   signed:   take | sign | offset | T steps | Wr writes
//   table:    steps to find the index | N + 1 look-ups | Wr writes
//   state:    take | load | multiply | add | limit | one step | Wr writes, the state with the first; read-outs: | one write per lane
//   read-out: take | one write per lane
//   pool:     Wr writes, the first one in the cycle after the last slot
//
// Latency:   as drawn; can_take_o says that a word may be taken in this cycle. With HoldCodes a code word leaves a cycle after
//            it is drawn here.
// Not reset: patterns, addresses.
`include "synfire_descriptor.vh"

module synfire_fire #(
    parameter Lanes       = 8,
    parameter AccWidth    = 32,
    parameter PatternBits = 16,
    parameter BitAddr     = 15,
    parameter CodeAddr    = 14,
    parameter Firing      = 0,     // 1: signed codes and limits
    parameter Streaming   = 0,     // address bits of the state memory; 0: there is none
    parameter StateAddr   = Streaming == 0 ? 1 : Streaming,   // derived
    parameter TableAddr   = 0,     // address bits of the fire tables, with Firing; 0: there are none
    parameter PoolPerLane = 1,     // 1: a comparator for each lane; 0: one for all, which takes longer
    parameter HoldCodes   = 1,     // a stage more for code words
    parameter Vectors     = 0,     // 1: a pass is one word
    parameter CountBits   = Lanes > 32 ? 7 : 6,            // derived
    parameter Groups      = Lanes > 32 ? 1 : 32 / Lanes
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  clear_i,
    // the pass
    input  wire                  pass_begin_i,
    input  wire                  pool_i,         // neither: it fires
    input  wire                  readout_i,
    input  wire [4:0]            steps_i,
    input  wire [1:0]            format_i,
    input  wire [CountBits-1:0]  lanes_i,
    input  wire [CountBits-1:0]  edge_end_i,     // lanes from here on lie beside the map in the last word of a row
    input  wire                  act_load_i,     // header word 1 arrives
    input  wire                  code_load_i,    // header word 2 arrives
    input  wire                  range_load_i,   // the range arrives
    input  wire                  signed_i,
    input  wire                  keeps_i,        // the pass has a state
    input  wire                  all_active_i,
    input  wire                  table_i,        // what fires is an index of a table
    input  wire [63:0]           header_i,
    output wire [CodeAddr-1:0]   code_start_o,   // where the pass writes, or results lie
    // from the adder
    output wire                  can_take_o,
    output wire                  can_take_next_o, // in the next cycle
    input  wire                  take_i,         // a word is taken
    input  wire                  take_edge_i,    // it is the last one of a row
    input  wire                  take_again_i,   // it fires what the last one fired
    input  wire                  skip_i,         // a word at rest is passed over
    input  wire                  pool_full_i,    // a pool's word is complete
    output wire                  pool_written_o, // with pool_full_i: its last write is done in this cycle
    output wire                  pool_written_next_o,
    input  wire                  pool_valid_i,   // a slot of a pool
    input  wire                  pool_hit_i,
    input  wire                  pool_first_i,
    input  wire [Lanes-1:0]      pool_lane_i,    // any; one-hot or none where one comparator serves all
    input  wire [PatternBits-1:0] pool_pattern_i,
    input  wire                  pool_negative_i,
    // lanes
    output wire                  sign_o,
    output wire                  offset_o,
    output wire [3:0]            state_step_o,   // load, multiply, add, limit
    output wire                  zero_o,         // what fires starts again from 0
    output wire                  state_re_o,     // with take_i
    output wire                  state_we_o,
    output wire [StateAddr-1:0]  state_raddr_o,
    output wire [StateAddr-1:0]  state_waddr_o,
    output wire                  awake_we_o,     // what the state's word needs in the next step
    output wire [StateAddr-1:0]  awake_addr_o,
    output wire                  awake_o,        // to be visited
    output wire                  step_o,
    output reg                   edge_o,         // the word that was taken last is the last one of a row
    output wire                  step_next_o,    // in the next cycle
    output wire [1:0]            limit_o,        // this step of the largest code, and of the lowest
    input  wire [Lanes-1:0]      fire_i,
    input  wire [Lanes-1:0]      negative_i,
    input  wire [Lanes*AccWidth-1:0] potentials_i,
    output wire                  idle_o,
    // memories
    output wire [Groups-1:0]     act_we_o,
    output wire [BitAddr-6:0]    act_addr_o,
    output wire [Groups*Lanes-1:0] act_data_o,
    output wire                  code_we_o,
    output wire [CodeAddr-1:0]   code_addr_o,
    output wire [31:0]           code_data_o,
    output wire                  writes_spikes_o, // code_data_o are patterns
    // the host's window to the tables
    input  wire                  table_we_i,
    input  wire                  table_re_i,
    input  wire [(TableAddr == 0 ? 1 : TableAddr)-1:0] table_place_i,
    input  wire [PatternBits-1:0] table_word_i,
    output wire [PatternBits-1:0] table_data_o,
    output wire                  looks_up_o,     // the first cycle of a word's look-ups
    // trace
    output wire                  word_done_o,
    output wire [19:0]           position_o,
    output wire                  potential_we_o,
    output wire [CountBits-2:0]  potential_lane_o,
    output wire [31:0]           potential_o,
    output wire [Lanes*PatternBits-1:0] patterns_o,
    output wire [Lanes-1:0]      active_o,
    output wire [Lanes-1:0]      negative_o      // signs of the patterns
);
    localparam Idle = 2'd0, Step = 2'd1, Write = 2'd2, Potential = 2'd3;
    localparam FirstWords = Lanes / 8;        // code words at 4 bits a neuron, which 4 lanes have not
    localparam WordBits = Lanes * PatternBits > 32 ? $clog2(Lanes * PatternBits / 32) : 1;
    localparam StepBits = $clog2(PatternBits);
    localparam LaneBits = $clog2(Lanes);
    localparam [CountBits-1:0] None = 0;
    localparam LookUps  = TableAddr == 0 ? 0 : Lanes + 1;
    localparam BusyBits = TableAddr == 0 ? CountBits : CountBits + 1;   // of cycles of a word
    genvar g;

    reg [1:0] state_q;
    reg [CountBits-2:0] count_q;              // steps, words or lanes done
    wire [BitAddr-1:0] act;                   // places of the word
    wire [CodeAddr-1:0] code;

    wire pool_write = pool_full_i;
    wire looking;                             // entries of the table are read
    wire writing    = (state_q == Write & ~looking) | pool_write;
    // Lanes * B / 32 code words a word of neurons.
    wire [CountBits-2:0] words = Lanes < 8 ? {None[CountBits-2:2], format_i} : FirstWords[CountBits-2:0] << format_i;
    // Only the bits that differ are compared, and a cycle ahead: what waits for the bank holds up the whole pipeline.
    wire [WordBits-1:0] final_word = words[WordBits-1:0] - 1'b1;
    wire [StepBits-1:0] final_step = steps_i[StepBits-1:0] - 1'b1;
    wire [LaneBits-1:0] final_lane = lanes_i[LaneBits-1:0] - 1'b1;
    reg        last_word, last_step, last_lane;   // of count_q
    // Cycles that the bank is busy with a word, and with this one still.
    reg  [BusyBits-1:0] cycles_q, left_q;
    reg        short_q, free_q;                   // one such cycle; idle, or the last one
    reg  [CountBits-2:0] writes_q;                        // cycles where it does not fire
    reg        one_write_q;
    wire       preparing;                         // sign and offset come before the steps
    wire [2:0] prepares;                          // cycles
    wire [CountBits:0] busy = {1'b0, readout_i ? lanes_i : {None[CountBits-1:5], steps_i} + {1'b0, words}}
                              + {None[CountBits-1:2], prepares} + (table_i ? LookUps[CountBits:0] : {1'b0, None});
    wire       answers    = (state_q == Potential) & ~preparing;
    wire       ends       = (writing & last_word) | (answers & last_lane);

    reg  [1:0] state;                             // of the next cycle
    reg  [CountBits-2:0] count;
    wire word_next = count[WordBits-1:0] == final_word;
    wire step_next = count[StepBits-1:0] == final_step;
    wire lane_next = count[LaneBits-1:0] == final_lane;

    assign can_take_o      = free_q;
    assign can_take_next_o = take_i ? (take_again_i ? one_write_q : short_q)
                           : left_q[BusyBits-1:2] == {(BusyBits-2){1'b0}} & ~(left_q[1] & left_q[0]);
    assign pool_written_o  = last_word;
    assign pool_written_next_o = word_next;
    assign step_o         = (state_q == Step) & ~preparing;
    assign step_next_o    = state == Step;     // for lanes that fire in their accumulators: without signs
    wire   code_late;                          // a code word is still to be written
    assign idle_o         = (state_q == Idle) & ~pool_full_i & ~code_late;

    always @* begin
        state = state_q;
        count = count_q;
        if (clear_i | take_i | ends) begin
            state = clear_i | ~take_i ? Idle : readout_i ? Potential : take_again_i ? Write : Step;
            count = None[CountBits-2:0];
        end else if (step_o & last_step) begin
            state = Write;
            count = None[CountBits-2:0];
        end else if (((state_q != Idle) & ~preparing & ~looking) | pool_write) begin
            count = count_q + {None[CountBits-2:1], 1'b1};
        end
    end

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            state_q <= Idle;
            count_q <= None[CountBits-2:0];
            left_q  <= {BusyBits{1'b0}};
            free_q  <= 1'b1;
        end else begin
            state_q <= state;
            count_q <= count;
            left_q  <= clear_i ? {BusyBits{1'b0}} : take_i ? (take_again_i ? {{(BusyBits-CountBits+1){1'b0}}, writes_q} : cycles_q)
                     : left_q - {{(BusyBits-1){1'b0}}, left_q != {BusyBits{1'b0}}};
            free_q  <= clear_i | can_take_next_o;
        end
    end

    always @(posedge clk_i) begin
        cycles_q  <= busy[BusyBits-1:0];
        short_q   <= readout_i & (lanes_i == {None[CountBits-1:1], 1'b1}) & ~keeps_i;
        writes_q  <= words;
        one_write_q <= words == {None[CountBits-2:1], 1'b1};
        last_word <= word_next;
        last_step <= step_next;
        last_lane <= lane_next;
    end

    wire word_end = writing & last_word;
    synfire_place #(.BitAddr(BitAddr), .CodeAddr(CodeAddr), .Streaming(Streaming), .Vectors(Vectors)) u_place (
        .clk_i(clk_i), .pass_begin_i(pass_begin_i), .act_load_i(act_load_i), .code_load_i(code_load_i),
        .range_load_i(range_load_i), .header_i(header_i), .pool_i(pool_i), .take_i(take_i), .skip_i(skip_i),
        .word_end_i(word_end), .ends_i(ends), .act_o(act), .code_o(code), .code_start_o(code_start_o),
        .position_o(position_o), .state_raddr_o(state_raddr_o), .state_waddr_o(state_waddr_o)
    );

    // Patterns: shifted in by firing, or the largest of a pool's window. A slot of a pool names one lane: one comparator can serve all.
    wire [Lanes-1:0] larger, larger_signed;
    generate
        if (Firing != 0) begin : gen_signed
            assign larger = larger_signed;
        end else if (PoolPerLane != 0) begin : gen_each
            for (g = 0; g < Lanes; g = g + 1) begin : gen_compare
                assign larger[g] = pool_first_i | (pool_pattern_i > patterns_o[g*PatternBits +: PatternBits]);
            end
        end else begin : gen_shared
            integer l;
            reg [PatternBits-1:0] kept;
            always @* begin
                kept = {PatternBits{1'b0}};
                for (l = 0; l < Lanes; l = l + 1)
                    kept = kept | (patterns_o[l*PatternBits +: PatternBits] & {PatternBits{pool_lane_i[l]}});
            end
            assign larger = {Lanes{pool_first_i | (pool_pattern_i > kept)}};
        end
    endgenerate
    wire [(Lanes+4)*PatternBits-1:0] leaving;      // patterns for code words
    wire leaves     = (state_q == Write) & (format_i != 2'd0);
    assign leaving[Lanes*PatternBits +: 4*PatternBits] = {(4*PatternBits){1'b0}};
    wire [PatternBits-1:0] entry;                  // of a table, for the highest lane
    wire [Lanes*PatternBits-1:0] ring = {entry, patterns_o[Lanes*PatternBits-1:PatternBits]};   // a lane down
    wire pool_keep  = pool_valid_i & pool_hit_i;
    wire pool_clear = pool_valid_i & pool_first_i;
    always @(posedge clk_i) begin
        if (take_i) edge_o <= take_edge_i;
    end
    generate
        for (g = 0; g < Lanes; g = g + 1) begin : gen_pattern
            localparam Lane = g;
            reg  [PatternBits-1:0] pattern_q;
            wire fire = fire_i[g] & ~(edge_o & (Lane[CountBits-1:0] >= edge_end_i));
            wire keep = pool_keep & pool_lane_i[g] & larger[g];
            always @(posedge clk_i) begin
                if (keep | pool_clear | (take_i & ~take_again_i) | step_o | looking)
                    pattern_q <= keep ? pool_pattern_i : looking ? ring[g*PatternBits +: PatternBits]
                               : {pattern_q[PatternBits-2:0], fire} & {PatternBits{step_o}};
            end
            assign patterns_o[g*PatternBits +: PatternBits] = pattern_q;
            if (Vectors != 0) begin : gen_leaving
                // Without pools what is written needs not stay: the patterns of four lanes leave with each word.
                reg [PatternBits-1:0] leaving_q;
                reg                   active_q;
                always @(posedge clk_i) begin
                    if ((take_i & ~take_again_i) | step_o | leaves)
                        leaving_q <= step_o ? {leaving_q[PatternBits-2:0], fire}
                                   : leaving[(g+4)*PatternBits +: PatternBits] & {PatternBits{leaves}};
                    active_q <= ~take_i & (active_q | (step_o & fire));
                end
                assign leaving[g*PatternBits +: PatternBits] = leaving_q;
                assign active_o[g] = active_q;
            end else begin : gen_staying
                assign leaving[g*PatternBits +: PatternBits] = pattern_q;
                assign active_o[g] = |pattern_q;
            end
        end
    endgenerate

    // Signs and limits.
    wire entry_sign, lowest_sign;              // of a table's entry, for the highest lane; of lane 0
    generate
        if (Firing == 0) begin : gen_whole
            assign preparing     = 1'b0;
            assign prepares      = 3'd0;
            assign sign_o        = 1'b0;
            assign offset_o      = 1'b0;
            assign limit_o       = 2'b11;
            assign state_step_o  = 4'd0;
            assign negative_o    = {Lanes{1'b0}};
            assign larger_signed = {Lanes{1'b0}};
            assign lowest_sign   = 1'b0;
            wire   unused        = &{1'b0, range_load_i, signed_i, pool_i, negative_i, pool_negative_i, larger_signed,
                                     entry_sign};
        end else begin : gen_ranges
            reg  [2:0]       prepare_q;            // cycles before the first step
            reg  [15:0]      largest_q, lowest_q;  // codes, their first step at bit 15
            reg  [15:0]      limit_q, limit_below_q;
            reg  [Lanes-1:0] sign_q, met_q;        // of a pool: lanes that met a source
            assign preparing  = prepare_q != 3'd0;
            assign prepares   = {keeps_i, signed_i & ~readout_i & ~keeps_i, 1'b0};
            assign sign_o     = (prepare_q == 3'd2) & ~keeps_i;
            assign offset_o   = (prepare_q == 3'd1) & ~keeps_i;
            assign state_step_o = {prepare_q == 3'd1, prepare_q == 3'd2, prepare_q == 3'd3, prepare_q == 3'd4} & {4{keeps_i}};
            assign limit_o    = {limit_below_q[15], limit_q[15]};
            assign negative_o = (pool_i | table_i ? sign_q : negative_i) & active_o;
            assign lowest_sign = sign_q[0];
            wire [Lanes-1:0] signs = {entry_sign, sign_q[Lanes-1:1]};
            // Codes in their order: the first source that a lane meets is larger than nothing.
            wire [PatternBits:0] found_key = {~pool_negative_i, pool_pattern_i ^ {PatternBits{pool_negative_i}}};
            for (g = 0; g < Lanes; g = g + 1) begin : gen_key
                wire [PatternBits:0] kept_key = {~sign_q[g], patterns_o[g*PatternBits +: PatternBits]
                                                             ^ {PatternBits{sign_q[g]}}};
                assign larger_signed[g] = pool_first_i | ~met_q[g] | (found_key > kept_key);
                always @(posedge clk_i) begin
                    if (pool_valid_i) met_q[g] <= (met_q[g] & ~pool_first_i) | (pool_lane_i[g] & pool_hit_i);
                    if (pool_keep & pool_lane_i[g] & larger[g]) sign_q[g] <= pool_negative_i;
                    else if (looking)                           sign_q[g] <= signs[g];
                    else if (step_o & table_i)                  sign_q[g] <= negative_i[g];
                end
            end
            always @(posedge clk_i) begin
                if (take_i)         prepare_q <= prepares;
                else if (preparing) prepare_q <= prepare_q - 3'd1;
                if (act_load_i)        {lowest_q, largest_q} <= 32'hFFFFFFFF;
                else if (range_load_i) {lowest_q, largest_q} <= header_i[31:0];
                if (take_i)         {limit_below_q, limit_q} <= {lowest_q, largest_q};
                else if (step_o)    {limit_below_q, limit_q} <= {limit_below_q[14:0], 1'b0, limit_q[14:0], 1'b0};
            end
        end
    endgenerate

    // The state is read when the word is taken, and written when it has fired; with it whether the word stays awake.
    generate
        if (Streaming == 0) begin : gen_no_state
            assign zero_o        = 1'b0;
            assign state_re_o    = 1'b0;
            assign state_we_o    = 1'b0;
            assign awake_we_o    = 1'b0;
            assign awake_addr_o  = {StateAddr{1'b0}};
            assign awake_o       = 1'b0;
            wire   unused        = &{1'b0, keeps_i, state_waddr_o};
        end else begin : gen_state
            reg                 zero_q;
            synfire_awake #(.Lanes(Lanes), .AccWidth(AccWidth), .StateAddr(StateAddr)) u_awake (
                .clk_i(clk_i), .rst_ni(rst_ni), .range_load_i(range_load_i), .header_i(header_i), .edge_i(edge_o),
                .edge_end_i(edge_end_i), .active_i(active_o), .potentials_i(potentials_i), .state_we_i(state_we_o),
                .state_addr_i(state_waddr_o), .awake_we_o(awake_we_o), .awake_addr_o(awake_addr_o), .awake_o(awake_o)
            );
            assign zero_o        = keeps_i & zero_q;
            assign state_re_o    = keeps_i & take_i;
            assign state_we_o    = keeps_i & ((state_q == Write) | answers) & (count_q == None[CountBits-2:0]);
            always @(posedge clk_i) begin
                if (range_load_i) zero_q <= header_i[`SYNFIRE_RANGE_RESETS_TO_ZERO_LSB];
            end
        end
    endgenerate

    synfire_table #(.Lanes(Lanes), .PatternBits(PatternBits), .TableAddr(TableAddr)) u_table (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i), .range_load_i(range_load_i), .header_i(header_i),
        .lanes_i(lanes_i), .edge_end_i(edge_end_i), .edge_i(edge_o), .start_i(table_i & step_o & last_step),
        .starts_o(looks_up_o), .looking_o(looking), .index_i(patterns_o[PatternBits-1:0]), .below_i(lowest_sign),
        .pattern_o(entry), .negative_o(entry_sign), .write_i(table_we_i), .read_i(table_re_i),
        .place_i(table_place_i), .word_i(table_word_i), .data_o(table_data_o)
    );
    synfire_words #(
        .Lanes(Lanes), .AccWidth(AccWidth), .PatternBits(PatternBits), .CodeAddr(CodeAddr), .HoldCodes(HoldCodes), .Leaving(Vectors)
    ) u_words (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_i), .readout_i(readout_i), .format_i(format_i),
        .first_i((state != Potential) | take_i), .next_i(answers), .count_i(count_q), .writing_i(writing), .start_i(code),
        .patterns_i(leaving), .negative_i(negative_o), .potentials_i(potentials_i), .late_o(code_late),
        .code_we_o(code_we_o), .code_addr_o(code_addr_o), .code_data_o(code_data_o),
        .writes_spikes_o(writes_spikes_o), .potential_o(potential_o)
    );
    wire unused_bits = &{1'b0, act, header_i, words, steps_i, lanes_i, leaving, leaves, ring, busy};

    generate
        for (g = 0; g < Groups; g = g + 1) begin : gen_group
            localparam Place = g * Lanes;
            assign act_we_o[g] = word_end & (act[4:0] == Place[4:0]);
            assign act_data_o[g*Lanes +: Lanes] = active_o | {Lanes{all_active_i}};
        end
    endgenerate
    assign act_addr_o       = act[BitAddr-1:5];
    assign word_done_o      = word_end;
    assign potential_we_o   = answers;
    assign potential_lane_o = count_q;
endmodule
