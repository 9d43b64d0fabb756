// SPDX-License-Identifier: Apache-2.0
// Bytes over a serial line: receiver with a FIFO behind it, and transmitter.
//
//   rx_i -> [receiver] -> [FIFO] -> rx_data_o        tx_data_i -> [transmitter] -> tx_o
//
// Latency: see synfire_uart_rx, synfire_uart_fifo, synfire_uart_tx.
// Handshake: a received byte is taken in a cycle with rx_valid_o and rx_take_i; a byte to send is taken in a cycle with
// tx_valid_i and tx_ready_o. framing_error_o, break_o and overrun_o (a byte was lost: the FIFO is full) last one cycle.
// Not reset: the bytes in the FIFO.
module synfire_uart #(
    parameter CyclesPerBit = 24,  // at least 4
    parameter FifoAddr = 6
) (
    input  wire       clk_i,
    input  wire       rst_ni,
    input  wire       rx_i,
    output wire       tx_o,
    input  wire       clear_i,          // forgets all received bytes
    output wire       rx_valid_o,
    output wire [7:0] rx_data_o,
    input  wire       rx_take_i,
    output wire       rx_busy_o,
    output wire       framing_error_o,
    output wire       break_o,
    output reg        overrun_o,
    input  wire       tx_valid_i,
    input  wire [7:0] tx_data_i,
    output wire       tx_ready_o
);
    wire write, full;
    wire [7:0] data;

    // A register: the parser behind it is long enough.
    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) overrun_o <= 1'b0;
        else overrun_o <= write && full;
    end

    synfire_uart_rx #(
        .CyclesPerBit(CyclesPerBit)
    ) u_rx (
        .clk_i          (clk_i),
        .rst_ni         (rst_ni),
        .rx_i           (rx_i),
        .valid_o        (write),
        .data_o         (data),
        .framing_error_o(framing_error_o),
        .break_o        (break_o),
        .busy_o         (rx_busy_o)
    );

    synfire_uart_fifo #(
        .Width(8),
        .Addr (FifoAddr)
    ) u_fifo (
        .clk_i  (clk_i),
        .rst_ni (rst_ni),
        .clear_i(clear_i),
        .write_i(write),
        .wdata_i(data),
        .full_o (full),
        .valid_o(rx_valid_o),
        .data_o (rx_data_o),
        .take_i (rx_take_i)
    );

    synfire_uart_tx #(
        .CyclesPerBit(CyclesPerBit)
    ) u_tx (
        .clk_i  (clk_i),
        .rst_ni (rst_ni),
        .valid_i(tx_valid_i),
        .data_i (tx_data_i),
        .ready_o(tx_ready_o),
        .tx_o   (tx_o)
    );
endmodule
