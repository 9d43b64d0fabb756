// SPDX-License-Identifier: Apache-2.0
// Input writer: builds active map and codes of the input population from a stream that names the
// active neurons in ascending order. Every word of the map is written once, so nothing of an
// earlier sample, and nothing of the power-up contents, is left.
//
//   word  [31:28] type   1 CODE: delta [27:16], pattern [15:0]   neuron = cursor + delta
//                        2 SKIP: n [27:0]                        cursor += n
//                        3 END: later [0]                        run the sample, or a step of it; later: not the first one
//
//   stream -> [decode, neuron] -> [what it leaves behind] -> [check, write that, keep bit and pattern]
//
// Latency:   a word takes 3 cycles, and one for each group of Lanes bits that it leaves behind.
// Handshake: in_ready_o is low while a word is worked on and while busy_i. start_o is one cycle;
//            after an error failed_o comes in its place.
// Not reset: buffers (cleared at the start of each sample).
module synfire_input #(
    parameter Lanes       = 8,
    parameter PatternBits = 16,
    parameter ActAddr     = 10,
    parameter CodeAddr    = 14,
    parameter EveryWord   = 0,             // 1: words of codes without a spike are written too
    parameter BitAddr     = ActAddr + 5    // derived
) (
    input  wire                clk_i,
    input  wire                rst_ni,
    input  wire                clear_i,
    input  wire                busy_i,         // a program runs, or results leave
    input  wire                no_program_i,
    // the population
    input  wire [ActAddr-1:0]  act_base_i,
    input  wire [CodeAddr-1:0] code_base_i,
    input  wire [BitAddr:0]    neurons_i,
    input  wire [1:0]          format_i,
    input  wire [4:0]          steps_i,
    input  wire                signed_i,
    // stream
    input  wire                in_valid_i,
    input  wire [31:0]         in_data_i,
    output wire                in_ready_o,
    // memories
    output wire [32/Lanes-1:0] act_we_o,       // one per group of Lanes bits
    output wire                act_word_o,     // the first group of a word is written
    output wire [ActAddr-1:0]  act_addr_o,
    output wire [Lanes-1:0]    act_data_o,     // for any group
    output wire                code_we_o,
    output wire [CodeAddr-1:0] code_addr_o,
    output wire [31:0]         code_data_o,
    // what happened
    output wire                source_o,       // one active neuron was accepted
    output wire                open_o,
    output wire                start_o,
    output reg                 later_o,        // step of a sample than the first one
    output wire                failed_o,
    output wire                bad_word_o,
    output wire                bad_neuron_o,
    output wire                bad_pattern_o
);
    localparam LaneBits  = $clog2(Lanes);
    localparam GroupBits = BitAddr - LaneBits;
    reg        open_q, failed_q;
    reg [BitAddr:0] cursor_q;
    reg [GroupBits:0] act_index_q;             // group that is being built
    reg [Lanes-1:0] act_buffer_q;
    reg             code_dirty_q;
    reg [BitAddr-1:0] code_index_q;
    reg [31:0]      code_buffer_q;

    // A word of the stream is taken and decoded in one cycle, compared with what came before in the next one, checked and
    // written in those that follow.
    reg             held_q, work_q, code_q, skip_q, end_q, far_q, beyond_q, outside_q, bad_q;
    reg [BitAddr:0] neuron_q;
    reg [15:0]      pattern_q;
    wire [3:0]       sort     = in_data_i[31:28];
    wire [27:0]      distance = sort == 4'd1 ? {16'd0, in_data_i[27:16]} : in_data_i[27:0];
    wire             take     = in_valid_i & in_ready_o;
    // Distances that no map of this engine has are too far whatever the cursor is.
    wire             far      = (distance >> BitAddr) != 28'd0;
    wire [BitAddr:0] neuron   = cursor_q + {1'b0, distance[BitAddr-1:0]};

    // Spikes of the pattern: one at least, none beyond the last step.
    wire [15:0]      top      = format_i == 2'd0 ? 16'h0008
                                : PatternBits == 8 || format_i == 2'd1 ? 16'h0080 : 16'h8000;
    wire [15:0]      size     = in_data_i[15:0] & ~(top & {16{signed_i}});
    wire [PatternBits-1:0] short = size[PatternBits-1:0];
    wire             no_spike = (short == {PatternBits{1'b0}}) | ((short >> steps_i) != {PatternBits{1'b0}})
                                | ((in_data_i[15:0] >> PatternBits) != 16'd0);

    always @(posedge clk_i) begin
        if (take) later_o <= in_data_i[0];   // of the last word, END
        if (~held_q) begin               // what is decoded in vain is not worked on
            code_q    <= sort == 4'd1;
            skip_q    <= sort == 4'd2;
            end_q     <= sort == 4'd3;
            neuron_q  <= neuron;
            far_q     <= far;
            pattern_q <= in_data_i[15:0];
            bad_q     <= no_spike;
        end
    end

    wire is_code  = work_q & code_q;
    wire is_skip  = work_q & skip_q;
    wire is_end   = work_q & end_q;
    wire is_other = work_q & ~code_q & ~skip_q & ~end_q;

    // Checks.
    wire             code_ok  = is_code & ~outside_q & ~bad_q;
    assign bad_word_o    = is_other;
    assign bad_neuron_o  = (is_code & outside_q) | (is_skip & beyond_q);
    assign bad_pattern_o = is_code & ~outside_q & bad_q;

    // Where the neuron lies.
    // The map ends with a whole word: all of its groups are written.
    wire [ActAddr:0]   words      = neurons_i[BitAddr:5] + {{ActAddr{1'b0}}, |neurons_i[4:0]};
    reg  [ActAddr:0]   words_q;    // set long before a sample ends, which needs them early in the cycle
    wire [GroupBits:0] act_groups = {words_q, {(5-LaneBits){1'b0}}};
    wire [GroupBits:0] act_target = end_q ? act_groups : neuron_q[BitAddr:LaneBits];
    // Engines that read every code have every word of them written: the index counts up to its target.
    wire [BitAddr:0] code_places = neurons_i + {{(BitAddr-2){1'b0}}, 3'd7 >> format_i};
    wire [BitAddr:0] code_words  = code_places >> (2'd3 - format_i);
    reg  [BitAddr-1:0] code_words_q;
    wire [BitAddr-1:0] code_target = (EveryWord != 0) & end_q ? code_words_q
                                     : neuron_q[BitAddr-1:0] >> (2'd3 - format_i);
    // The pattern stands at every place of the word; one place of it is taken.
    wire             narrow = PatternBits == 8 || format_i == 2'd1;
    reg  [7:0]       nibbles;
    reg  [31:0]      spread, place;
    integer          i;
    always @* begin
        for (i = 0; i < 8; i = i + 1) begin
            nibbles[i] = format_i == 2'd0 ? neuron_q[2:0] == i[2:0]
                       : narrow ? neuron_q[1:0] == i[2:1] : neuron_q[0] == i[2];
            place[4*i +: 4] = {4{nibbles[i]}};
        end
        spread = format_i == 2'd0 ? {8{pattern_q[3:0]}} : narrow ? {4{pattern_q[7:0]}}
               : {2{pattern_q[15:0]}};
    end
    wire [Lanes-1:0]   act_bit    = {{(Lanes-1){1'b0}}, 1'b1} << neuron_q[LaneBits-1:0];
    wire [BitAddr+CodeAddr-1:0] code_index_long = {{CodeAddr{1'b0}}, code_index_q};

    // Words that the stream has left behind are written before it goes on.
    reg  act_far_q;                            // the map is not built up to the target
    reg  code_far_q;                           // the neuron's code is not in the buffered word
    wire act_behind  = (code_ok | is_end) & act_far_q;
    wire code_behind = EveryWord != 0 ? (code_ok | is_end) & code_far_q
                                      : code_dirty_q & (is_end | (code_ok & code_far_q));
    wire [BitAddr-1:0] code_next = code_index_q + {{(BitAddr-1){1'b0}}, (EveryWord != 0) & code_behind};
    wire [GroupBits:0] act_after = act_index_q + {{GroupBits{1'b0}}, 1'b1};
    wire [GroupBits:0] act_next = act_behind ? act_after : act_index_q;
    wire first_group;
    wire behind      = act_behind | code_behind;
    wire accept      = work_q & ~behind;
    wire over        = is_end & ~act_far_q & ~code_dirty_q & ~((EveryWord != 0) & code_far_q);   // the sample; without the checks of a neuron
    wire act_fresh   = clear_i | ~open_q | act_behind | over;
    genvar g;
    generate
        if (Lanes == 32) begin : gen_word
            assign first_group = 1'b1;
            assign act_we_o    = act_behind;
        end else begin : gen_groups
            assign first_group = act_index_q[4-LaneBits:0] == {(5-LaneBits){1'b0}};
            for (g = 0; g < 32 / Lanes; g = g + 1) begin : gen_enable
                assign act_we_o[g] = act_behind & (act_index_q[4-LaneBits:0] == g[4-LaneBits:0]);
            end
        end
    endgenerate
    wire failure     = failed_q | no_program_i;
    reg    ready_q;                            // the streams' parsers are long enough behind it
    assign in_ready_o  = ready_q;
    assign act_word_o  = act_behind & first_group;
    assign act_addr_o  = act_base_i + act_index_q[GroupBits-1 -: ActAddr];
    assign act_data_o  = act_buffer_q;
    assign code_we_o   = code_behind;
    assign code_addr_o = code_base_i + code_index_long[CodeAddr-1:0];
    assign code_data_o = code_buffer_q & {32{(EveryWord == 0) | code_dirty_q}};
    assign source_o    = code_ok & accept;
    assign open_o      = open_q | held_q;
    assign start_o     = over & ~failure;
    assign failed_o    = over & failure;
    wire unused_bits   = &{1'b0, act_index_q, code_index_long, size, code_words};

    wire                clears = clear_i | over;
    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            open_q       <= 1'b0;
            failed_q     <= 1'b0;
            cursor_q     <= {(BitAddr+1){1'b0}};
            act_index_q  <= {(GroupBits+1){1'b0}};
            code_dirty_q <= 1'b0;
            held_q       <= 1'b0;
            work_q       <= 1'b0;
            ready_q      <= 1'b0;
        end else begin
            // What happens to a word happens while it is worked on: nothing else enables these registers.
            held_q       <= ~clears & (take | (held_q & (~work_q | behind)));
            work_q       <= ~clears & held_q & (~work_q | behind);
            ready_q      <= ~clears & ~take & ~(held_q & (~work_q | behind)) & ~busy_i;
            open_q       <= ~clears & (open_q | work_q);
            failed_q     <= ~clears & (failed_q | bad_word_o | bad_neuron_o | bad_pattern_o);
            act_index_q  <= act_next & {(GroupBits+1){~clears}};
            code_dirty_q <= ~clears & (source_o | (code_dirty_q & ~code_behind));
            if (clears)                   cursor_q <= {(BitAddr+1){1'b0}};
            else if (source_o)            cursor_q <= neuron_q + {{BitAddr{1'b0}}, 1'b1};
            else if (is_skip & ~beyond_q) cursor_q <= neuron_q;
        end
    end

    always @(posedge clk_i) begin
        words_q    <= words;
        act_far_q  <= act_behind ? act_after != act_target : act_index_q != act_target;
        code_far_q <= code_next != code_target;
        code_words_q <= code_words[BitAddr-1:0];
        beyond_q   <= far_q | (neuron_q > neurons_i);
        outside_q  <= far_q | (neuron_q >= neurons_i);
    end

    always @(posedge clk_i) begin
        act_buffer_q <= (act_buffer_q & {Lanes{~act_fresh}}) | (act_bit & {Lanes{source_o}});
        if (source_o) begin
            code_buffer_q <= (spread & place) | (code_buffer_q & ~place & {32{code_dirty_q}});
            code_index_q  <= code_target;
        end else if (EveryWord != 0) begin
            code_index_q  <= open_o ? code_next : {BitAddr{1'b0}};
        end
    end
endmodule
