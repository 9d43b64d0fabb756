// SPDX-License-Identifier: Apache-2.0
// Zero-skip scanner: reads the active map along a run and gives one slot per active bit, or one
// empty slot for a word without any (and for a null run). Four stages: W walks over the words of a
// run, M masks the word that was read, N holds it, S takes its bits one by one; with Hold a fifth, H, holds it as it was read.
//
//   run -> [W: next word, reads the active map] -> [M: bits of the run] -> ([H]) -> [N] -> [S: lowest bit, the rest] -> slot
//                                                                                    ^______________________|
//
// Latency:   run to first slot 4 cycles, with Hold 5 (H, between M and N); then a slot per cycle, whatever the number of empty words.
// Handshake: slot_valid_o never waits for slot_ready_i; a slot stays until it is taken. Everything before S moves when S has
//            no bits left, whether it holds something or not: runs come without gaps, and one signal moves all.
// Not reset: everything but the valid bits.
module synfire_scanner #(
    parameter BitAddr  = 15,
    parameter RowAddr  = 14,
    parameter LaneBits = 3,
    parameter Vectors  = 0,    // 1: run_row_i stands for a whole term, as the weight row of bit 0 of the map
    parameter Hold     = 1     // 1: bits of the map go into registers as they come (H), and are masked behind them
) (
    input  wire               clk_i,
    input  wire               rst_ni,
    input  wire               clear_i,        // forget everything (abort)
    input  wire               diagonal_i,     // one weight row for a whole run, one lane per bit
    input  wire               constant_i,     // all bits count as active, nothing is read
    input  wire [LaneBits-1:0] lane0_i,       // diagonal: lane of a run's first bit
    output wire               empty_o,        // no word is held
    // runs
    input  wire               run_valid_i,
    output wire               run_ready_o,
    input  wire               run_null_i,
    input  wire [BitAddr-1:0] run_start_i,
    input  wire [BitAddr-1:0] run_more_i,     // bits behind the first one
    input  wire [RowAddr-1:0] run_row_i,
    input  wire               run_first_i,
    input  wire               run_last_i,
    // active map
    output wire               act_re_o,
    output wire [BitAddr-6:0] act_addr_o,
    input  wire [31:0]        act_data_i,
    // slots
    output wire               slot_valid_o,
    input  wire               slot_ready_i,
    output wire               slot_hit_o,     // a source; otherwise an empty slot
    output wire               slot_first_o,   // first slot of the field
    output wire               slot_last_o,    // last slot of the field
    output wire [BitAddr-1:0] slot_bit_o,
    output wire [RowAddr-1:0] slot_row_o,     // weight row of the word's bit 0; diagonal: of the run; Vectors: of the map's bit 0
    output wire [LaneBits-1:0] slot_lane_o,
    output wire               slot_fresh_o    // first slot of a word
);
    localparam InWord = LaneBits > 5 ? 5 : LaneBits;   // bits of a lane that a place in a word has
    // W: the next word of the run.
    reg               w_valid_q, w_null_q, w_first_q, w_last_q;
    reg               w_final_q;      // last word of the run, or nothing is held
    reg [BitAddr-6:0] w_word_q;
    reg [BitAddr-6:0] w_words_q;      // words behind this one
    reg [4:0]         w_from_q;       // bits of the word: from here; in the last word up to there
    reg [4:0]         w_to_q;
    reg [RowAddr-1:0] w_row_q;    // weight row of the word's bit 0, which need not be in the run
    reg [LaneBits-1:0] w_lane_q;  // its lane; up to 32 lanes the same for all words, since lanes count modulo N
    wire [BitAddr-1:0] reach  = {{(BitAddr-5){1'b0}}, run_start_i[4:0]} + run_more_i;
    wire [BitAddr-6:0] one_word = {{(BitAddr-6){1'b0}}, 1'b1};

    // M: the word whose bits arrive.
    reg               m_valid_q, m_null_q, m_first_q, m_last_q;
    reg [4:0]         m_from_q, m_to_q;    // bits that belong to the run
    reg [BitAddr-6:0] m_word_q;
    reg [RowAddr-1:0] m_row_q;
    reg [LaneBits-1:0] m_lane_q;

    // What goes on to N: M, or H, which holds it with the bits that came.
    wire              h_valid, h_first, h_last;
    wire [BitAddr-6:0] h_word;
    wire [RowAddr-1:0] h_row;
    wire [LaneBits-1:0] h_lane;
    wire [31:0]       h_bits, h_mask;
    wire              h_holds;        // H is there and holds something

    // N: the next word's bits.
    reg               n_valid_q, n_first_q, n_last_q;
    reg [BitAddr-6:0] n_word_q;
    reg [RowAddr-1:0] n_row_q;
    reg [LaneBits-1:0] n_lane_q;
    reg [31:0]        n_bits_q;       // those that belong to the run

    // S: the bit that was found last, and those above it.
    reg               s_valid_q, s_hit_q, s_first_q, s_last_q, s_fresh_q;
    reg               s_more_q;       // there are such bits
    reg [31:0]        s_rest_q;
    reg [4:0]         s_index_q;
    reg [BitAddr-6:0] s_word_q;
    reg [RowAddr-1:0] s_row_q;
    reg [LaneBits-1:0] s_lane_q;
    wire [31:0]       scanned = s_more_q ? s_rest_q : n_bits_q;
    reg  [7:0]        n_nibbles_q, s_nibbles_q;   // nibbles of these that are not 0
    wire [7:0]        nibbles = s_more_q ? s_nibbles_q : n_nibbles_q;
    wire [7:0]        left;
    reg  [7:0]        nibbles_next;
    wire              any, more;
    wire [4:0]        index;
    wire [31:0]       found;
    wire              moves = slot_ready_i & ~s_more_q;

    synfire_find_first u_find (
        .bits_i  (scanned),
        .nibbles_i(nibbles),
        .left_o  (left),
        .any_o   (any),
        .more_o  (more),
        .index_o (index),
        .mask_o  (found)
    );

    assign run_ready_o = moves & w_final_q;
    assign act_re_o    = moves & w_valid_q & ~w_null_q & ~constant_i;
    assign act_addr_o  = w_word_q;
    assign empty_o     = ~w_valid_q & ~m_valid_q & ~h_holds & ~n_valid_q & ~s_valid_q;

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            w_valid_q <= 1'b0;
            w_final_q <= 1'b1;
            m_valid_q <= 1'b0;
            n_valid_q <= 1'b0;
            s_valid_q <= 1'b0;
            s_more_q  <= 1'b0;
        end else if (clear_i) begin
            w_valid_q <= 1'b0;
            w_final_q <= 1'b1;
            m_valid_q <= 1'b0;
            n_valid_q <= 1'b0;
            s_valid_q <= 1'b0;
            s_more_q  <= 1'b0;
        end else begin
            if (moves) begin
                if (w_final_q) w_valid_q <= run_valid_i;
                w_final_q <= w_final_q ? ~run_valid_i | run_null_i | (reach[BitAddr-1:5] == {(BitAddr-5){1'b0}})
                                       : w_words_q == one_word;
                m_valid_q <= w_valid_q;
                n_valid_q <= h_valid;
                s_valid_q <= n_valid_q;
            end
            if (slot_ready_i) s_more_q <= more & (s_more_q | n_valid_q);
        end
    end

    always @(posedge clk_i) begin
        if (run_ready_o) begin
            w_null_q  <= run_null_i;
            w_first_q <= run_first_i;
            w_last_q  <= run_last_i;
            w_word_q  <= run_start_i[BitAddr-1:5];
            w_words_q <= reach[BitAddr-1:5];
            w_from_q  <= run_start_i[4:0];
            w_to_q    <= reach[4:0];
            w_row_q   <= diagonal_i ? run_row_i : run_row_i - {{(RowAddr-5){1'b0}}, run_start_i[4:0]};
            w_lane_q  <= lane0_i - {{(LaneBits-InWord){1'b0}}, run_start_i[InWord-1:0]};
        end else if (moves) begin
            w_first_q <= 1'b0;
            w_word_q  <= w_word_q + one_word;
            w_words_q <= w_words_q - one_word;
            w_from_q  <= 5'd0;
            if (LaneBits > 5) w_lane_q[LaneBits-1] <= ~w_lane_q[LaneBits-1];
            if (~diagonal_i) w_row_q[RowAddr-1:5] <= w_row_q[RowAddr-1:5] + {{(RowAddr-6){1'b0}}, 1'b1};
        end
    end

    always @(posedge clk_i) begin
        if (moves) begin
            m_null_q  <= w_null_q;
            m_first_q <= w_first_q;
            m_last_q  <= w_last_q & w_final_q;
            m_from_q  <= w_from_q;
            // A run that does not end here goes on to the word's end.
            m_to_q    <= w_final_q ? w_to_q : 5'd31;
            m_word_q  <= w_word_q;
            m_row_q   <= w_row_q;
            m_lane_q  <= w_lane_q;
        end
    end

    reg [31:0] from, up_to;
    integer    i;
    always @* begin
        for (i = 0; i < 32; i = i + 1) begin
            from[i]  = i[4:2] > m_from_q[4:2] || (i[4:2] == m_from_q[4:2] && i[1:0] >= m_from_q[1:0]);
            up_to[i] = i[4:2] < m_to_q[4:2] || (i[4:2] == m_to_q[4:2] && i[1:0] <= m_to_q[1:0]);
        end
    end

    wire [31:0] bits = (h_bits | {32{constant_i}}) & h_mask;
    always @* begin
        for (i = 0; i < 8; i = i + 1) nibbles_next[i] = |bits[4*i +: 4];
    end

    always @(posedge clk_i) begin
        if (moves) begin
            n_first_q <= h_first;
            n_last_q  <= h_last;
            n_word_q  <= h_word;
            n_row_q   <= h_row;
            n_lane_q  <= h_lane;
            n_bits_q  <= bits;
            n_nibbles_q <= nibbles_next;
            s_last_q  <= n_last_q;
            s_word_q  <= n_word_q;
            s_row_q   <= n_row_q;
            s_lane_q  <= n_lane_q;
        end
        if (slot_ready_i) begin
            s_hit_q   <= any;
            s_first_q <= n_first_q & ~s_more_q;
            s_fresh_q <= ~s_more_q;
            s_rest_q  <= scanned & ~found;
            s_nibbles_q <= left;
            s_index_q <= index;
        end
    end

    wire [31:0] mask = from & up_to & {32{~m_null_q}};
    generate
        if (Hold != 0) begin : gen_held
            reg               h_valid_q, h_first_q, h_last_q;
            reg [BitAddr-6:0] h_word_q;
            reg [RowAddr-1:0] h_row_q;
            reg [LaneBits-1:0] h_lane_q;
            reg [31:0]        h_bits_q, h_mask_q;
            always @(posedge clk_i or negedge rst_ni) begin
                if (!rst_ni)      h_valid_q <= 1'b0;
                else if (clear_i) h_valid_q <= 1'b0;
                else if (moves)   h_valid_q <= m_valid_q;
            end
            always @(posedge clk_i) begin
                if (moves) begin
                    h_first_q <= m_first_q;
                    h_last_q  <= m_last_q;
                    h_word_q  <= m_word_q;
                    h_row_q   <= m_row_q;
                    h_lane_q  <= m_lane_q;
                    h_bits_q  <= act_data_i;
                    h_mask_q  <= mask;
                end
            end
            assign h_valid = h_valid_q;
            assign h_holds = h_valid_q;
            assign h_first = h_first_q;
            assign h_last  = h_last_q;
            assign h_word  = h_word_q;
            assign h_row   = h_row_q;
            assign h_lane  = h_lane_q;
            assign h_bits  = h_bits_q;
            assign h_mask  = h_mask_q;
        end else begin : gen_direct
            assign h_valid = m_valid_q;
            assign h_holds = 1'b0;
            assign h_first = m_first_q;
            assign h_last  = m_last_q;
            assign h_word  = m_word_q;
            assign h_row   = m_row_q;
            assign h_lane  = m_lane_q;
            assign h_bits  = act_data_i;
            assign h_mask  = mask;
        end
    endgenerate

    assign slot_valid_o = s_valid_q;
    assign slot_hit_o   = s_hit_q;
    assign slot_first_o = s_first_q;
    assign slot_fresh_o = s_fresh_q;
    assign slot_last_o  = s_last_q & ~s_more_q;
    assign slot_bit_o   = {s_word_q, s_index_q};
    assign slot_row_o   = Vectors != 0 ? run_row_i : s_row_q;
    assign slot_lane_o  = s_lane_q + {{(LaneBits-InWord){1'b0}}, s_index_q[InWord-1:0]};
endmodule
