// SPDX-License-Identifier: Apache-2.0
// What a slot reads: its code word and its weight row. Both memories are large and lie all over a chip, so where the engine
// holds what it reads (Hold), the address of a code comes out of a register and its word goes into one.
//
//   slot -> [address] -> [code memory] -> [code word] -> source        Hold 0: slot -> [code memory] -> source
//               \-> weight row, which stands in the weight stage when the source's first spike is given
//
// Latency:   Hold 1: 2 cycles of go_i from slot to source, whose code word is there a cycle later; a row is asked for after 1.
//            Hold 0: none, and a row is asked for after 2, since it goes to the lanes from its memory.
// Not reset: everything but the valid bits.
module synfire_fetch #(
    parameter Hold     = 1,
    parameter RowAddr  = 14,
    parameter LaneBits = 3
) (
    input  wire                clk_i,
    input  wire                rst_ni,
    input  wire                clear_i,
    input  wire                go_i,           // slots move
    // the term
    input  wire                constant_i,
    input  wire                diagonal_i,
    input  wire                pool_i,
    // slots
    input  wire                slot_valid_i,
    input  wire                slot_hit_i,
    input  wire                slot_first_i,
    input  wire                slot_last_i,
    input  wire [3:0]          slot_place_i,
    input  wire [LaneBits-1:0] slot_lane_i,
    input  wire [RowAddr-1:0]  slot_row_i,
    output wire                code_want_o,    // it has a code; read where go_i
    // memories
    input  wire [31:0]         code_data_i,
    output wire                weight_want_o,  // as code_want_o
    output wire [RowAddr-1:0]  weight_row_o,
    // sources, for the pattern stage
    output wire                source_valid_o,
    output wire                source_hit_o,
    output wire                source_first_o,
    output wire                source_last_o,
    output wire [3:0]          source_place_o,
    output wire [LaneBits-1:0] source_lane_o,
    output wire [31:0]         code_data_o,    // a cycle of go_i behind its source
    output wire                empty_o
);
    wire reads_row = ~(pool_i & diagonal_i);   // a pool's rows name lanes
    reg                a_valid_q, a_hit_q, b_valid_q, b_hit_q;
    reg [RowAddr-1:0]  a_row_q;
    assign code_want_o = slot_valid_i & slot_hit_i & ~constant_i;

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            a_valid_q <= 1'b0;
            b_valid_q <= 1'b0;
        end else if (clear_i) begin
            a_valid_q <= 1'b0;
            b_valid_q <= 1'b0;
        end else if (go_i) begin
            a_valid_q <= slot_valid_i;
            b_valid_q <= a_valid_q;
        end
    end
    always @(posedge clk_i) begin
        if (go_i) begin
            a_hit_q <= slot_hit_i;
            b_hit_q <= a_hit_q;
            a_row_q <= slot_row_i;
        end
    end

    generate
        if (Hold != 0) begin : gen_hold
            reg                a_first_q, a_last_q, b_first_q, b_last_q;
            reg [3:0]          a_place_q, b_place_q;
            reg [LaneBits-1:0] a_lane_q, b_lane_q;
            reg [31:0]         code_q;
            always @(posedge clk_i) begin
                if (go_i) begin
                    a_first_q <= slot_first_i;
                    a_last_q  <= slot_last_i;
                    a_place_q <= slot_place_i;
                    a_lane_q  <= slot_lane_i;
                    b_first_q <= a_first_q;
                    b_last_q  <= a_last_q;
                    b_place_q <= a_place_q;
                    b_lane_q  <= a_lane_q;
                    code_q    <= code_data_i;
                end
            end
            assign weight_want_o  = a_valid_q & a_hit_q & reads_row;
            assign weight_row_o   = a_row_q;
            assign source_valid_o = b_valid_q;
            assign source_hit_o   = b_hit_q;
            assign source_first_o = b_first_q;
            assign source_last_o  = b_last_q;
            assign source_place_o = b_place_q;
            assign source_lane_o  = b_lane_q;
            assign code_data_o    = code_q;
            assign empty_o        = ~a_valid_q & ~b_valid_q;
        end else begin : gen_pass
            reg [RowAddr-1:0]  b_row_q;
            always @(posedge clk_i) begin
                if (go_i) b_row_q <= a_row_q;
            end
            assign weight_want_o  = b_valid_q & b_hit_q & reads_row;
            assign weight_row_o   = b_row_q;
            assign source_valid_o = slot_valid_i;
            assign source_hit_o   = slot_hit_i;
            assign source_first_o = slot_first_i;
            assign source_last_o  = slot_last_i;
            assign source_place_o = slot_place_i;
            assign source_lane_o  = slot_lane_i;
            assign code_data_o    = code_data_i;
            assign empty_o        = 1'b1;   // the pattern stage holds what is here
        end
    endgenerate
endmodule
