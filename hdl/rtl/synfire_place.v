// SPDX-License-Identifier: Apache-2.0
// Places of the words of a pass: where their active bits, their patterns and their states lie, and their numbers.
//
//   without states: those of the word that is written; on to the next one when it is
//   with states:    next: on when a word is taken or skipped      here: those of the word that was taken last
//
// Latency:   the places of a word are there in the cycle after take_i; where it is read (state_raddr_o), with take_i.
// Not reset: everything (set by the header and by pass_begin_i).
`include "synfire_descriptor.vh"

module synfire_place #(
    parameter BitAddr   = 15,
    parameter CodeAddr  = 14,
    parameter Streaming = 0,
    parameter Vectors   = 0,      // 1: a pass is one word
    parameter StateAddr = Streaming == 0 ? 1 : Streaming   // derived
) (
    input  wire                 clk_i,
    input  wire                 pass_begin_i,
    input  wire                 act_load_i,     // header word 1 arrives
    input  wire                 code_load_i,    // header word 2 arrives
    input  wire                 range_load_i,   // the range arrives
    input  wire [63:0]          header_i,
    input  wire                 pool_i,         // its words are not taken
    input  wire                 take_i,
    input  wire                 skip_i,
    input  wire                 word_end_i,     // active bits are written
    input  wire                 ends_i,         // the word is done
    output wire [BitAddr-1:0]   act_o,
    output wire [CodeAddr-1:0]  code_o,
    output wire [CodeAddr-1:0]  code_start_o,   // where the pass begins to write, or results lie
    output wire [19:0]          position_o,
    output wire [StateAddr-1:0] state_raddr_o,
    output wire [StateAddr-1:0] state_waddr_o
);
    reg [BitAddr-1:0]  act_q, act_step_q;
    reg [CodeAddr-1:0] code_q, code_step_q;
    reg [19:0]         position_q;
    wire               next = (Streaming == 0) | pool_i ? ends_i : take_i | skip_i;
    wire               next_act = (Streaming == 0) | pool_i ? word_end_i : take_i | skip_i;
    wire               unused = &{1'b0, header_i};
    assign code_start_o = code_q;
    always @(posedge clk_i) begin
        if (act_load_i)    act_q <= header_i[`SYNFIRE_PASS_ACT_OUT_LSB +: BitAddr];
        else if (next_act & (Vectors == 0)) act_q <= act_q + act_step_q;
        if (code_load_i)   code_q <= header_i[`SYNFIRE_PASS_CODE_OUT_LSB +: CodeAddr];
        else if (next & (Vectors == 0)) code_q <= code_q + code_step_q;
        if (act_load_i)    act_step_q  <= header_i[`SYNFIRE_PASS_ACT_STEP_LSB +: BitAddr];
        if (code_load_i)   code_step_q <= header_i[`SYNFIRE_PASS_CODE_STEP_LSB +: CodeAddr];
        if (pass_begin_i)  position_q <= 20'd0;
        else if (next)     position_q <= position_q + 20'd1;
    end

    generate
        if (Streaming == 0) begin : gen_written
            assign act_o         = act_q;
            assign code_o        = code_q;
            assign position_o    = position_q;
            assign state_raddr_o = {StateAddr{1'b0}};
            assign state_waddr_o = {StateAddr{1'b0}};
            wire   unused_state  = &{1'b0, range_load_i, take_i, skip_i, pool_i};
        end else begin : gen_taken
            reg [BitAddr-1:0]   act_here_q;
            reg [CodeAddr-1:0]  code_here_q;
            reg [19:0]          position_here_q;
            reg [StateAddr-1:0] next_q, here_q;
            assign act_o         = pool_i ? act_q : act_here_q;
            assign code_o        = pool_i ? code_q : code_here_q;
            assign position_o    = pool_i ? position_q : position_here_q;
            assign state_raddr_o = next_q;
            assign state_waddr_o = here_q;
            always @(posedge clk_i) begin
                if (take_i) begin
                    act_here_q      <= act_q;
                    code_here_q     <= code_q;
                    position_here_q <= position_q;
                end
                if (range_load_i)         next_q <= header_i[`SYNFIRE_RANGE_STATE_LSB +: StateAddr];
                else if (take_i | skip_i) next_q <= next_q + {{(StateAddr-1){1'b0}}, 1'b1};
                if (take_i) here_q <= next_q;
            end
        end
    endgenerate
endmodule
