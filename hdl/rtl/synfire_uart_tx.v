// SPDX-License-Identifier: Apache-2.0
// UART transmitter: 8 data bits, no parity, 1 stop bit, low bit first.
//
// Latency: the start bit begins one cycle after the byte is taken; a byte takes 10 * CyclesPerBit cycles.
// Handshake: a byte is taken in a cycle with valid_i and ready_o; ready_o does not depend on valid_i.
// Not reset: nothing; in reset the line is high.
module synfire_uart_tx #(
    parameter CyclesPerBit = 24  // at least 4
) (
    input  wire       clk_i,
    input  wire       rst_ni,
    input  wire       valid_i,
    input  wire [7:0] data_i,
    output wire       ready_o,
    output wire       tx_o
);
    localparam CountWidth = $clog2(CyclesPerBit);
    localparam integer FullBit = CyclesPerBit - 1;

    reg [8:0] shift_q, shift_d;  // the bit on the line in bit 0; ones follow, for the stop bit and the idle line
    reg [3:0] left_q, left_d;  // bits on the line or still to come
    reg [CountWidth-1:0] count_q, count_d;

    assign ready_o = left_q == 4'd0;
    assign tx_o = shift_q[0];

    always @* begin
        shift_d = shift_q;
        left_d = left_q;
        count_d = count_q - 1'b1;
        if (ready_o) begin
            count_d = FullBit[CountWidth-1:0];
            if (valid_i) begin
                shift_d = {data_i, 1'b0};
                left_d = 4'd10;
            end
        end else if (count_q == {CountWidth{1'b0}}) begin
            count_d = FullBit[CountWidth-1:0];
            shift_d = {1'b1, shift_q[8:1]};
            left_d = left_q - 4'd1;
        end
    end

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            shift_q <= 9'h1FF;
            left_q <= 4'd0;
            count_q <= {CountWidth{1'b0}};
        end else begin
            shift_q <= shift_d;
            left_q <= left_d;
            count_q <= count_d;
        end
    end
endmodule
