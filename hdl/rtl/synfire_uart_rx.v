// SPDX-License-Identifier: Apache-2.0
// UART receiver: 8 data bits, no parity, 1 stop bit, low bit first.
//
//   idle ~~~~\_______/ d0 X d1 X ... X d7 /~~~~~~~      each bit is read in its middle
//            start                        stop
//
// Latency: valid_o comes in the middle of the stop bit, two cycles late for the synchroniser and one for its register: what it
//          moves behind it is far away.
// Handshake: valid_o, framing_error_o and break_o last one cycle each and exclude each other; nobody can hold them off.
//
// A low pulse shorter than half a bit is no start bit. A byte of zeros with a low stop bit is a break, any other byte
// with a low stop bit a framing error; after both the line must go high before the next start bit counts.
// Not reset: data_o.
module synfire_uart_rx #(
    parameter CyclesPerBit = 24  // at least 4
) (
    input  wire       clk_i,
    input  wire       rst_ni,
    input  wire       rx_i,            // asynchronous
    output reg        valid_o,
    output wire [7:0] data_o,
    output reg        framing_error_o,
    output reg        break_o,
    output wire       busy_o           // the line is low or a byte is on its way
);
    localparam CountWidth = $clog2(CyclesPerBit);
    localparam integer FullBit = CyclesPerBit - 1;
    localparam integer HalfBit = CyclesPerBit / 2 - 1;

    localparam [1:0] StateIdle = 2'd0;
    localparam [1:0] StateByte = 2'd1;
    localparam [1:0] StateWait = 2'd2;  // for a high line, after a low stop bit

    reg [1:0] sync_q;
    reg [1:0] state_q, state_d;
    reg [CountWidth-1:0] count_q, count_d;
    reg [3:0] bit_q, bit_d;  // 0: start bit, 1..8: data, 9: stop bit
    reg [7:0] shift_q, shift_d;

    wire line = sync_q[1];
    wire sample = state_q == StateByte && count_q == {CountWidth{1'b0}};
    wire stop = sample && bit_q == 4'd9;

    assign data_o = shift_q;
    assign busy_o = state_q != StateIdle || !line;

    always @* begin
        state_d = state_q;
        count_d = count_q - 1'b1;
        bit_d = bit_q;
        shift_d = shift_q;
        case (state_q)
            StateIdle: begin
                count_d = HalfBit[CountWidth-1:0];
                bit_d = 4'd0;
                if (!line) state_d = StateByte;
            end
            StateByte: if (sample) begin
                count_d = FullBit[CountWidth-1:0];
                bit_d = bit_q + 4'd1;
                if (bit_q != 4'd0 && !stop) shift_d = {line, shift_q[7:1]};
                if (bit_q == 4'd0 && line) state_d = StateIdle;
                if (stop) state_d = line ? StateIdle : StateWait;
            end
            default: if (line) state_d = StateIdle;
        endcase
    end

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            sync_q <= 2'b11;
            state_q <= StateIdle;
            count_q <= {CountWidth{1'b0}};
            bit_q <= 4'd0;
            valid_o <= 1'b0;
            break_o <= 1'b0;
            framing_error_o <= 1'b0;
        end else begin
            sync_q <= {sync_q[0], rx_i};
            state_q <= state_d;
            count_q <= count_d;
            bit_q <= bit_d;
            valid_o <= stop && line;
            break_o <= stop && !line && shift_q == 8'd0;
            framing_error_o <= stop && !line && shift_q != 8'd0;
        end
    end

    always @(posedge clk_i) shift_q <= shift_d;
endmodule
