// SPDX-License-Identifier: Apache-2.0
// Source stage: holds one slot of the scanner for a cycle and asks for its code word. It stands between the two memories,
// active map and codes, which together would set the clock.
//
//   slot -> [source: code address] -> code memory, pattern stage
//
// Latency:   1 cycle.
// Handshake: moves with go_i, as everything before the adder does.
// Not reset: everything but the valid bit.
module synfire_source #(
    parameter BitAddr  = 15,
    parameter CodeAddr = 14,
    parameter RowAddr  = 14,
    parameter LaneBits = 3,
    parameter InOrder  = 0     // 1: every bit of a run comes, and a code word is read for the first of its codes alone
) (
    input  wire                clk_i,
    input  wire                rst_ni,
    input  wire                clear_i,
    input  wire                go_i,
    // the term
    input  wire [1:0]          format_i,
    input  wire                constant_i,
    input  wire [CodeAddr-1:0] code_base_i,
    // slots of the scanner
    input  wire                slot_valid_i,
    input  wire                slot_hit_i,
    input  wire                slot_first_i,
    input  wire                slot_last_i,
    input  wire [BitAddr-1:0]  slot_bit_i,
    input  wire [RowAddr-1:0]  slot_row_i,
    input  wire [LaneBits-1:0] slot_lane_i,
    input  wire                slot_fresh_i,
    // code memory
    output wire                code_re_o,
    output wire [CodeAddr-1:0] code_addr_o,
    // to the pattern stage
    output reg                 valid_o,
    output reg                 hit_o,
    output reg                 first_o,
    output reg                 last_o,
    output wire [2:0]          place_o,    // low bits of the bit address: place in the code word
    output reg  [RowAddr-1:0]  row_o,
    output reg  [LaneBits-1:0] lane_o
);
    reg  [BitAddr-1:0]          bit_q;
    wire [BitAddr-1:0]          offset      = bit_q >> (2'd3 - format_i);
    wire [BitAddr+CodeAddr-1:0] offset_long = {{CodeAddr{1'b0}}, offset};
    reg                         fresh_q;    // no code before this one has read its word
    wire                        opens       = format_i == 2'd0 ? bit_q[2:0] == 3'd0 : format_i == 2'd1 ? bit_q[1:0] == 2'd0
                                                                                   : ~bit_q[0];
    wire                        reads       = InOrder == 0 || fresh_q || opens;
    wire                        unused      = &{1'b0, offset_long};

    assign place_o     = bit_q[2:0];
    assign code_re_o   = go_i & valid_o & hit_o & ~constant_i & reads;
    assign code_addr_o = code_base_i + offset_long[CodeAddr-1:0];

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni)      valid_o <= 1'b0;
        else if (clear_i) valid_o <= 1'b0;
        else if (go_i)    valid_o <= slot_valid_i;
    end

    always @(posedge clk_i) begin
        if (go_i) begin
            hit_o   <= slot_hit_i;
            first_o <= slot_first_i;
            last_o  <= slot_last_i;
            bit_q   <= slot_bit_i;
            row_o   <= slot_row_i;
            lane_o  <= slot_lane_i;
            fresh_q <= slot_fresh_i;
        end
    end
endmodule
