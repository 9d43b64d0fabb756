// SPDX-License-Identifier: Apache-2.0
// Sequencer: fetches the program's passes and terms, loads their constants, starts fields, and
// starts the next pass when everything of the last one is written.
//
//   Header -> Term -> Constant -> Begin -> Run -> [Term ...] -> Drain -> Header ... -> Emit
//
// Latency:   header 4 cycles, term 7, constants rows + 1, begin 1.
// Not reset: the pass's and term's fields.
`include "synfire_descriptor.vh"

module synfire_sequencer #(
    parameter Lanes    = 8,
    parameter CodeAddr = 14,
    parameter RowAddr  = 14,
    parameter DescAddr = 9,
    parameter WeightBits = 8,
    parameter Firing   = 0,
    parameter Streaming = 0,    // with Firing 1: passes that keep their potentials
    parameter Vectors  = 0,     // 1: dense terms alone, no pools
    parameter TableAddr = 0,    // with Firing 1: passes that have a fire table
    parameter DigitBits = 5 - $clog2(WeightBits),  // derived
    parameter PortBits = Lanes > 32 ? 7 : 6     // of a number of lanes
) (
    input  wire                clk_i,
    input  wire                rst_ni,
    input  wire                clear_i,
    input  wire                start_i,
    input  wire [DescAddr:0]   length_i,        // descriptor words of the program
    // descriptor memory
    output wire                desc_re_o,
    output wire [DescAddr-1:0] desc_addr_o,
    input  wire [63:0]         desc_data_i,
    // pass
    output reg                 pool_o,           // neither: it fires
    output reg                 readout_o,
    output reg  [4:0]          steps_o,
    output reg  [1:0]          format_o,
    output reg                 weighted_o,
    output reg  [2:0]          digits_o,
    output reg  [11:0]         layer_o,
    output wire [PortBits-1:0] lanes_o,
    output wire [PortBits-1:0] edge_lanes_o,
    output wire [PortBits-1:0] edge_end_o,
    output reg  [9:0]          width_o,
    output reg  [9:0]          height_o,
    output wire                act_load_o,      // header word 1 arrives: for the fire bank
    output wire                code_load_o,     // header word 2
    output wire                range_load_o,    // the range behind it
    output wire                signed_o,        // the pass's codes have signs
    output wire                all_active_o,    // active bits are set, whatever fires
    output wire                keeps_o,         // the pass's potentials are kept
    output wire                table_o,         // what fires is an index of a table
    output wire                codes_signed_o,  // what is written has signs
    output wire [4:0]          window_o,        // steps of the population's window
    output wire                skips_o,         // and its words at rest are skipped
    output reg  [15:0]         channel_o,
    output reg                 many_o,
    // term
    output reg  [CodeAddr-1:0] term_code_o,
    output reg  [$clog2(Lanes)-1:0] term_lane0_o,
    output reg  [4:0]          term_shift_o,
    output reg  [1:0]          term_format_o,
    output reg                 term_weighted_o,
    output reg                 term_signed_o,
    output reg                 term_diagonal_o,
    output reg                 term_constant_o,
    output reg                 term_last_o,
    output reg                 term_first_o,
    output wire [PortBits-1:0] term_count_o,
    output reg  [Lanes-1:0]    term_mask_o,
    output wire                field_load_o,
    output wire [2:0]          field_index_o,
    // field control
    output wire                pass_begin_o,
    output wire                recall_o,
    output wire                begin_o,
    output wire                preload_o,        // accumulators start from the bias
    output wire                next_position_o,
    output reg  [4:0]          term_o,           // number of the term in its pass
    input  wire                last_position_i,
    input  wire                field_running_i,
    input  wire                pipeline_empty_i, // scanner and pattern stage hold nothing
    input  wire                adder_empty_i,
    input  wire                fire_idle_i,
    // constants
    output wire                const_re_o,
    output wire                const_on_o,      // constants are being loaded
    output wire [RowAddr-1:0]  const_addr_o,
    output wire                const_bias_o,
    output wire                const_theta_o,
    output wire [6:0]          const_more_o,    // threshold below 0, offset from 0 on, offset below 0; what synfire_state needs
    output wire [DigitBits-1:0] const_digit_o,
    // results
    output wire                emit_o,
    output wire                finish_o,
    output wire                error_o,         // the program is wrong
    input  wire                emit_idle_i,
    // state
    output wire                running_o,
    output wire                counting_o,      // cycles count
    output wire                layer_end_o,     // the counters hold the layer's last cycle, and none behind it
    output reg  [11:0]         layer_trace_o,   // layer_o, but the last layer's until the header is there
    output wire [3:0]          state_o
);
    localparam Idle = 4'd0, Header = 4'd1, Term = 4'd2, Constant = 4'd3, Begin = 4'd4,
               Run = 4'd5, Drain = 4'd6, Emit = 4'd7, EmitWait = 4'd8, Finish = 4'd9,
               FinishWait = 4'd10;
    localparam CountBits = $clog2(Lanes) + 1;
    localparam Parts     = 3 - $clog2(WeightBits);          // a byte of a constant has 2^Parts digits
    localparam IssueBits = (Firing != 0 ? 5 : 4) + Parts;   // signed codes have up to 20 bytes of constants
    localparam [IssueBits-1:0] HeaderWords = 3, TermWords = 6;
    reg [3:0]          state_q;
    reg [DescAddr:0]   pc_q;
    reg [DescAddr:0]   term_pc_q;        // first term of the pass
    reg [IssueBits-1:0] issue_q;         // words or rows asked for
    reg [2:0]          index_q;          // number of the word that arrives
    reg                arrives_q;
    reg                emitted_q;        // the first emit pass ended the count of cycles
    reg                failed_q;
    reg                emits_q, end_q, last_pass_q;
    reg [RowAddr-1:0]  constants_q;
    reg [CountBits-1:0] lanes_q, edge_lanes_q, edge_end_q, term_count_q;   // 0..N
    reg                loaded_q;         // constants of this pass are there
    reg                preload_q;
    reg [2:0]          layer_end_q;      // as late as the counters

    reg                const_bias_q;     // a row of the bias arrives
    reg                const_on_q;       // state_q is Constant
    reg                const_any_q;      // rows are left to be asked for
    reg [IssueBits-1:0] const_left_q;    // so many

    wire       ranged;                   // a range follows the header
    wire [IssueBits-1:0] none = {IssueBits{1'b0}};
    wire [IssueBits-1:0] bias_rows = {{(IssueBits-3){1'b0}}, digits_o} << Parts;
    wire [IssueBits-1:0] rows_now, header_words;
    reg  [IssueBits-1:0] rows;           // of constants; known since the header
    wire [IssueBits-1:0] wanted    = state_q == Header ? header_words : state_q == Term ? TermWords
                                   : state_q == Constant ? rows : none;
    wire       last_word = issue_q == wanted - 1'b1;   // a range is known before the word that it changes
    reg        asks_q, last_q;                         // words are left to be asked for; the last one arrives
    reg        beyond_q;                               // the word that arrives is none of the program's
    wire       fetching  = ((state_q == Header) | (state_q == Term)) & asks_q;
    wire       received  = arrives_q & last_q;
    wire       constants_done = (state_q == Constant) & (received | (rows == none));
    wire       field_done = (state_q == Run) & ~field_running_i & pipeline_empty_i;
    wire       term_done  = field_done & many_o & (~term_last_o | adder_empty_i);
    wire       pass_over  = (state_q == Drain) & pipeline_empty_i & adder_empty_i & fire_idle_i;

    wire enters = (state_q == Idle) | (state_q == Drain) | (state_q == EmitWait) | (state_q == Run)
                | received | constants_done;
    assign desc_re_o       = fetching;
    assign desc_addr_o     = pc_q[DescAddr-1:0];
    assign const_re_o      = const_on_q & const_any_q;    // registers: it enables the largest memory
    assign const_on_o      = const_on_q;
    assign const_addr_o    = constants_q;
    assign const_bias_o    = const_bias_q;
    wire       is_theta    = issue_q >= bias_rows;
    wire       arrives     = asks_q & ((state_q == Header) | (state_q == Term) | const_on_q) & ~enters;
    assign act_load_o      = (state_q == Header) & arrives_q & (index_q[1:0] == 2'd1);
    assign code_load_o     = (state_q == Header) & arrives_q & (index_q[1:0] == 2'd2);
    assign field_load_o    = (state_q == Term) & arrives_q;
    assign field_index_o   = index_q;
    assign pass_begin_o    = (state_q == Term) & ~loaded_q;
    assign recall_o        = state_q == Term;
    assign begin_o         = state_q == Begin;
    assign preload_o       = preload_q;      // the last digit of the bias may come a cycle late
    assign next_position_o = term_done & term_last_o;
    assign emit_o          = state_q == Emit;
    assign finish_o        = state_q == Finish;
    assign error_o         = failed_q;
    assign running_o       = running_q;
    assign counting_o      = running_o & ~emitted_q & (state_q != Emit);
    assign layer_end_o     = layer_end_q[2];
    assign state_o         = state_q;
    assign lanes_o         = {{(PortBits-CountBits){1'b0}}, lanes_q};
    assign edge_lanes_o    = {{(PortBits-CountBits){1'b0}}, edge_lanes_q};
    assign edge_end_o      = {{(PortBits-CountBits){1'b0}}, edge_end_q};
    assign term_count_o    = {{(PortBits-CountBits){1'b0}}, term_count_q};
    wire unused_bits       = &{1'b0, desc_data_i};

    reg [3:0] state;                     // of the next cycle
    reg       running_q;                 // state_q is not Idle: it steers the ports of all memories
    always @* begin
        state = state_q;
        if (clear_i)      state = Idle;
        else if (beyond_q) state = Finish;
        else case (state_q)
            Idle:     if (start_i) state = Header;
            Header:   if (received) state = emits_q ? Emit : Term;
            Term:     if (received) state = loaded_q ? Begin : Constant;
            Constant: if (constants_done) state = Begin;
            Begin:    state = Run;
            Run:      if (~many_o & field_done) state = Drain;
                      else if (term_done)
                          state = term_last_o & last_position_i ? Drain : Term;
            Drain:    if (pass_over) state = Header;
            Emit:     state = EmitWait;
            EmitWait: if (emit_idle_i) state = end_q ? Finish : Header;
            Finish:   state = FinishWait;
            default:  if (emit_idle_i) state = Idle;
        endcase
    end
    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            state_q   <= Idle;
            running_q <= 1'b0;
            const_on_q <= 1'b0;
            beyond_q  <= 1'b0;
        end else begin
            beyond_q  <= fetching & (pc_q == length_i) & ~clear_i;   // it counts up from 0
            state_q   <= state;
            // `state != Idle` and `state == Constant` without the way through the next state.
            running_q <= ~clear_i & (running_q ? ~((state_q == FinishWait) & emit_idle_i) : start_i);
            const_on_q <= ~clear_i & ~beyond_q
                          & (((state_q == Term) & received & ~loaded_q) | ((state_q == Constant) & ~constants_done));
        end
    end

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) layer_end_q <= 3'd0;
        else         layer_end_q <= {layer_end_q[1:0] & {2{~clear_i}}, pass_over & last_pass_q & ~clear_i};
    end

    // Fetching: words are asked for one per cycle and arrive one cycle later.
    always @(posedge clk_i) begin
        arrives_q     <= arrives;
        const_bias_q  <= const_re_o & ~is_theta;
        index_q   <= issue_q[2:0];
        if (enters)    issue_q <= none;
        else if (asks_q) issue_q <= issue_q + 1'b1;
        asks_q    <= enters | (asks_q & ~last_word);
        last_q    <= last_word;
        if (state_q == Idle)  pc_q <= {(DescAddr+1){1'b0}};
        else if (fetching)    pc_q <= pc_q + {{DescAddr{1'b0}}, 1'b1};
        else if (term_done & term_last_o & ~last_position_i) pc_q <= term_pc_q;
        if ((state_q == Header) & received) term_pc_q <= pc_q;
        if (state_q == Idle)         failed_q <= 1'b0;
        else if (beyond_q)           failed_q <= 1'b1;
        if (state_q == Idle)         emitted_q <= 1'b0;
        else if ((state_q == Emit) | (state_q == Finish)) emitted_q <= 1'b1;
        if (state_q == Header)       loaded_q <= 1'b0;
        else if (state_q == Begin)   loaded_q <= 1'b1;
        preload_q <= (state_q == Begin) & ~loaded_q;
        if (state_q != Header)       layer_trace_o <= layer_o;
        if (state_q == Header)       term_first_o <= 1'b1;
        else if (term_done)          term_first_o <= term_last_o;
        if (state_q == Header)       term_o <= 5'd0;
        else if (term_done)          term_o <= term_last_o ? 5'd0 : term_o + 5'd1;
    end

    // Fields of the pass.
    wire [1:0] kind = desc_data_i[`SYNFIRE_PASS_KIND_LSB +: `SYNFIRE_PASS_KIND_BITS];
    always @(posedge clk_i) begin
        if ((state_q == Header) & arrives_q) begin
            case (index_q[1:0])
                2'd0: begin
                    pool_o      <= (Vectors == 0) & (kind == 2'd1);
                    readout_o   <= kind == 2'd2;
                    emits_q     <= kind == 2'd3;
                    steps_o     <= desc_data_i[`SYNFIRE_PASS_STEPS_LSB +: `SYNFIRE_PASS_STEPS_BITS];
                    format_o    <= desc_data_i[`SYNFIRE_PASS_FORMAT_LSB +: `SYNFIRE_PASS_FORMAT_BITS];
                    weighted_o  <= desc_data_i[`SYNFIRE_PASS_WEIGHTED_LSB];
                    digits_o    <= desc_data_i[`SYNFIRE_PASS_DIGITS_LSB +: `SYNFIRE_PASS_DIGITS_BITS];
                    layer_o     <= desc_data_i[`SYNFIRE_PASS_LAYER_LSB +: `SYNFIRE_PASS_LAYER_BITS];
                    lanes_q     <= desc_data_i[`SYNFIRE_PASS_LANES_LSB +: CountBits];
                    width_o     <= desc_data_i[`SYNFIRE_PASS_WIDTH_LSB +: `SYNFIRE_PASS_WIDTH_BITS];
                    height_o    <= desc_data_i[`SYNFIRE_PASS_HEIGHT_LSB +: `SYNFIRE_PASS_HEIGHT_BITS];
                    last_pass_q <= desc_data_i[`SYNFIRE_PASS_LAST_PASS_LSB];
                    end_q       <= desc_data_i[`SYNFIRE_PASS_END_LSB];
                    many_o      <= desc_data_i[`SYNFIRE_PASS_MANY_LSB];
                    edge_lanes_q <= desc_data_i[`SYNFIRE_PASS_EDGE_LANES_LSB +: CountBits];
                end
                2'd2: begin
                    channel_o  <= desc_data_i[`SYNFIRE_PASS_CHANNEL_LSB +: `SYNFIRE_PASS_CHANNEL_BITS];
                    edge_end_q <= desc_data_i[`SYNFIRE_PASS_EDGE_END_LSB +: CountBits];
                end
                default: ;
            endcase
        end
        rows         <= rows_now;
        const_left_q <= const_on_q ? const_left_q - 1'b1 : rows;
        const_any_q  <= const_on_q ? const_any_q & (const_left_q != {{(IssueBits-1){1'b0}}, 1'b1}) : rows != none;
        // Counts up: behind an adder the address would be late at a large memory.
        if (act_load_o)      constants_q <= desc_data_i[`SYNFIRE_PASS_CONSTANTS_LSB +: RowAddr];
        else if (const_re_o) constants_q <= constants_q + {{(RowAddr-1){1'b0}}, 1'b1};
    end

    // Ranges of codes; what is loaded when a pass begins.
    generate
        if (Firing == 0) begin : gen_whole
            reg                 theta_q;
            reg [DigitBits-1:0] digit_q;
            assign ranged        = 1'b0;
            assign signed_o      = 1'b0;
            assign all_active_o  = 1'b0;
            assign keeps_o       = 1'b0;
            assign table_o       = 1'b0;
            assign codes_signed_o = 1'b0;
            assign window_o      = steps_o;
            assign skips_o       = 1'b0;
            assign header_words  = HeaderWords;
            assign rows_now      = pool_o ? none : readout_o ? bias_rows : bias_rows << 1;
            assign const_theta_o = theta_q;
            assign const_more_o  = 7'd0;
            assign const_digit_o = digit_q;
            always @(posedge clk_i) begin
                theta_q <= const_re_o & is_theta;
                digit_q <= issue_q[DigitBits-1:0] - (is_theta ? bias_rows[DigitBits-1:0] : {DigitBits{1'b0}});
            end
        end else begin : gen_ranges
            reg        ranged_q, signed_q, all_active_q, keeps_q, skips_q, table_q, codes_signed_q;
            reg  [4:0] window_q;
            reg  [2:0] block_q;                       // constant whose digit arrives
            reg  [DigitBits-1:0] digit_q;
            wire       row      = (state_q == Constant) & arrives_q;
            wire       last     = {{(IssueBits-DigitBits){1'b0}}, digit_q} == bias_rows - 1'b1;
            assign ranged        = ranged_q;
            assign signed_o      = ranged_q & signed_q;
            assign all_active_o  = ranged_q & all_active_q;
            assign keeps_o       = (Streaming != 0) & ranged_q & keeps_q;
            assign table_o       = (TableAddr != 0) & ranged_q & table_q;
            assign codes_signed_o = table_o ? codes_signed_q : signed_o;
            assign window_o      = table_o ? window_q : steps_o;
            assign skips_o       = keeps_o & skips_q;
            assign header_words  = HeaderWords + {{(IssueBits-1){1'b0}}, ranged_q};
            assign rows_now      = pool_o ? none : keeps_o ? (bias_rows << 2) + (bias_rows << 1) : readout_o ? bias_rows
                                 : signed_o ? (bias_rows << 2) + bias_rows : bias_rows << 1;
            wire [2:0] more     = {row & (block_q == 3'd4), row & (block_q == 3'd3), row & (block_q == 3'd2)};
            assign const_theta_o = row & (block_q == 3'd1);
            assign const_more_o  = keeps_o ? {row & (block_q == 3'd5), more, 3'd0} : {4'd0, more};
            assign const_digit_o = digit_q;
            always @(posedge clk_i) begin
                if ((state_q == Header) & arrives_q & (index_q[1:0] == 2'd0))
                    ranged_q <= desc_data_i[`SYNFIRE_PASS_RANGED_LSB];
                if (range_load_o) begin
                    signed_q     <= desc_data_i[`SYNFIRE_RANGE_IS_SIGNED_LSB];
                    all_active_q <= desc_data_i[`SYNFIRE_RANGE_ALL_ACTIVE_LSB];
                    keeps_q      <= desc_data_i[`SYNFIRE_RANGE_KEEPS_LSB];
                    table_q      <= desc_data_i[`SYNFIRE_RANGE_TABLE_LSB];
                    codes_signed_q <= desc_data_i[`SYNFIRE_RANGE_CODES_SIGNED_LSB];
                    window_q     <= desc_data_i[`SYNFIRE_RANGE_WINDOW_LSB +: `SYNFIRE_RANGE_WINDOW_BITS];
                    skips_q      <= desc_data_i[`SYNFIRE_RANGE_SKIPS_LSB];
                end
                if (state_q == Header) begin
                    block_q <= 3'd0;
                    digit_q <= {DigitBits{1'b0}};
                end else if (row) begin
                    block_q <= block_q + {2'd0, last};
                    digit_q <= last ? {DigitBits{1'b0}} : digit_q + 1'b1;
                end
            end
        end
    endgenerate
    assign range_load_o = (state_q == Header) & arrives_q & (index_q[1:0] == 2'd3) & ranged;

    // Fields of the term that the scanner and later stages need.
    always @(posedge clk_i) begin
        if (field_load_o) begin
            case (index_q)
                3'd0: term_code_o <= desc_data_i[`SYNFIRE_TERM_CODE_BASE_LSB +: CodeAddr];
                3'd4: begin
                    term_lane0_o    <= desc_data_i[`SYNFIRE_TERM_LANE0_LSB +: $clog2(Lanes)];
                    term_shift_o    <= desc_data_i[`SYNFIRE_TERM_SHIFT_LSB +: `SYNFIRE_TERM_SHIFT_BITS];
                    term_format_o   <= desc_data_i[`SYNFIRE_TERM_FORMAT_LSB +: `SYNFIRE_TERM_FORMAT_BITS];
                    term_weighted_o <= desc_data_i[`SYNFIRE_TERM_WEIGHTED_LSB];
                    term_signed_o   <= desc_data_i[`SYNFIRE_TERM_IS_SIGNED_LSB];
                    term_diagonal_o <= (Vectors == 0) & desc_data_i[`SYNFIRE_TERM_DIAGONAL_LSB];
                    term_constant_o <= (Vectors == 0) & desc_data_i[`SYNFIRE_TERM_CONSTANT_LSB];
                    term_last_o     <= desc_data_i[`SYNFIRE_TERM_LAST_LSB];
                    term_count_q    <= desc_data_i[`SYNFIRE_TERM_MASK_COUNT_LSB +: CountBits];
                end
                3'd5: term_mask_o <= desc_data_i[Lanes-1:0];
                default: ;
            endcase
        end
    end
endmodule
