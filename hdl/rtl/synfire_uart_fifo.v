// SPDX-License-Identifier: Apache-2.0
// First-in first-out buffer of 2^Addr - 1 words in one block RAM, between the UART receiver and the frame parser.
//
//   write_i -> mem[tail], tail + 1        take_i -> head + 1        mem[head] -> data_o
//   head = tail: empty                    tail + 1 = head: full
//
// Latency: a word written in cycle t is offered in cycle t + 2 at the earliest.
// Handshake: write_i in a cycle with full_o loses the word (the caller reports that). A word is taken in a cycle with
// valid_o and take_i; data_o keeps its value until then. clear_i forgets all words, also one written in that cycle.
// Not reset: the words.
module synfire_uart_fifo #(
    parameter Width = 8,
    parameter Addr = 6
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             clear_i,
    input  wire             write_i,
    input  wire [Width-1:0] wdata_i,
    output wire             full_o,
    output wire             valid_o,
    output wire [Width-1:0] data_o,
    input  wire             take_i
);
    reg [Addr-1:0] head_q, head_d;  // next word to be taken
    reg [Addr-1:0] tail_q, tail_d;  // next place to be written
    reg valid_q, valid_d;

    reg [Addr-1:0] after_q, after_d;  // tail + 1: an adder would be late
    wire write = write_i && !full_o;

    assign full_o = after_q == head_q;
    assign valid_o = valid_q;

    // valid compares with the tail before this cycle's write: the memory has that word only a cycle later.
    always @* begin
        head_d = (valid_q && take_i) ? head_q + 1'b1 : head_q;
        tail_d = write ? after_q : tail_q;
        after_d = write ? after_q + 1'b1 : after_q;
        valid_d = head_d != tail_q;
        if (clear_i) begin
            tail_d = head_q;
            after_d = head_q + 1'b1;
            head_d = head_q;
            valid_d = 1'b0;
        end
    end

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            head_q <= {Addr{1'b0}};
            tail_q <= {Addr{1'b0}};
            after_q <= {{(Addr - 1) {1'b0}}, 1'b1};
            valid_q <= 1'b0;
        end else begin
            head_q <= head_d;
            tail_q <= tail_d;
            after_q <= after_d;
            valid_q <= valid_d;
        end
    end

    synfire_ram #(
        .Width   (Width),
        .AddrBits(Addr)
    ) u_memory (
        .clk_i  (clk_i),
        .we_i   (write),
        .waddr_i(tail_q),
        .wdata_i(wdata_i),
        .re_i   (1'b1),
        .raddr_i(head_d),
        .rdata_o(data_o)
    );

`ifdef FORMAL
    // Proved by induction from the reset state (hdl/formal): a counter of accepted and taken words never
    // leaves 0 .. 2^Addr - 1, full_o says that it is at the top, no word is offered at 0.
    reg [Addr:0] level_q;
    always @(posedge clk_i) begin
        if (clear_i || !rst_ni) level_q <= 0;
        else         level_q <= level_q + write - (valid_o && take_i);
    end
    wire [Addr-1:0] distance = tail_q - head_q;
    always @* if (rst_ni) begin
        assert (level_q == {1'b0, distance});
        assert (after_q == tail_q + 1'b1);
        assert (full_o == (level_q == (1 << Addr) - 1));
        assert (!valid_o || level_q != 0);
    end
`endif
endmodule
