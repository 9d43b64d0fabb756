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
    parameter Lanes       = 8,    // 8, 16 or 32
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
    localparam Groups  = 32 / Lanes;
    localparam Rows    = WeightRows == 0 ? 1 << RowAddr : WeightRows;
    localparam LaneBits = $clog2(Lanes);
    localparam RowWords = Lanes * WeightBits / 32;
    localparam RowShift = $clog2(RowWords);
    localparam DigitBits = 5 - $clog2(WeightBits);
    localparam WindowBits = RowAddr + RowShift + 1;   // of a word in the weights, which have the most

    // Registers and windows.
    wire               abort, clear_counters, running;
    wire [15:0]        error_bits;
    wire [ActAddr-1:0] input_act;
    wire [CodeAddr-1:0] input_code;
    wire [BitAddr:0]   input_neurons;
    wire [1:0]         input_format, desc_we;
    wire [4:0]         input_steps;
    wire [DescAddr:0]  length;
    wire               act_window, code_window;
    wire [RowWords-1:0] weight_we;
    wire [3:0]         counter, window_re;
    wire [WindowBits-1:0] window_index;
    wire [31:0]        window_word, counter_value;
    wire [63:0]        desc_data;
    wire [WeightBits*Lanes-1:0] weight_data;
    wire [31:0]        act_data, code_data;
    wire               input_signed, input_open, input_failed, input_start, bad_word, bad_neuron, bad_pattern;
    wire               emit, finish, program_error, emit_idle;
    wire               busy = running | ~emit_idle;   // runs, or its results leave

    synfire_registers #(
        .Lanes(Lanes), .AccWidth(AccWidth), .PatternBits(PatternBits), .ActAddr(ActAddr),
        .CodeAddr(CodeAddr), .RowAddr(RowAddr), .DescAddr(DescAddr), .ShiftBits(ShiftBits),
        .SharedAdder(SharedAdder), .WeightBits(WeightBits), .WeightRows(Rows), .Arithmetic(Arithmetic),
        .Firing(Firing),
        .SmallBus(SmallBus), .WindowBits(WindowBits)
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
        .input_signed_o(input_signed), .length_o(length),
        .counter_o(counter), .counter_value_i(counter_value),
        .desc_we_o(desc_we), .weight_we_o(weight_we), .act_we_o(act_window), .code_we_o(code_window),
        .window_re_o(window_re), .window_index_o(window_index), .window_word_o(window_word),
        .desc_data_i(desc_data), .weight_data_i(weight_data), .act_data_i(act_data),
        .code_data_i(code_data)
    );

    // Input.
    wire                in_act_word, in_code_we, in_source;
    wire [Groups-1:0]   in_act_we;
    wire [ActAddr-1:0]  in_act_addr;
    wire [CodeAddr-1:0] in_code_addr;
    wire [Lanes-1:0]    in_act_data;
    wire [31:0]         in_code_data;

    synfire_input #(
        .Lanes(Lanes), .PatternBits(PatternBits), .ActAddr(ActAddr), .CodeAddr(CodeAddr),
        .EveryWord(Arithmetic == 1)
    ) u_input (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort), .busy_i(busy),
        .no_program_i(length == {(DescAddr+1){1'b0}}),
        .act_base_i(input_act), .code_base_i(input_code),
        .neurons_i(input_neurons), .format_i(input_format), .steps_i(input_steps),
        .signed_i(input_signed),
        .in_valid_i(in_valid_i), .in_data_i(in_data_i), .in_ready_o(in_ready_o),
        .act_we_o(in_act_we), .act_word_o(in_act_word), .act_addr_o(in_act_addr), .act_data_o(in_act_data),
        .code_we_o(in_code_we), .code_addr_o(in_code_addr), .code_data_o(in_code_data),
        .source_o(in_source), .open_o(input_open), .start_o(input_start), .failed_o(input_failed),
        .bad_word_o(bad_word), .bad_neuron_o(bad_neuron), .bad_pattern_o(bad_pattern)
    );

    // Sequencer.
    wire                desc_re;
    wire [DescAddr-1:0] desc_addr;
    wire                pool, readout;
    wire [1:0]          format, term_format;
    wire [LaneBits-1:0] term_lane0;
    wire                weighted, many;
    wire [2:0]          digits, field_index;
    wire [4:0]          term_number, steps, term_shift;
    wire [11:0]         layer;
    wire [5:0]          lanes, edge_lanes, edge_end, term_count;
    wire [9:0]          width, height;
    wire                act_load, code_load, range_load, pass_signed, all_active;
    wire [CodeAddr-1:0] code_start, term_code;
    wire [15:0]         channel;
    wire                term_weighted, term_signed, term_diagonal, term_constant, term_last, term_first;
    wire [Lanes-1:0]    term_mask;
    wire                field_load, pass_begin, recall, begin_term, preload, next_position, last_position;
    wire                field_running, field_empty, runs_empty, scanner_empty, pattern_empty, adder_empty, fire_idle;
    wire                const_re, const_on, const_bias, const_theta;
    wire [2:0]          const_more;
    wire [RowAddr-1:0]  const_addr;
    wire [DigitBits-1:0] const_digit;
    wire                counting;

    synfire_sequencer #(
        .Lanes(Lanes), .CodeAddr(CodeAddr), .RowAddr(RowAddr), .DescAddr(DescAddr), .WeightBits(WeightBits),
        .Firing(Firing)
    ) u_sequencer (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort), .start_i(input_start), .length_i(length),
        .desc_re_o(desc_re), .desc_addr_o(desc_addr), .desc_data_i(desc_data),
        .pool_o(pool), .readout_o(readout), .steps_o(steps), .format_o(format), .weighted_o(weighted),
        .digits_o(digits), .layer_o(layer), .lanes_o(lanes), .edge_lanes_o(edge_lanes),
        .edge_end_o(edge_end), .width_o(width), .height_o(height),
        .act_load_o(act_load), .code_load_o(code_load), .range_load_o(range_load),
        .signed_o(pass_signed), .all_active_o(all_active),
        .channel_o(channel), .many_o(many),
        .term_code_o(term_code), .term_lane0_o(term_lane0), .term_shift_o(term_shift),
        .term_format_o(term_format), .term_weighted_o(term_weighted), .term_signed_o(term_signed),
        .term_diagonal_o(term_diagonal), .term_constant_o(term_constant), .term_last_o(term_last),
        .term_first_o(term_first), .term_count_o(term_count), .term_mask_o(term_mask),
        .field_load_o(field_load), .field_index_o(field_index),
        .pass_begin_o(pass_begin), .recall_o(recall), .begin_o(begin_term),
        .preload_o(preload), .term_o(term_number),
        .next_position_o(next_position), .last_position_i(last_position),
        .field_running_i(field_running),
        .pipeline_empty_i(field_empty & runs_empty & scanner_empty & pattern_empty),
        .adder_empty_i(adder_empty), .fire_idle_i(fire_idle),
        .const_re_o(const_re), .const_on_o(const_on), .const_addr_o(const_addr), .const_bias_o(const_bias),
        .const_theta_o(const_theta), .const_more_o(const_more), .const_digit_o(const_digit),
        .emit_o(emit), .finish_o(finish), .error_o(program_error), .emit_idle_i(emit_idle),
        .running_o(running), .counting_o(counting), .layer_end_o(trace_layer_end_o),
        .layer_trace_o(trace_layer_o),
        .state_o(trace_state_o)
    );

    // Gathering.
    localparam RunBits = 2 * BitAddr + RowAddr + 3;
    wire               found_valid, found_ready, found_null, found_first, found_last;
    wire [BitAddr-1:0] found_start, found_more;
    wire [RowAddr-1:0] found_row;
    wire               run_valid, run_ready, run_null, run_first, run_last;
    wire [BitAddr-1:0] run_start, run_more;
    wire [RowAddr-1:0] run_row;
    wire               slot_valid, slot_ready, slot_hit, slot_first, slot_last, slot_fresh;
    wire [BitAddr-1:0] slot_bit;
    wire [RowAddr-1:0] slot_row;
    wire [LaneBits-1:0] slot_lane;
    wire               scan_act_re;
    wire [ActAddr-1:0] scan_act_addr;

    synfire_field #(.BitAddr(BitAddr), .RowAddr(RowAddr)) u_field (
        .clk_i(clk_i), .rst_ni(rst_ni),
        .load_i(field_load), .load_index_i(field_index), .load_word_i(desc_data),
        .clear_i(abort), .pass_begin_i(pass_begin), .recall_i(recall), .begin_i(begin_term),
        .term_i(term_number),
        .next_position_i(next_position), .many_i(many), .first_term_i(term_first),
        .last_term_i(term_last), .diagonal_i(term_diagonal), .constant_i(term_constant),
        .width_i(width), .height_i(height), .last_position_o(last_position),
        .running_o(field_running),
        .run_valid_o(found_valid), .run_ready_i(found_ready), .run_null_o(found_null),
        .run_start_o(found_start), .run_more_o(found_more), .run_row_o(found_row),
        .run_first_o(found_first), .run_last_o(found_last), .empty_o(field_empty)
    );

    synfire_run_buffer #(.Bits(RunBits), .Depth(SharedAdder == 0)) u_runs (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort), .empty_o(runs_empty),
        .in_valid_i(found_valid), .in_ready_o(found_ready),
        .in_run_i({found_null, found_first, found_last, found_start, found_more, found_row}),
        .out_valid_o(run_valid), .out_ready_i(run_ready),
        .out_run_o({run_null, run_first, run_last, run_start, run_more, run_row})
    );

    synfire_scanner #(.BitAddr(BitAddr), .RowAddr(RowAddr), .LaneBits(LaneBits)) u_scanner (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort),
        .diagonal_i(term_diagonal), .constant_i(term_constant | (Arithmetic == 1)), .lane0_i(term_lane0),
        .empty_o(scanner_empty),
        .run_valid_i(run_valid), .run_ready_o(run_ready), .run_null_i(run_null),
        .run_start_i(run_start), .run_more_i(run_more), .run_row_i(run_row),
        .run_first_i(run_first), .run_last_i(run_last),
        .act_re_o(scan_act_re), .act_addr_o(scan_act_addr), .act_data_i(act_data),
        .slot_valid_o(slot_valid), .slot_ready_i(slot_ready), .slot_hit_o(slot_hit),
        .slot_first_o(slot_first), .slot_last_o(slot_last), .slot_bit_o(slot_bit),
        .slot_row_o(slot_row), .slot_lane_o(slot_lane), .slot_fresh_o(slot_fresh)
    );

    wire [3:0]          source_place;
    wire [RowAddr-1:0]  source_row, slot_weight_row;
    wire                slot_code_re, slot_weight_re, source_reads, source_code_re;
    assign              slot_code_re = source_code_re & source_reads;
    wire [CodeAddr-1:0] slot_code_addr;

    synfire_source #(
        .BitAddr(BitAddr), .CodeAddr(CodeAddr), .RowAddr(RowAddr), .InOrder(Arithmetic == 1)
    ) u_source (
        .format_i(term_format), .diagonal_i(term_diagonal), .code_base_i(term_code),
        .bit_i(slot_bit), .row_i(slot_row), .fresh_i(slot_fresh), .reads_o(source_reads),
        .code_addr_o(slot_code_addr), .place_o(source_place), .row_o(source_row)
    );

    wire                   add_valid, add_hit, add_first, add_last, add_negate, frozen, frozen_next;
    wire [LaneBits-1:0]    add_lane;
    wire [4:0]             add_shift;
    wire [PatternBits-1:0] add_pattern;

    synfire_pattern #(
        .PatternBits(PatternBits), .HoldWeights(SharedAdder == 0), .RowAddr(RowAddr), .LaneBits(LaneBits),
        .WeightBits(WeightBits)
    ) u_pattern (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort), .freeze_i(frozen), .freeze_next_i(frozen_next),
        .format_i(term_format), .weighted_i(term_weighted), .signed_i(term_signed),
        .constant_i(term_constant), .diagonal_i(term_diagonal), .pool_i(pool), .digits_i(digits), .shift_i(term_shift),
        .go_o(slot_ready), .source_valid_i(slot_valid), .source_hit_i(slot_hit),
        .source_first_i(slot_first), .source_last_i(slot_last),
        .source_place_i(source_place), .source_row_i(source_row), .source_lane_i(slot_lane),
        .code_re_o(source_code_re), .code_data_i(code_data), .weight_re_o(slot_weight_re), .weight_row_o(slot_weight_row),
        .empty_o(pattern_empty),
        .add_valid_o(add_valid), .add_hit_o(add_hit), .add_first_o(add_first),
        .add_last_o(add_last), .add_negate_o(add_negate), .add_shift_o(add_shift),
        .add_lane_o(add_lane), .add_pattern_o(add_pattern)
    );

    wire               lane_bias, lane_theta;
    wire [2:0]         lane_more;
    wire [DigitBits-1:0] lane_digit;
    wire [WeightBits*Lanes-1:0] lane_weights;

    synfire_weight_stage #(.Lanes(Lanes), .Hold(SharedAdder == 0), .WeightBits(WeightBits)) u_weight_stage (
        .clk_i(clk_i), .go_i(slot_ready), .weights_i(weight_data),
        .const_bias_i(const_bias), .const_theta_i(const_theta), .const_more_i(const_more),
        .const_digit_i(const_digit), .weights_o(lane_weights),
        .const_bias_o(lane_bias), .const_theta_o(lane_theta), .const_more_o(lane_more),
        .const_digit_o(lane_digit)
    );

    wire                      pool_full, can_take, can_take_next, pool_written, pool_written_next, take, step, step_next;
    wire                      take_edge, take_again, fire_edge;
    wire                      sign_step, offset_step;
    wire [1:0]                limit;
    wire [Lanes-1:0]          fire, negative;
    wire [Lanes*AccWidth-1:0] potentials;
    wire                      pool_valid, pool_hit, pool_first, pool_negative;
    wire [Lanes-1:0]          pool_lane;
    wire [PatternBits-1:0]    pool_pattern;
    wire                      adding, scanning;
    wire [5:0]                adds;
    wire [6:0]                bias_adds;

    synfire_adder #(
        .Lanes(Lanes), .AccWidth(AccWidth), .PatternBits(PatternBits), .ShiftBits(ShiftBits), .WeightBits(WeightBits),
        .Firing(Firing)
    ) u_adder (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort),
        .diagonal_i(term_diagonal), .pool_i(pool), .constant_i(term_constant),
        .lane_mask_i(term_mask), .mask_count_i(term_count),
        .pass_begin_i(pass_begin), .signed_i(pass_signed), .width_i(width),
        .lanes_i(lanes), .edge_lanes_i(edge_lanes), .edge_end_i(edge_end),
        .slot_valid_i(add_valid), .slot_hit_i(add_hit), .slot_first_i(add_first),
        .slot_last_i(add_last), .slot_negate_i(add_negate), .slot_shift_i(add_shift),
        .slot_lane_i(add_lane), .slot_pattern_i(add_pattern), .weights_i(lane_weights),
        .const_bias_i(lane_bias), .const_theta_i(lane_theta), .const_more_i(lane_more),
        .const_digit_i(lane_digit),
        .preload_i(preload), .pool_full_o(pool_full), .can_take_i(can_take), .can_take_next_i(can_take_next),
        .pool_written_i(pool_written), .pool_written_next_i(pool_written_next), .take_o(take),
        .take_edge_o(take_edge), .take_again_o(take_again),
        .sign_i(sign_step), .offset_i(offset_step), .step_i(step), .step_next_i(step_next), .limit_i(limit),
        .weighted_i(weighted), .steps_i(steps), .readout_i(readout), .fire_o(fire), .negative_o(negative),
        .potentials_o(potentials),
        .pool_valid_o(pool_valid), .pool_hit_o(pool_hit), .pool_first_o(pool_first),
        .pool_lane_o(pool_lane), .pool_pattern_o(pool_pattern), .pool_negative_o(pool_negative),
        .frozen_o(frozen), .frozen_next_o(frozen_next), .empty_o(adder_empty), .adding_o(adding), .scanning_o(scanning),
        .adds_o(adds), .bias_adds_o(bias_adds)
    );

    // Firing.
    wire [Groups-1:0]   fire_act_we;
    wire [ActAddr-1:0]  fire_act_addr;
    wire [31:0]         fire_act_data, fire_code_data;
    wire [CodeAddr-1:0] fire_code_addr;
    wire [4:0]          potential_lane;
    wire [Lanes*PatternBits-1:0] patterns;
    wire [Lanes-1:0]    active, signs_written;
    wire                fire_code_we, writes_spikes;

    synfire_fire #(
        .Lanes(Lanes), .AccWidth(AccWidth), .PatternBits(PatternBits), .BitAddr(BitAddr),
        .CodeAddr(CodeAddr), .Firing(Firing), .PoolPerLane(SharedAdder == 0)
    ) u_fire (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort),
        .pass_begin_i(pass_begin), .pool_i(pool), .readout_i(readout), .steps_i(steps), .format_i(format),
        .lanes_i(lanes), .edge_end_i(edge_end), .act_load_i(act_load), .code_load_i(code_load), .range_load_i(range_load),
        .signed_i(pass_signed), .all_active_i(all_active), .header_i(desc_data),
        .code_start_o(code_start),
        .can_take_o(can_take), .can_take_next_o(can_take_next), .take_i(take),
        .take_edge_i(take_edge), .take_again_i(take_again), .pool_full_i(pool_full),
        .pool_written_o(pool_written), .pool_written_next_o(pool_written_next),
        .pool_valid_i(pool_valid), .pool_hit_i(pool_hit), .pool_first_i(pool_first),
        .pool_lane_i(pool_lane), .pool_pattern_i(pool_pattern), .pool_negative_i(pool_negative),
        .sign_o(sign_step), .offset_o(offset_step), .step_o(step), .edge_o(fire_edge), .step_next_o(step_next), .limit_o(limit),
        .fire_i(fire), .negative_i(negative), .potentials_i(potentials),
        .idle_o(fire_idle),
        .act_we_o(fire_act_we), .act_addr_o(fire_act_addr), .act_data_o(fire_act_data),
        .code_we_o(fire_code_we), .code_addr_o(fire_code_addr), .code_data_o(fire_code_data),
        .writes_spikes_o(writes_spikes),
        .word_done_o(trace_word_o), .position_o(trace_position_o),
        .potential_we_o(trace_potential_o), .potential_lane_o(potential_lane),
        .patterns_o(patterns), .active_o(active), .negative_o(signs_written)
    );

    // Results.
    wire                emit_code_re;
    wire [CodeAddr-1:0] emit_code_addr;

    synfire_emit #(.CodeAddr(CodeAddr), .AccWidth(AccWidth)) u_emit (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(abort),
        .begin_i(emit), .finish_i(finish | input_failed), .error_i(program_error | input_failed),
        .error_bits_i(error_bits), .code_base_i(code_start),
        .count_i(desc_data[`SYNFIRE_PASS_CHANNEL_LSB +: 16]),   // the header's last word is still there: nothing is fetched before emit_idle
        .population_i(layer), .idle_o(emit_idle),
        .code_re_o(emit_code_re), .code_addr_o(emit_code_addr), .code_data_i(code_data),
        .out_valid_o(out_valid_o), .out_data_o(out_data_o), .out_ready_i(out_ready_i)
    );

    // Memories and who uses their ports. Windows only while nothing runs.
    wire [RowAddr-1:0] window_weight_row = window_index[RowShift +: RowAddr];
    wire unused_bits = &{1'b0, window_index};

    synfire_program_memory #(.AddrBits(DescAddr)) u_desc (
        .clk_i(clk_i), .we_i(desc_we), .waddr_i(window_index[DescAddr:1]), .wdata_i(window_word),
        .re_i(desc_re | window_re[0]),
        .raddr_i(window_re[0] ? window_index[DescAddr:1] : desc_addr), .rdata_o(desc_data)
    );

    synfire_weight_memory #(
        .Lanes(Lanes), .RowAddr(RowAddr), .WeightRows(Rows), .WeightBits(WeightBits)
    ) u_weights (
        .clk_i(clk_i), .en_i((|weight_we) | window_re[1] | slot_weight_re | const_re),
        .we_i(weight_we),
        .addr_i(const_on ? const_addr : running ? slot_weight_row : window_weight_row),
        .wdata_i(window_word), .rdata_o(weight_data)
    );

    // Writes to the maps come a cycle late: the way to large memories is long enough without the choice of the writer.
    reg  [Groups-1:0]   act_we_q;
    reg  [ActAddr-1:0]  act_waddr_q;
    reg  [31:0]         act_wdata_q, code_wdata_q;
    reg                 code_we_q, spikes_q;      // spikes_q: patterns, of the input or of a population
    reg  [CodeAddr-1:0] code_waddr_q;
    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            act_we_q  <= {Groups{1'b0}};
            code_we_q <= 1'b0;
            spikes_q  <= 1'b0;
        end else begin
            act_we_q  <= fire_act_we | in_act_we | {Groups{act_window}};
            code_we_q <= fire_code_we | in_code_we | code_window;
            spikes_q  <= in_code_we | (fire_code_we & writes_spikes);
        end
    end
    always @(posedge clk_i) begin
        act_waddr_q  <= running ? fire_act_addr : (|in_act_we) | (SmallBus != 0) ? in_act_addr
                        : window_index[ActAddr-1:0];
        act_wdata_q  <= running ? fire_act_data : (|in_act_we) | (SmallBus != 0) ? {Groups{in_act_data}} : window_word;
        code_waddr_q <= running ? fire_code_addr : in_code_we | (SmallBus != 0) ? in_code_addr
                        : window_index[CodeAddr-1:0];
        code_wdata_q <= running ? fire_code_data : in_code_we | (SmallBus != 0) ? in_code_data : window_word;
    end

    synfire_act_memory #(.Lanes(Lanes), .AddrBits(ActAddr)) u_act (
        .clk_i(clk_i), .we_i(act_we_q), .waddr_i(act_waddr_q), .wdata_i(act_wdata_q),
        .re_i(scan_act_re | window_re[2]),
        .raddr_i(running | (SmallBus != 0) ? scan_act_addr : window_index[ActAddr-1:0]),
        .rdata_o(act_data)
    );

    synfire_ram #(.Width(32), .AddrBits(CodeAddr)) u_code (
        .clk_i(clk_i), .we_i(code_we_q), .waddr_i(code_waddr_q), .wdata_i(code_wdata_q),
        .re_i(slot_code_re | emit_code_re | window_re[3]),
        .raddr_i(emit_code_re ? emit_code_addr : running | (SmallBus != 0) ? slot_code_addr
                 : window_index[CodeAddr-1:0]),
        .rdata_o(code_data)
    );

    // Counters.
    wire [1:0]  sign_format = Firing != 0 && running ? format : input_format;
    wire [31:0] signs = (running ? pass_signed : input_signed)
                      ? (sign_format == 2'd0 ? 32'h88888888
                         : PatternBits == 8 || sign_format == 2'd1 ? 32'h80808080
                                                                   : 32'h80008000) : 32'd0;

    // A word that does not fire again has the updates of all its steps at once.
    reg         again_q;
    always @(posedge clk_i) again_q <= take & take_again;
    wire [5:0]  fired   = fire_edge ? edge_lanes : lanes;
    wire [9:0]  updates = {10{again_q}} & ({4'd0, fired} * {5'd0, steps}) | {4'd0, fired & {6{step}}};

    synfire_counters #(.Lanes(Lanes)) u_counters (
        .clk_i(clk_i), .rst_ni(rst_ni), .clear_i(clear_counters),
        .cycle_i(counting), .adding_i(adding), .scanning_i(scanning), .waiting_i(frozen),
        .weight_read_i(slot_weight_re | const_re), .adds_i(adds), .bias_adds_i(bias_adds),
        .fires_i(running & ~pool), .spikes_i(code_wdata_q & ~signs),
        .active_i(active & {Lanes{trace_word_o}}), .source_i(in_source),
        .updates_i(updates),
        .act_read_i(scan_act_re), .code_read_i(slot_code_re),
        .act_write_i(in_act_word | trace_word_o), .code_write_i(spikes_q),
        .select_i(counter), .value_o(counter_value), .all_o(trace_counters_o)
    );

    assign trace_channel_o = trace_potential_o ? channel + {11'd0, potential_lane} : channel;
    assign trace_value_o   = fire_code_data;
    genvar g;
    generate
        for (g = 0; g < Lanes; g = g + 1) begin : gen_trace
            assign trace_patterns_o[16*g +: 16] =
                {{(16-PatternBits){1'b0}}, patterns[g*PatternBits +: PatternBits]} | {signs_written[g], 15'd0};
        end
    endgenerate
endmodule
