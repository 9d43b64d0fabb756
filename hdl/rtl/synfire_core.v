// SPDX-License-Identifier: Apache-2.0
// The accelerator: one output-stationary spiking engine of N lanes whose program, weights and
// thresholds are data. Register bus, input stream, result stream.
//
//   program -> sequencer -> field -> scanner -> pattern -> adder (lanes) -> fire -> maps
//   stream  -> input -> maps                                                maps -> emit -> stream
//
// Latency:   one inference takes the number of cycles that the cycle model computes exactly.
// Handshake: valid/ready everywhere; valid never waits for ready.
// Not reset: memories and data paths; nothing is read that was not written.
`include "synfire_descriptor.vh"

module synfire_core #(
    parameter Lanes       = 8,    // 4, 8, 16, 32 or 64
    parameter AccWidth    = 32,   // bits of a potential, at most 32
    parameter PatternBits = 16,   // most steps of a window: 8 or 16
    parameter ActAddr     = 12,   // memory depths as powers of two
    parameter CodeAddr    = 14,
    parameter RowAddr     = 16,
    parameter DescAddr    = 10,
    parameter ShiftBits   = 5,    // largest shift is 2^ShiftBits - 1
    parameter SharedAdder = 0,    // 1: the lanes fire in their accumulators (a board's synfire_adder)
    parameter WeightBits  = 8,    // of a weight: 8, 4 or 2, a row being 32 bits at least
    parameter WeightRows  = 0,    // rows of weights; 0: 2^RowAddr
    parameter Arithmetic  = 0,    // 0: spikes are added; with the modules of hdl/dense 1: all codes are multiplied,
                                  // 2: those of active sources
    parameter Firing      = 0,    // 0: codes from 0 to what the window can send; 1: negative codes and limits
    parameter Streaming   = 0,    // with Firing 1: potentials are kept from run to run in 2^Streaming words; 0: none are
    parameter Vectors     = 0,    // 1: dense layers alone (one position, one run a term, no pools)
    parameter TableAddr   = 0,    // with Firing 1: 2^TableAddr entries of fire tables; 0: there are none
    parameter SmallBus    = 0     // 1: less can be read back (see synfire_registers)
) (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        bus_valid_i,
    input  wire        bus_write_i,
    input  wire [7:0]  bus_addr_i,
    input  wire [31:0] bus_wdata_i,
    output wire        bus_ready_o,
    output wire [31:0] bus_rdata_o,
    input  wire        in_valid_i,
    input  wire [31:0] in_data_i,
    output wire        in_ready_o,
    output wire        out_valid_o,
    output wire [31:0] out_data_o,
    input  wire        out_ready_i,
    // trace: for checkers; boards leave it open
    output wire        trace_word_o,
    output wire        trace_potential_o,
    output wire        trace_layer_end_o,
    output wire [11:0] trace_layer_o,
    output wire [15:0] trace_channel_o,
    output wire [19:0] trace_position_o,
    output wire [Lanes*16-1:0] trace_patterns_o,
    output wire [31:0] trace_value_o,
    output wire [13*32-1:0] trace_counters_o,
    output wire [3:0]  trace_state_o
);
    localparam BitAddr = ActAddr + 5;
    localparam Part = Lanes > 32 ? 32 : Lanes, Groups = 32 / Part;   // active bits that are written of one word of the map
    localparam Rows    = WeightRows == 0 ? 1 << RowAddr : WeightRows;
    localparam LaneBits = $clog2(Lanes), CountBits = Lanes > 32 ? 7 : 6;   // of a lane, of a number of lanes
    localparam RowWords = Lanes * WeightBits / 32;
    localparam RowShift = $clog2(RowWords);
    localparam DigitBits = 5 - $clog2(WeightBits);
    localparam StateAddr = Streaming == 0 ? 1 : Streaming;
    localparam TableBits = TableAddr == 0 ? 1 : TableAddr;
    localparam WindowBits = RowAddr + RowShift + 1;   // of a word in the weights, which have the most
    localparam Hold       = SharedAdder == 0 ? 1 : 0; // registers around the large memories

    // Registers and windows.
    wire               abort, clear_counters, running;
    wire [15:0]        error_bits;
    wire [ActAddr-1:0] input_act;
    wire [CodeAddr-1:0] input_code;
    wire [BitAddr:0]   input_neurons;
    wire [1:0]         input_format, desc_we; wire [4:0] input_steps;
    wire [DescAddr:0]  length;
    wire               act_window, code_window;
    wire [RowWords-1:0] weight_we;
    wire [3:0]         counter, window_re;
    wire [WindowBits-1:0] window_index;
    wire [31:0]        window_word, counter_value;
    wire [63:0]        desc_data;
    wire [WeightBits*Lanes-1:0] lane_weights;
    wire [31:0]        act_data, code_data, source_code;
    wire               input_signed, input_open, input_failed, input_start, bad_word, bad_neuron, bad_pattern;
    wire               emit, finish, program_error, emit_idle, table_we, table_re;
    wire [PatternBits-1:0] table_data;
    wire               busy = running | ~emit_idle;   // runs, or its results leave

    synfire_registers #(
        .Lanes(Lanes), .AccWidth(AccWidth), .PatternBits(PatternBits), .ActAddr(ActAddr),
        .CodeAddr(CodeAddr), .RowAddr(RowAddr), .DescAddr(DescAddr), .ShiftBits(ShiftBits),
        .SharedAdder(SharedAdder), .WeightBits(WeightBits), .WeightRows(Rows), .Arithmetic(Arithmetic),
        .Firing(Firing), .Streaming(Streaming), .Vectors(Vectors), .TableAddr(TableAddr), .SmallBus(SmallBus),
        .ReadCycles(Hold != 0 ? 5 : 1), .WindowBits(WindowBits)
    ) u_registers (
        .clk_i(clk_i), .rst_ni(rst_ni),
        .bus_valid_i(bus_valid_i), .bus_write_i(bus_write_i), .bus_addr_i(bus_addr_i),
        .bus_wdata_i(bus_wdata_i), .bus_ready_o(bus_ready_o), .bus_rdata_o(bus_rdata_o),
        .abort_o(abort), .clear_counters_o(clear_counters),
        .running_i(busy), .open_i(input_open), .output_i(out_valid_o),
        .errors_i({finish & program_error, bad_pattern, bad_neuron, bad_word}),
        .no_program_i(input_failed & (length == {(DescAddr+1){1'b0}})),
        .error_bits_o(error_bits), .input_act_o(input_act), .input_code_o(input_code),
        .input_neurons_o(input_neurons), .input_format_o(input_format), .input_steps_o(input_steps),
        .input_signed_o(input_signed), .length_o(length), .counter_o(counter), .counter_value_i(counter_value),
        .desc_we_o(desc_we), .weight_we_o(weight_we), .act_we_o(act_window), .code_we_o(code_window),
        .window_re_o(window_re), .window_index_o(window_index), .window_word_o(window_word),
        .table_we_o(table_we), .table_re_o(table_re), .desc_data_i(desc_data), .weight_data_i(lane_weights),
        .act_data_i(act_data), .code_data_i(source_code), .table_data_i(table_data)
    );

    // Input.
    wire                in_act_word, in_code_we, in_source, later_step;
    wire [Groups-1:0]   in_act_we;
    wire [ActAddr-1:0]  in_act_addr;  wire [Part-1:0] in_act_data;
    wire [CodeAddr-1:0] in_code_addr; wire [31:0]     in_code_data;

    synfire_input #(
        .Lanes(Part), .PatternBits(PatternBits), .ActAddr(ActAddr), .CodeAddr(CodeAddr),
        .EveryWord(Arithmetic == 1)
    ) u_input (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort), .busy_i(busy), .no_program_i(length == {(DescAddr+1){1'b0}}),
        .act_base_i(input_act), .code_base_i(input_code), .neurons_i(input_neurons), .format_i(input_format),
        .steps_i(input_steps), .signed_i(input_signed), .in_valid_i(in_valid_i), .in_data_i(in_data_i),
        .in_ready_o(in_ready_o), .act_we_o(in_act_we), .act_word_o(in_act_word), .act_addr_o(in_act_addr),
        .act_data_o(in_act_data), .code_we_o(in_code_we), .code_addr_o(in_code_addr), .code_data_o(in_code_data),
        .source_o(in_source), .open_o(input_open), .start_o(input_start), .later_o(later_step), .failed_o(input_failed),
        .bad_word_o(bad_word), .bad_neuron_o(bad_neuron), .bad_pattern_o(bad_pattern)
    );

    // Sequencer.
    wire                desc_re, const_re, const_on, const_bias, const_theta;
    wire [DescAddr-1:0] desc_addr;
    wire                pool, readout, weighted, many, counting;  wire [1:0] format, term_format;
    wire [LaneBits-1:0] term_lane0;
    wire [2:0]          digits, field_index;
    wire [4:0]          term_number, steps, window_steps, term_shift;
    wire [11:0]         layer;
    wire [CountBits-1:0] lanes, edge_lanes, edge_end, term_count;
    wire [9:0]          width, height;
    wire                act_load, code_load, range_load, pass_signed, all_active, keeps, pass_skips, has_table, codes_signed;
    wire [CodeAddr-1:0] code_start, term_code; wire [15:0] channel;
    wire                term_weighted, term_signed, term_diagonal, term_constant, term_last, term_first;
    wire [Lanes-1:0]    term_mask;
    wire                field_load, pass_begin, recall, begin_term, preload, next_position, last_position;
    wire                field_running, gather_empty, spikes_empty, adder_empty, fire_idle;
    wire [6:0]          const_more;
    wire [RowAddr-1:0]  const_addr;
    wire [DigitBits-1:0] const_digit;

    synfire_sequencer #(
        .Lanes(Lanes), .CodeAddr(CodeAddr), .RowAddr(RowAddr), .DescAddr(DescAddr), .WeightBits(WeightBits),
        .Firing(Firing), .Streaming(Streaming), .Vectors(Vectors), .TableAddr(TableAddr)
    ) u_sequencer (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort), .start_i(input_start), .length_i(length),
        .desc_re_o(desc_re), .desc_addr_o(desc_addr), .desc_data_i(desc_data),
        .pool_o(pool), .readout_o(readout), .steps_o(steps), .format_o(format), .weighted_o(weighted),
        .digits_o(digits), .layer_o(layer), .lanes_o(lanes), .edge_lanes_o(edge_lanes),
        .edge_end_o(edge_end), .width_o(width), .height_o(height),
        .act_load_o(act_load), .code_load_o(code_load), .range_load_o(range_load),
        .signed_o(pass_signed), .all_active_o(all_active), .keeps_o(keeps), .skips_o(pass_skips), .table_o(has_table),
        .codes_signed_o(codes_signed), .window_o(window_steps), .channel_o(channel), .many_o(many),
        .term_code_o(term_code), .term_lane0_o(term_lane0), .term_shift_o(term_shift),
        .term_format_o(term_format), .term_weighted_o(term_weighted), .term_signed_o(term_signed),
        .term_diagonal_o(term_diagonal), .term_constant_o(term_constant), .term_last_o(term_last),
        .term_first_o(term_first), .term_count_o(term_count), .term_mask_o(term_mask),
        .field_load_o(field_load), .field_index_o(field_index),
        .pass_begin_o(pass_begin), .recall_o(recall), .begin_o(begin_term),
        .preload_o(preload), .term_o(term_number), .next_position_o(next_position), .last_position_i(last_position),
        .field_running_i(field_running), .pipeline_empty_i(gather_empty & spikes_empty),
        .adder_empty_i(adder_empty), .fire_idle_i(fire_idle),
        .const_re_o(const_re), .const_on_o(const_on), .const_addr_o(const_addr), .const_bias_o(const_bias),
        .const_theta_o(const_theta), .const_more_o(const_more), .const_digit_o(const_digit),
        .emit_o(emit), .finish_o(finish), .error_o(program_error), .emit_idle_i(emit_idle),
        .running_o(running), .counting_o(counting), .layer_end_o(trace_layer_end_o), .layer_trace_o(trace_layer_o),
        .state_o(trace_state_o)
    );

    // Gathering.
    wire                slot_valid, slot_ready, slot_hit, slot_first, slot_last;
    wire                scan_act_re, slot_coded, code_want, awake_we, awake, look_move, look_re;
    wire [LaneBits-1:0] slot_lane;
    wire [RowAddr-1:0]  slot_row;
    wire [3:0]          slot_place;
    wire [ActAddr-1:0]  scan_act_addr; wire [CodeAddr-1:0] slot_code_addr;
    wire                skips = pass_skips & later_step;   // the first step reads no states
    wire [StateAddr-1:0] state_raddr, state_waddr, awake_addr;
    wire [BitAddr-1:0]  look_bit;
    wire [95:0]         look_bits;

    synfire_gather #(
        .BitAddr(BitAddr), .CodeAddr(CodeAddr), .RowAddr(RowAddr), .LaneBits(LaneBits), .HoldRuns(Hold),
        .Arithmetic(Arithmetic), .Streaming(Streaming), .Vectors(Vectors)
    ) u_gather (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort), .load_i(field_load), .load_index_i(field_index),
        .load_word_i(desc_data), .pass_begin_i(pass_begin), .recall_i(recall), .begin_i(begin_term), .term_i(term_number),
        .next_position_i(next_position), .many_i(many), .first_term_i(term_first), .last_term_i(term_last),
        .diagonal_i(term_diagonal), .constant_i(term_constant), .format_i(term_format), .code_base_i(term_code),
        .lane0_i(term_lane0), .width_i(width), .height_i(height),
        .skips_i(skips), .state_load_i(range_load), .state_i(desc_data[`SYNFIRE_RANGE_STATE_LSB +: StateAddr]),
        .awake_we_i(awake_we), .awake_addr_i(awake_addr), .awake_i(awake), .look_move_o(look_move), .look_re_o(look_re),
        .look_bit_o(look_bit), .look_bits_i(look_bits), .last_position_o(last_position), .running_o(field_running),
        .empty_o(gather_empty), .act_re_o(scan_act_re), .act_addr_o(scan_act_addr), .act_data_i(act_data),
        .slot_valid_o(slot_valid), .slot_ready_i(slot_ready), .slot_hit_o(slot_hit), .slot_first_o(slot_first),
        .slot_last_o(slot_last), .slot_lane_o(slot_lane), .slot_row_o(slot_row), .slot_place_o(slot_place),
        .code_want_i(slot_coded), .code_want_o(code_want), .code_addr_o(slot_code_addr)
    );

    wire                   add_valid, add_hit, add_first, add_last, add_negate, frozen, frozen_next, weight_want, go_next;
    wire [LaneBits-1:0]    add_lane;
    wire [4:0]             add_shift;
    wire [PatternBits-1:0] add_pattern;
    wire [RowAddr-1:0]     weight_row;
    wire                   slot_code_re = slot_ready & code_want, slot_weight_re = slot_ready & weight_want;

    synfire_spikes #(
        .Hold(Hold), .PatternBits(PatternBits), .RowAddr(RowAddr), .LaneBits(LaneBits), .WeightBits(WeightBits)
    ) u_spikes (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort), .freeze_i(frozen), .freeze_next_i(frozen_next),
        .go_o(slot_ready), .go_next_o(go_next), .empty_o(spikes_empty), .format_i(term_format), .weighted_i(term_weighted),
        .signed_i(term_signed), .constant_i(term_constant), .diagonal_i(term_diagonal), .pool_i(pool), .digits_i(digits),
        .shift_i(term_shift), .slot_valid_i(slot_valid), .slot_hit_i(slot_hit), .slot_first_i(slot_first),
        .slot_last_i(slot_last), .slot_place_i(slot_place), .slot_lane_i(slot_lane), .slot_row_i(slot_row),
        .code_want_o(slot_coded), .code_data_i(code_data), .code_data_o(source_code), .weight_want_o(weight_want),
        .weight_row_o(weight_row), .add_valid_o(add_valid), .add_hit_o(add_hit), .add_first_o(add_first), .add_last_o(add_last),
        .add_negate_o(add_negate), .add_shift_o(add_shift), .add_lane_o(add_lane), .add_pattern_o(add_pattern)
    );

    wire               lane_bias, lane_theta;
    wire [6:0]         lane_more;
    wire [DigitBits-1:0] lane_digit;
    wire               lane_preload;
    wire [RowAddr-1:0] window_weight_row = window_index[RowShift +: RowAddr];

    synfire_weights #(.Hold(Hold), .Lanes(Lanes), .RowAddr(RowAddr), .WeightRows(Rows), .WeightBits(WeightBits)) u_weights (
        .clk_i(clk_i), .rst_ni(rst_ni), .go_i(slot_ready), .go_next_i(go_next), .running_i(running),
        .slot_want_i(weight_want), .slot_row_i(weight_row),
        .const_on_i(const_on), .const_re_i(const_re), .const_addr_i(const_addr), .const_bias_i(const_bias),
        .const_theta_i(const_theta), .const_more_i(const_more), .const_digit_i(const_digit), .preload_i(preload),
        .window_re_i(window_re[1]), .window_we_i(weight_we), .window_row_i(window_weight_row), .window_word_i(window_word),
        .weights_o(lane_weights), .const_bias_o(lane_bias), .const_theta_o(lane_theta), .const_more_o(lane_more),
        .const_digit_o(lane_digit), .preload_o(lane_preload)
    );

    wire                      pool_full, can_take, can_take_next, pool_written, pool_written_next, take, step, step_next;
    wire                      take_edge, take_again, skip, fire_edge;
    wire                      sign_step, offset_step, reset_zero, state_re, state_we;
    wire [3:0]                state_step;
    wire [Lanes*AccWidth-1:0] states;
    wire [1:0]                limit;
    wire [Lanes-1:0]          fire, negative, pool_lane;
    wire [Lanes*AccWidth-1:0] potentials;
    wire                      pool_valid, pool_hit, pool_first, pool_negative;
    wire [PatternBits-1:0]    pool_pattern;
    wire                      adding, scanning;
    wire [CountBits-1:0] adds;        wire [CountBits:0] bias_adds;
    wire [CountBits+3:0] updates;

    synfire_adder #(
        .Lanes(Lanes), .AccWidth(AccWidth), .PatternBits(PatternBits), .ShiftBits(ShiftBits), .WeightBits(WeightBits),
        .Firing(Firing), .Streaming(Streaming), .Vectors(Vectors)
    ) u_adder (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort),
        .diagonal_i(term_diagonal), .pool_i(pool), .constant_i(term_constant),
        .lane_mask_i(term_mask), .mask_count_i(term_count),
        .pass_begin_i(pass_begin), .signed_i(pass_signed | keeps), .skips_i(skips), .width_i(width),
        .lanes_i(lanes), .edge_lanes_i(edge_lanes), .edge_end_i(edge_end),
        .slot_valid_i(add_valid), .slot_hit_i(add_hit), .slot_first_i(add_first),
        .slot_last_i(add_last), .slot_negate_i(add_negate), .slot_shift_i(add_shift),
        .slot_lane_i(add_lane), .slot_pattern_i(add_pattern), .weights_i(lane_weights),
        .const_bias_i(lane_bias), .const_theta_i(lane_theta), .const_more_i(lane_more), .const_digit_i(lane_digit),
        .preload_i(lane_preload), .pool_full_o(pool_full), .can_take_i(can_take), .can_take_next_i(can_take_next),
        .pool_written_i(pool_written), .pool_written_next_i(pool_written_next), .take_o(take),
        .take_edge_o(take_edge), .take_again_o(take_again), .skip_o(skip),
        .sign_i(sign_step), .offset_i(offset_step), .step_i(step), .step_next_i(step_next), .limit_i(limit),
        .state_step_i(state_step), .first_step_i(~later_step), .zero_i(reset_zero), .states_i(states),
        .weighted_i(weighted), .steps_i(steps), .readout_i(readout), .fire_o(fire), .negative_o(negative),
        .potentials_o(potentials), .pool_valid_o(pool_valid), .pool_hit_o(pool_hit), .pool_first_o(pool_first),
        .pool_lane_o(pool_lane), .pool_pattern_o(pool_pattern), .pool_negative_o(pool_negative),
        .frozen_o(frozen), .frozen_next_o(frozen_next), .empty_o(adder_empty), .adding_o(adding), .scanning_o(scanning),
        .adds_o(adds), .bias_adds_o(bias_adds)
    );

    // Firing.
    wire [Groups-1:0]   fire_act_we;
    wire [ActAddr-1:0]  fire_act_addr;
    wire [Groups*Lanes-1:0] fire_act_data;
    wire [CodeAddr-1:0] fire_code_addr;
    wire [31:0]         fire_code_data, potential; wire [CountBits-2:0] potential_lane;
    wire [Lanes*PatternBits-1:0] patterns;
    wire [Lanes-1:0]    active, signs_written;
    wire                fire_code_we, writes_spikes, looks_up;

    synfire_fire #(
        .Lanes(Lanes), .AccWidth(AccWidth), .PatternBits(PatternBits), .BitAddr(BitAddr),
        .CodeAddr(CodeAddr), .Firing(Firing), .Streaming(Streaming), .TableAddr(TableAddr), .PoolPerLane(SharedAdder == 0),
        .HoldCodes(Hold), .Vectors(Vectors)
    ) u_fire (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort),
        .pass_begin_i(pass_begin), .pool_i(pool), .readout_i(readout), .steps_i(steps), .format_i(format),
        .lanes_i(lanes), .edge_end_i(edge_end), .act_load_i(act_load), .code_load_i(code_load), .range_load_i(range_load),
        .signed_i(pass_signed), .keeps_i(keeps), .all_active_i(all_active), .table_i(has_table),
        .table_we_i(table_we), .table_re_i(table_re), .table_place_i(window_index[TableBits-1:0]), .header_i(desc_data),
        .table_word_i(window_word[PatternBits-1:0]), .table_data_o(table_data), .looks_up_o(looks_up), .code_start_o(code_start),
        .can_take_o(can_take), .can_take_next_o(can_take_next), .take_i(take),
        .take_edge_i(take_edge), .take_again_i(take_again), .skip_i(skip), .pool_full_i(pool_full),
        .pool_written_o(pool_written), .pool_written_next_o(pool_written_next),
        .pool_valid_i(pool_valid), .pool_hit_i(pool_hit), .pool_first_i(pool_first),
        .pool_lane_i(pool_lane), .pool_pattern_i(pool_pattern), .pool_negative_i(pool_negative),
        .sign_o(sign_step), .offset_o(offset_step), .state_step_o(state_step), .zero_o(reset_zero),
        .state_re_o(state_re), .state_we_o(state_we), .state_raddr_o(state_raddr), .state_waddr_o(state_waddr),
        .awake_we_o(awake_we), .awake_addr_o(awake_addr), .awake_o(awake),
        .step_o(step), .edge_o(fire_edge), .step_next_o(step_next), .limit_o(limit),
        .fire_i(fire), .negative_i(negative), .potentials_i(potentials), .idle_o(fire_idle),
        .act_we_o(fire_act_we), .act_addr_o(fire_act_addr), .act_data_o(fire_act_data),
        .code_we_o(fire_code_we), .code_addr_o(fire_code_addr), .code_data_o(fire_code_data),
        .writes_spikes_o(writes_spikes), .word_done_o(trace_word_o), .position_o(trace_position_o),
        .potential_we_o(trace_potential_o), .potential_lane_o(potential_lane), .potential_o(potential),
        .patterns_o(patterns), .active_o(active), .negative_o(signs_written)
    );

    synfire_states #(.Width(Lanes * AccWidth), .Streaming(Streaming), .Firing(Firing), .SharedAdder(SharedAdder)) u_states (
        .clk_i(clk_i), .we_i(state_we), .waddr_i(state_waddr), .wdata_i(potentials),
        .re_i(state_re), .raddr_i(state_raddr), .rdata_o(states)
    );

    // Results.
    wire                emit_code_re; wire [CodeAddr-1:0] emit_code_addr;

    synfire_emit #(.CodeAddr(CodeAddr), .AccWidth(AccWidth), .ReadCycles(Hold != 0 ? 3 : 1)) u_emit (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort),
        .begin_i(emit), .finish_i(finish | input_failed), .error_i(program_error | input_failed),
        .error_bits_i(error_bits), .code_base_i(code_start),
        .count_i(desc_data[`SYNFIRE_PASS_CHANNEL_LSB +: 16]),   // the header's last word is still there: nothing is fetched before emit_idle
        .population_i(layer), .idle_o(emit_idle),
        .code_re_o(emit_code_re), .code_addr_o(emit_code_addr), .code_data_i(source_code),
        .out_valid_o(out_valid_o), .out_data_o(out_data_o), .out_ready_i(out_ready_i)
    );

    // Memories and who uses their ports. Windows only while nothing runs.
    wire unused_bits = &{1'b0, window_index};
    synfire_program_memory #(.AddrBits(DescAddr)) u_desc (
        .clk_i(clk_i), .we_i(desc_we), .waddr_i(window_index[DescAddr:1]), .wdata_i(window_word),
        .re_i(desc_re | window_re[0]),
        .raddr_i(window_re[0] ? window_index[DescAddr:1] : desc_addr), .rdata_o(desc_data)
    );

    wire        writes_codes; wire [31:0] code_wdata;
    synfire_maps #(.Lanes(Lanes), .ActAddr(ActAddr), .CodeAddr(CodeAddr), .SmallBus(SmallBus), .Hold(Hold), .Streaming(Streaming)) u_maps (
        .clk_i(clk_i), .rst_ni(rst_ni), .running_i(running), .go_i(slot_ready), .go_next_i(go_next),
        .fire_act_we_i(fire_act_we), .fire_act_addr_i(fire_act_addr), .fire_act_data_i(fire_act_data),
        .fire_code_we_i(fire_code_we), .fire_code_addr_i(fire_code_addr), .fire_code_data_i(fire_code_data),
        .fire_spikes_i(writes_spikes), .in_act_we_i(in_act_we), .in_act_addr_i(in_act_addr), .in_act_data_i(in_act_data),
        .in_code_we_i(in_code_we), .in_code_addr_i(in_code_addr), .in_code_data_i(in_code_data), .act_window_i(act_window),
        .code_window_i(code_window), .act_window_re_i(window_re[2]), .code_window_re_i(window_re[3]),
        .window_act_addr_i(window_index[ActAddr-1:0]), .window_code_addr_i(window_index[CodeAddr-1:0]),
        .window_word_i(window_word), .scan_re_i(scan_act_re), .scan_addr_i(scan_act_addr), .act_data_o(act_data),
        .look_move_i(look_move), .look_re_i(look_re), .look_bit_i(look_bit), .look_bits_o(look_bits),
        .slot_want_i(code_want), .slot_addr_i(slot_code_addr), .emit_re_i(emit_code_re), .emit_addr_i(emit_code_addr),
        .code_data_o(code_data), .spikes_o(writes_codes), .code_wdata_o(code_wdata)
    );

    // Counters.
    wire [1:0]  sign_format = Firing != 0 && running ? format : input_format;
    wire [31:0] signs = (running ? codes_signed : input_signed)
                      ? (sign_format == 2'd0 ? 32'h88888888
                         : PatternBits == 8 || sign_format == 2'd1 ? 32'h80808080
                                                                   : 32'h80008000) : 32'd0;

    synfire_updates #(.CountBits(CountBits), .Streaming(Streaming)) u_updates (
        .clk_i(clk_i), .lanes_i(lanes), .edge_lanes_i(edge_lanes), .steps_i(window_steps), .step_i(step & ~has_table), .fire_edge_i(fire_edge),
        .take_again_i(take & take_again), .looks_up_i(looks_up), .skip_i(skip & ~readout), .skip_edge_i(take_edge), .updates_o(updates)
    );

    synfire_counters #(.Lanes(Lanes)) u_counters (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_counters), .cycle_i(counting), .adding_i(adding), .scanning_i(scanning),
        .waiting_i(frozen), .weight_read_i(slot_weight_re | const_re), .adds_i(adds), .bias_adds_i(bias_adds),
        .fires_i(running & ~pool), .spikes_i(code_wdata & ~signs), .active_i(active & {Lanes{trace_word_o}}),
        .source_i(in_source), .updates_i(updates), .act_read_i(scan_act_re), .code_read_i(slot_code_re),
        .act_write_i(in_act_word | trace_word_o), .code_write_i(writes_codes), .select_i(counter), .value_o(counter_value),
        .all_o(trace_counters_o)
    );

    assign trace_channel_o = trace_potential_o ? channel + {{(17-CountBits){1'b0}}, potential_lane} : channel;
    assign trace_value_o   = potential;
    genvar g;
    generate
        for (g = 0; g < Lanes; g = g + 1) begin : gen_trace
            assign trace_patterns_o[16*g +: 16] =
                {{(16-PatternBits){1'b0}}, patterns[g*PatternBits +: PatternBits]} | {signs_written[g], 15'd0};
        end
    endgenerate
endmodule
