// SPDX-License-Identifier: Apache-2.0
// Result streamer: sends the potentials of a read-out from code memory, with their arg-max (lowest
// index on ties), and the words that end a sample.
//
//   out: 4 RESULT population [27:16] count [15:0], count raw potentials,
//        5 CLASS population [27:16] index [15:0];   6 DONE;   7 ERROR bits [15:0]
//
// Latency:   header in the cycle after begin_i, DONE and ERROR two after finish_i; then a word every second cycle, or every fourth. A potential is compared in the
//            cycle after it was sent, and kept in the one after that: behind the code memory there is no time for it.
// Handshake: out_valid_o never waits for out_ready_i; a word stays until it is taken.
// Not reset: data.
module synfire_emit #(
    parameter CodeAddr = 14,
    parameter AccWidth = 32,
    parameter ReadCycles = 1       // from code_re_o to code_data_i: 1 or 3
) (
    input  wire                clk_i,
    input  wire                rst_ni,
    input  wire                clear_i,
    input  wire                begin_i,        // a read-out
    input  wire                finish_i,       // DONE, or ERROR where error_i
    input  wire                error_i,
    input  wire [15:0]         error_bits_i,
    input  wire [CodeAddr-1:0] code_base_i,
    input  wire [15:0]         count_i,
    input  wire [11:0]         population_i,
    output wire                idle_o,
    output wire                code_re_o,
    output wire [CodeAddr-1:0] code_addr_o,
    input  wire [31:0]         code_data_i,
    output reg                 out_valid_o,
    output reg  [31:0]         out_data_o,
    input  wire                out_ready_i
);
    localparam Idle = 3'd0, Read = 3'd1, Send = 3'd2, Class = 3'd3, Wait = 3'd4, Arrive = 3'd5;
    reg [2:0]          state_q;
    reg [CodeAddr-1:0] index_q, best_index_q;
    reg signed [AccWidth-1:0]  best_q;
    wire signed [AccWidth-1:0] value = out_data_o[AccWidth-1:0];    // the rest is its sign
    reg                first_q, sent_q;         // a potential was sent in the last cycle, the first one
    reg  [CodeAddr-1:0] sent_index_q;
    wire               space  = ~out_valid_o;   // a word is taken while the next one is read: nothing waits for out_ready_i
    reg                larger_q;                // it is larger than those before it
    reg                over_q;                  // all are sent; the last one is being compared
    wire [CodeAddr-1:0] next  = index_q + {{(CodeAddr-1){1'b0}}, 1'b1};
    reg                last_q;                  // of index_q; count_i comes from a memory
    wire [CodeAddr-1:0] count;
    wire [15:0]        class_index = {{(16-CodeAddr){1'b0}}, best_index_q};

    generate
        if (ReadCycles > 1) begin : gen_held
            reg [CodeAddr-1:0] count_q;
            always @(posedge clk_i) count_q <= count_i[CodeAddr-1:0];
            assign count = count_q;
        end else begin : gen_direct
            assign count = count_i[CodeAddr-1:0];
        end
    endgenerate

    reg                finish_q, error_q;       // a cycle late: the errors' registers hold what this one brings
    assign idle_o      = (state_q == Idle) & ~out_valid_o & ~finish_q;
    assign code_re_o   = state_q == Read;
    assign code_addr_o = code_base_i + index_q;

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            state_q     <= Idle;
            out_valid_o <= 1'b0;
            finish_q    <= 1'b0;
        end else if (clear_i) begin
            state_q     <= Idle;
            out_valid_o <= 1'b0;
            finish_q    <= 1'b0;
        end else begin
            finish_q    <= finish_i;
            if (out_ready_i) out_valid_o <= 1'b0;
            if (begin_i | finish_q | ((state_q == Send | state_q == Class) & space)) out_valid_o <= 1'b1;
            case (state_q)
                Idle: if (begin_i) state_q <= Read;
                Read: state_q <= over_q | (ReadCycles > 1) ? Wait : Send;
                Wait: state_q <= over_q ? Class : Arrive;
                Arrive: state_q <= Send;
                Send: if (space) state_q <= Read;
                default: if (space) state_q <= Idle;
            endcase
        end
    end

    always @(posedge clk_i) begin
        error_q <= error_i;
        if (begin_i) index_q <= {CodeAddr{1'b0}};
        else if ((state_q == Send) & space) index_q <= next;
        last_q       <= next == count;
        sent_q       <= (state_q == Send) & space;
        if ((state_q == Send) & space) sent_index_q <= index_q;
        larger_q     <= sent_q & (first_q | (value > best_q));
        first_q      <= index_q == {CodeAddr{1'b0}};
        if (begin_i)              over_q <= 1'b0;
        else if (state_q == Send) over_q <= last_q;
        if (larger_q) begin
            best_q       <= value;
            best_index_q <= sent_index_q;
        end
        if (begin_i)       out_data_o <= {4'd4, population_i, count_i};
        else if (finish_q) out_data_o <= error_q ? {4'd7, 12'd0, error_bits_i} : {4'd6, 28'd0};
        else if (space)    out_data_o <= state_q == Class ? {4'd5, population_i, class_index}
                                                             : code_data_i;
    end
endmodule
