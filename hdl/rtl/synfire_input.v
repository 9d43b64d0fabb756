// SPDX-License-Identifier: Apache-2.0
// Input writer: builds active map and codes of the input population from a stream that names the
// active neurons in ascending order. Every word of the map is written once, so nothing of an
// earlier sample, and nothing of the power-up contents, is left.
//
//   word  [31:28] type   1 CODE: delta [27:16], pattern [15:0]   neuron = cursor + delta
//                        2 SKIP: n [27:0]                        cursor += n
//                        3 END                                   run the sample
//
// Handshake: in_ready_o may wait for in_valid_i (a word may need several cycles); it is low while
//            busy_i. start_o is one cycle; after an error failed_o comes in its place.
// Not reset: buffers (cleared at the start of each sample).
module synfire_input #(
    parameter PatternBits = 16,
    parameter ActAddr     = 10,
    parameter CodeAddr    = 14,
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
    output wire                act_we_o,
    output wire [ActAddr-1:0]  act_addr_o,
    output wire [31:0]         act_data_o,
    output wire                code_we_o,
    output wire [CodeAddr-1:0] code_addr_o,
    output wire [31:0]         code_data_o,
    // what happened
    output wire                source_o,       // one active neuron was accepted
    output wire                open_o,
    output wire                start_o,
    output wire                failed_o,
    output wire                bad_word_o,
    output wire                bad_neuron_o,
    output wire                bad_pattern_o
);
    reg        open_q, failed_q;
    reg [BitAddr:0] cursor_q;
    reg [ActAddr:0] act_index_q;
    reg [31:0]      act_buffer_q;
    reg             code_dirty_q;
    reg [BitAddr-1:0] code_index_q;
    reg [31:0]      code_buffer_q;

    wire valid    = in_valid_i & ~busy_i;
    wire is_code  = valid & (in_data_i[31:28] == 4'd1);
    wire is_skip  = valid & (in_data_i[31:28] == 4'd2);
    wire is_end   = valid & (in_data_i[31:28] == 4'd3);
    wire is_other = valid & ~is_code & ~is_skip & ~is_end;

    // Checks. Distances that no map of this engine has are too far whatever the cursor is.
    wire [27:0]      distance = is_code ? {16'd0, in_data_i[27:16]} : in_data_i[27:0];
    wire             near     = (distance >> BitAddr) == 28'd0;
    wire [BitAddr:0] neuron   = cursor_q + {1'b0, distance[BitAddr-1:0]};
    wire             outside  = ~near | (neuron >= neurons_i);
    wire             too_far  = ~near | (neuron > neurons_i);
    wire [15:0]      top      = format_i == 2'd0 ? 16'h0008 : format_i == 2'd1 ? 16'h0080 : 16'h8000;
    wire [15:0]      size     = in_data_i[15:0] & ~(top & {16{signed_i}});
    wire             no_spike = (size == 16'd0) | ((size >> steps_i) != 16'd0);
    wire             code_ok  = is_code & ~outside & ~no_spike;
    assign bad_word_o    = is_other;
    assign bad_neuron_o  = (is_code & outside) | (is_skip & too_far);
    assign bad_pattern_o = is_code & ~outside & no_spike;

    // Where the neuron lies.
    wire [ActAddr:0] act_target  = neuron[BitAddr:5];
    wire [ActAddr:0] act_words   = neurons_i[BitAddr:5] + {{ActAddr{1'b0}}, |neurons_i[4:0]};
    wire [BitAddr-1:0] code_target = neuron[BitAddr-1:0] >> (2'd3 - format_i);
    wire [4:0]       code_place  = format_i == 2'd0 ? {neuron[2:0], 2'd0}
                                 : format_i == 2'd1 ? {neuron[1:0], 3'd0} : {neuron[0], 4'd0};
    wire [31:0]      code_bits   = {16'd0, in_data_i[15:0]} << code_place;
    wire [BitAddr+CodeAddr-1:0] code_index_long = {{CodeAddr{1'b0}}, code_index_q};

    // Words that the stream has left behind are written before it goes on.
    wire act_behind  = (code_ok & (act_index_q != act_target)) | (is_end & (act_index_q != act_words));
    wire code_behind = code_dirty_q & (is_end | (code_ok & (code_index_q != code_target)));
    wire behind      = act_behind | code_behind;
    wire accept      = valid & ~behind;
    wire failure     = failed_q | no_program_i;
    assign in_ready_o  = ~busy_i & ~behind;
    assign act_we_o    = act_behind;
    assign act_addr_o  = act_base_i + act_index_q[ActAddr-1:0];
    assign act_data_o  = act_buffer_q;
    assign code_we_o   = code_behind;
    assign code_addr_o = code_base_i + code_index_long[CodeAddr-1:0];
    assign code_data_o = code_buffer_q;
    assign source_o    = code_ok & accept;
    assign open_o      = open_q;
    assign start_o     = is_end & accept & ~failure;
    assign failed_o    = is_end & accept & failure;
    wire unused_bits   = &{1'b0, act_index_q, code_index_long, distance, PatternBits[0]};

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            open_q       <= 1'b0;
            failed_q     <= 1'b0;
            cursor_q     <= {(BitAddr+1){1'b0}};
            act_index_q  <= {(ActAddr+1){1'b0}};
            code_dirty_q <= 1'b0;
        end else if (clear_i | (is_end & accept)) begin
            open_q       <= 1'b0;
            failed_q     <= 1'b0;
            cursor_q     <= {(BitAddr+1){1'b0}};
            act_index_q  <= {(ActAddr+1){1'b0}};
            code_dirty_q <= 1'b0;
        end else if (valid) begin
            open_q       <= 1'b1;
            failed_q     <= failed_q | bad_word_o | bad_neuron_o | bad_pattern_o;
            act_index_q  <= act_index_q + {{ActAddr{1'b0}}, act_behind};
            code_dirty_q <= source_o | (code_dirty_q & ~code_behind);
            if (source_o)                cursor_q <= neuron + {{BitAddr{1'b0}}, 1'b1};
            else if (is_skip & ~too_far) cursor_q <= neuron;
        end
    end

    always @(posedge clk_i) begin
        if (clear_i | ~open_q | act_behind | (is_end & accept))
            act_buffer_q <= source_o ? 32'd1 << neuron[4:0] : 32'd0;
        else if (source_o) act_buffer_q <= act_buffer_q | (32'd1 << neuron[4:0]);
        if (source_o) begin
            code_buffer_q <= code_dirty_q ? code_buffer_q | code_bits : code_bits;
            code_index_q  <= code_target;
        end
    end
endmodule
