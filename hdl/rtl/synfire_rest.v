// SPDX-License-Identifier: Apache-2.0
// Words at rest: which words of a row of a streaming population need not be visited in this step. Before a row of words, the rows of
// the source that its fields meet are read and put on top of one another: a column without a bit is empty in all of them. A word
// rests where its columns are empty and its awake bit is not set, which the fire bank writes with each state.
//
//   rows of the source   ..1.....    read, one a cycle
//                        ......1.
//   columns              ..1...1.    any of them
//   word                    |--|     its columns: x .. x + tap - 1, within the row
//
// Latency:   the word's answer is there four moves after the last row was asked for; then one word a move.
// Handshake: everything moves with move_i.
// Not reset: columns and places (set before a row, and before a pass).
module synfire_rest #(
    parameter BitAddr   = 15,
    parameter StateAddr = 8,
    parameter XB        = BitAddr + 1   // derived
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    input  wire                 clear_i,
    // the pass
    input  wire                 load_i,        // its range arrives
    input  wire [StateAddr-1:0] state_i,       // word of its first state
    input  wire [XB-1:0]        tap_bits_i,
    input  wire [XB-1:0]        row_bits_i,    // 96 at most
    // the field
    input  wire                 move_i,
    input  wire                 start_i,       // with the next move a row of words begins
    input  wire                 last_i,        // the last row of the source
    input  wire [BitAddr-1:0]   row_i,         // its first bit
    input  wire                 inside_i,      // it is in the map
    input  wire                 step_i,        // on to the next word
    input  wire                 place_we_i,
    input  wire [XB-1:0]        place_i,       // of the word that comes: its first column
    output wire                 look_o,        // no word yet
    output wire                 reading_o,     // a row of the source is asked for
    output wire                 done_o,        // the last move before the row's first word
    output wire                 rests_o,       // the word
    // the copy of the active map
    output wire                 row_re_o,
    output wire [BitAddr-1:0]   row_o,
    input  wire [95:0]          found_i,       // the row's bits
    // the fire bank
    input  wire                 awake_we_i,
    input  wire [StateAddr-1:0] awake_addr_i,
    input  wire                 awake_i
);
    reg        look_q;
    reg  [1:0] wait_q;                         // moves since the last row was asked for
    reg  [2:0] valid_q;                        // rows on their way
    assign look_o    = look_q;
    assign reading_o = look_q & (wait_q == 2'd0);
    assign done_o    = look_q & (wait_q == 2'd3);
    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            look_q  <= 1'b0;
            wait_q  <= 2'd0;
            valid_q <= 3'd0;
        end else if (clear_i) begin
            look_q  <= 1'b0;
            wait_q  <= 2'd0;
            valid_q <= 3'd0;
        end else begin
            if (start_i)              look_q <= 1'b1;
            else if (move_i & done_o) look_q <= 1'b0;
            if (start_i)              wait_q <= 2'd0;
            else if (move_i & ((wait_q != 2'd0) | (reading_o & last_i))) wait_q <= wait_q + 2'd1;
            if (move_i)               valid_q <= {valid_q[1:0], reading_o & inside_i};
        end
    end

    // Columns.
    reg  [BitAddr-1:0] row_q;
    reg  [95:0]        columns_q, mask_q;
    reg  [95:0]        in_row, in_field;
    wire [XB-1:0]      tap_end = place_i + tap_bits_i;
    // The tap begins left of the row, or right of all columns; it ends left of the row, or right of all columns.
    wire               from_left  = place_i[XB-1];
    wire               from_right = ~from_left & (|{1'b0, place_i[XB-1:7]});
    wire               to_left    = tap_end[XB-1];
    wire               to_right   = ~to_left & (|{1'b0, tap_end[XB-1:7]});
    wire               unused = &{1'b0, row_bits_i[XB-1:7]};
    integer            i;
    always @* begin
        for (i = 0; i < 96; i = i + 1) begin
            in_row[i]   = i[6:0] < row_bits_i[6:0];
            in_field[i] = (from_left | (~from_right & (i[6:0] >= place_i[6:0])))
                          & ~to_left & (to_right | (i[6:0] < tap_end[6:0]));
        end
    end
    always @(posedge clk_i) begin
        if (move_i) row_q <= row_i;
        if (start_i)                  columns_q <= 96'd0;
        else if (move_i & valid_q[2]) columns_q <= columns_q | (found_i & in_row);
        if (place_we_i) mask_q <= in_field;
    end
    assign row_re_o = valid_q[0];
    assign row_o    = row_q;

    // Awake bits, of words in the order in which the pass visits or skips them.
    reg  [StateAddr-1:0] word_q;
    wire [StateAddr-1:0] word = word_q + {{(StateAddr-1){1'b0}}, step_i};
    wire                 awake;
    always @(posedge clk_i) begin
        if (load_i)      word_q <= state_i;
        else if (step_i) word_q <= word;
    end
    synfire_ram #(.Width(1), .AddrBits(StateAddr)) u_awake (
        .clk_i(clk_i), .we_i(awake_we_i), .waddr_i(awake_addr_i), .wdata_i(awake_i),
        .re_i(look_q | step_i), .raddr_i(word), .rdata_o(awake)
    );
    assign rests_o = ~awake & ~(|(columns_q & mask_q));
endmodule
