// SPDX-License-Identifier: Apache-2.0
// What the engine relies on in the scanner, for one run in any map of two words with any stalls: every active bit of the
// run comes as one slot, in ascending order, with its weight row and lane; a word without any comes as one empty slot;
// first and last slot are marked. Inputs are held from the cycle of the reset on.
module synfire_scanner_props #(
    parameter Hold = 1      // stage H
) (
    input wire         clk_i,
    input wire         rst_ni,
    input wire [63:0]  map_i,
    input wire         null_i,
    input wire [6:0]   start_i,
    input wire [6:0]   bits_i,
    input wire [7:0]   row_i,
    input wire [2:0]   lane0_i,
    input wire         diagonal_i,
    input wire         constant_i,
    input wire         ready_i
);
    reg [63:0]  map_q;
    reg         null_q, diagonal_q, constant_q, sent_q, begun_q, ended_q;
    reg [6:0]   start_q, bits_q;
    reg [7:0]   row_q;
    reg [2:0]   lane0_q;
    reg [63:0]  left_q;        // bits of the run that have not come as slots
    reg [7:0]   next_q;        // the next slot is not below
    reg [31:0]  data_q;

    wire         run_ready, act_re, valid, hit, first, last, empty;
    wire [1:0]   act_addr;
    wire [6:0]   slot_bit;
    wire [7:0]   slot_row;
    wire [2:0]   slot_lane;
    wire [63:0]  in_run = ~({64{1'b1}} << bits_i) << start_i;
    wire [63:0]  one    = 64'd1 << slot_bit[5:0];
    wire [63:0]  word   = slot_bit[5] ? {{32{1'b1}}, 32'd0} : {32'd0, {32{1'b1}}};
    wire         slot   = valid & ready_i;
    wire         inside = {1'b0, start_i} + {1'b0, bits_i} <= 8'd64 && bits_i != 7'd0;

    synfire_scanner #(.BitAddr(7), .RowAddr(8), .LaneBits(3), .Hold(Hold)) u_scanner (
        .clk_i        (clk_i),
        .rst_ni       (rst_ni),
        .clear_i      (1'b0),
        .diagonal_i   (diagonal_q),
        .constant_i   (constant_q),
        .lane0_i      (lane0_q),
        .empty_o      (empty),
        .run_valid_i  (~sent_q),
        .run_ready_o  (run_ready),
        .run_null_i   (null_q),
        .run_start_i  (start_q),
        .run_more_i   (bits_q - 7'd1),
        .run_row_i    (row_q),
        .run_first_i  (1'b1),
        .run_last_i   (1'b1),
        .act_re_o     (act_re),
        .act_addr_o   (act_addr),
        .act_data_i   (data_q),
        .slot_valid_o (valid),
        .slot_ready_i (ready_i),
        .slot_hit_o   (hit),
        .slot_first_o (first),
        .slot_last_o  (last),
        .slot_bit_o   (slot_bit),
        .slot_row_o   (slot_row),
        .slot_lane_o  (slot_lane)
    );

    always @(posedge clk_i) begin
        if (!rst_ni) begin
            map_q      <= map_i;
            left_q     <= (map_i | {64{constant_i}}) & in_run & {64{~null_i}};
            null_q     <= null_i;
            start_q    <= start_i;
            bits_q     <= bits_i;
            row_q      <= row_i;
            lane0_q    <= lane0_i;
            diagonal_q <= diagonal_i;
            constant_q <= constant_i;
            sent_q     <= 1'b0;
            begun_q    <= 1'b0;
            ended_q    <= 1'b0;
            next_q     <= 8'd0;
        end else begin
            if (run_ready) sent_q <= 1'b1;
            if (act_re) data_q <= act_addr[0] ? map_q[63:32] : map_q[31:0];
            if (slot) begin
                begun_q <= 1'b1;
                ended_q <= last;
                if (hit) left_q <= left_q & ~one;
                next_q <= hit ? {1'b0, slot_bit} + 8'd1 : {1'b0, slot_bit[6:5], 5'd0} + 8'd32;
            end
        end
    end

    always @* begin
        if (!rst_ni) assume (inside);
        if (rst_ni && slot) begin
            assert (null_q || !slot_bit[6]);
            assert (!ended_q);
            assert (first == !begun_q);
            assert (hit == ((left_q & word) != 64'd0));
            if (hit) begin
                assert ((left_q & one) != 64'd0);
                assert ({1'b0, slot_bit} >= next_q);
                assert (slot_row == (diagonal_q ? row_q : row_q + {1'b0, slot_bit[6:5], 5'd0} - {1'b0, start_q}));
                if (diagonal_q) assert (slot_lane == lane0_q + slot_bit[2:0] - start_q[2:0]);
            end
            if (!hit && !null_q) assert ({1'b0, slot_bit[6:5], 5'd31} >= next_q);
            if (last) assert ((left_q & ~(hit ? one : 64'd0)) == 64'd0);
            if (!last) assert (!null_q);
        end
        if (rst_ni && sent_q && begun_q && empty) assert (ended_q);
    end
endmodule
