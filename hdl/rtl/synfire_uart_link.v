// SPDX-License-Identifier: Apache-2.0
// Frames over a UART to the register bus and the two streams of the engine; docs/reference/uart-protocol.md has the
// bytes. A frame is op, count and, for a write, count little-endian words; every frame gets an answer.
//
//   write: Op -> Count -> [Bytes -> Access ...] -> Status -> Accepted -> Op
//   read:  Op -> Count -> Status -> [Access -> Send ...] -> Op           pop: Access -> Flag -> Send
//   a lost byte, or a bad op: Lost -> (silence or break) -> Op
//
// Latency: an answer begins when the last byte of its frame has come in and the bus or stream has taken the words.
// Handshake: bus_valid_o stays until bus_ready_i, unless the bus is silent for 2^TimeoutBits cycles. in_valid_o is
// withdrawn after 64 cycles without in_ready_i: that word and the rest of its frame are refused, and the answer says how
// many were taken. out_ready_o lasts one cycle.
//
// It never waits for ever: frames that stop short are dropped after 2^TimeoutBits cycles without progress; after a lost
// byte the parser ignores the line until that long a silence or a break. The errors stick in the status byte of each
// answer and in the link register 0x3D.
// Not reset: word_q, op_q and what it asks for, left_q, accepted_q, which the header of each frame sets.
module synfire_uart_link #(
    parameter CyclesPerBit = 24,
    parameter TimeoutBits = 20,
    parameter FifoAddr = 6
) (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        rx_i,
    output wire        tx_o,
    output wire        error_o,      // some link error is set
    output wire        bus_valid_o,
    output wire        bus_write_o,
    output wire [7:0]  bus_addr_o,
    output wire [31:0] bus_wdata_o,
    input  wire        bus_ready_i,
    input  wire [31:0] bus_rdata_i,
    output wire        in_valid_o,
    output wire [31:0] in_data_o,
    input  wire        in_ready_i,
    input  wire        out_valid_i,
    input  wire [31:0] out_data_i,
    output wire        out_ready_o
);
    localparam [5:0] AddrErrors = 6'h3D;  // read: sticky errors; write: clears those whose bits are set
    localparam [5:0] AddrPush = 6'h3E;
    localparam [5:0] AddrPop = 6'h3F;

    localparam [3:0] StateOp = 4'd0;
    localparam [3:0] StateCount = 4'd1;
    localparam [3:0] StateBytes = 4'd2;     // the four bytes of a word to be written
    localparam [3:0] StateAccess = 4'd3;    // one word to or from bus, stream or link register
    localparam [3:0] StateStatus = 4'd4;    // first byte of every answer
    localparam [3:0] StateAccepted = 4'd5;  // second byte of a write's answer
    localparam [3:0] StateFlag = 4'd6;      // pop: whether a word follows
    localparam [3:0] StateSend = 4'd7;      // the four bytes of a word read
    localparam [3:0] StateLost = 4'd8;

    reg [3:0] state_q, state_d;
    reg [6:0] op_q, op_d;  // write, address
    reg [7:0] left_q, left_d;
    reg [7:0] accepted_q, accepted_d;
    reg [31:0] word_q, word_d;
    reg [1:0] byte_q, byte_d;
    reg refused_q, refused_d;  // a push of this frame was refused; in a pop: there was no word
    reg [5:0] patience_q, patience_d;
    reg [3:0] error_q, error_d;
    reg [TimeoutBits:0] timer_q, timer_d;

    wire rx_framing, rx_break, rx_busy, overrun, fifo_valid, tx_ready;
    wire [7:0] fifo_data;

    wire writing = op_q[6];
    wire [5:0] address = op_q[5:0];
    reg is_errors, is_push, is_pop;  // of the address: known long before the access
    reg worn_q;                      // a push has waited long enough
    reg offers_q;                    // a pushed word is offered: what takes it is a chain as well
    reg answered_q;                  // the bus was ready a cycle before: what follows is a chain
    wire on_bus = !is_errors && !is_push && !is_pop;
    wire access = state_q == StateAccess;

    wire parsing = state_q == StateOp || state_q == StateCount || state_q == StateBytes;
    wire sending = state_q == StateStatus || state_q == StateAccepted || state_q == StateFlag || state_q == StateSend;
    wire take = parsing && fifo_valid;
    wire sent = sending && tx_ready;
    wire expired = timer_q[TimeoutBits];
    wire lost = rx_framing || overrun;
    wire bad_op = fifo_data[6] || fifo_data == {2'b00, AddrPush} || fifo_data == {2'b10, AddrPop};
    reg none_left;  // of the count
    reg last_word;  // of left_q a cycle before: it changes with a word's first byte, and this is asked behind the last one
    wire last_byte = byte_q == 2'd3;
    wire stuck = expired && (access || ((state_q == StateCount || state_q == StateBytes) && !fifo_valid));

    assign bus_valid_o = access && on_bus && !answered_q;
    assign bus_write_o = writing;
    assign bus_addr_o = {2'b00, address};
    assign bus_wdata_o = word_q;
    assign in_valid_o = offers_q;
    assign in_data_o = word_q;
    assign out_ready_o = access && is_pop;
    assign error_o = error_q != 4'd0;

    wire taken = offers_q && in_ready_i;
    // One word's access is over; whether it was taken or there was one.
    wire served = on_bus ? answered_q : is_push ? refused_q || taken || worn_q : 1'b1;
    wire good = is_push ? taken : is_pop ? out_valid_i : 1'b1;
    wire done = access && served;

    reg [7:0] tx_data;
    always @* begin
        case (state_q)
            StateStatus: tx_data = {4'hA, error_q};
            StateAccepted: tx_data = accepted_q;
            StateFlag: tx_data = {7'd0, !refused_q};
            default: tx_data = word_q[7:0];
        endcase
    end

    synfire_uart #(
        .CyclesPerBit(CyclesPerBit),
        .FifoAddr    (FifoAddr)
    ) u_uart (
        .clk_i          (clk_i),
        .rst_ni         (rst_ni),
        .rx_i           (rx_i),
        .tx_o           (tx_o),
        .clear_i        (state_q == StateLost || rx_break),
        .rx_valid_o     (fifo_valid),
        .rx_data_o      (fifo_data),
        .rx_take_i      (parsing),
        .rx_busy_o      (rx_busy),
        .framing_error_o(rx_framing),
        .break_o        (rx_break),
        .overrun_o      (overrun),
        .tx_valid_i     (sending),
        .tx_data_i      (tx_data),
        .tx_ready_o     (tx_ready)
    );

    // Where the frame goes on; the parser's way out of trouble is below.
    always @* begin
        state_d = state_q;
        case (state_q)
            StateOp: if (take) state_d = bad_op ? StateLost : StateCount;
            StateCount: if (take) state_d = (writing && fifo_data != 8'd0) ? StateBytes : StateStatus;
            StateBytes: if (take && last_byte) state_d = StateAccess;
            StateAccess: begin
                if (done && !writing) state_d = is_pop ? StateFlag : StateSend;
                if (done && writing) state_d = last_word ? StateStatus : StateBytes;
            end
            StateStatus: if (sent) state_d = writing ? StateAccepted : none_left ? StateOp : StateAccess;
            StateAccepted: if (sent) state_d = StateOp;
            StateFlag: if (sent) state_d = refused_q ? StateOp : StateSend;
            StateSend: if (sent && last_byte) state_d = last_word ? StateOp : StateAccess;
            default: if (expired) state_d = StateOp;
        endcase
        if (stuck) state_d = StateOp;
        if (lost) state_d = StateLost;
        if (rx_break) state_d = StateOp;
    end

    always @* begin
        error_d = error_q;
        if (access && is_errors && writing) error_d = error_q & ~word_q[3:0];
        if (rx_framing) error_d[0] = 1'b1;
        if (overrun && state_q != StateLost) error_d[1] = 1'b1;
        if (state_q == StateOp && take && bad_op) error_d[2] = 1'b1;
        if (stuck || (rx_break && state_q != StateOp && state_q != StateLost)) error_d[3] = 1'b1;
    end

    always @* begin
        op_d = op_q;
        left_d = left_q;
        accepted_d = accepted_q;
        refused_d = refused_q;
        byte_d = byte_q;
        word_d = word_q;
        patience_d = access ? patience_q + 6'd1 : 6'd0;
        if (state_q == StateOp) op_d = {fifo_data[7], fifo_data[5:0]};
        if (state_q == StateCount) begin
            left_d = fifo_data;
            accepted_d = 8'd0;
            refused_d = 1'b0;
            byte_d = 2'd0;
        end
        if ((state_q == StateBytes && take) || (state_q == StateSend && sent)) begin
            if (byte_q == 2'd0) left_d = left_q - 8'd1;
            byte_d = byte_q + 2'd1;
            word_d = {fifo_data, word_q[31:8]};
        end
        if (done) begin
            if (good) accepted_d = accepted_q + 8'd1;
            refused_d = !good;
        end
        // What is read: of the bus until it answers.
        if (access && !writing && !answered_q) word_d = on_bus ? bus_rdata_i : is_pop ? out_data_i : {28'd0, error_q};
    end

    always @* begin
        timer_d = expired ? timer_q : timer_q + 1'b1;
        if (rx_busy || sent) timer_d = {(TimeoutBits + 1) {1'b0}};
    end

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            state_q <= StateOp;
            error_q <= 4'd0;
            timer_q <= {(TimeoutBits + 1) {1'b0}};
            patience_q <= 6'd0;
            worn_q <= 1'b0;
            offers_q <= 1'b0;
            answered_q <= 1'b0;
        end else begin
            state_q <= state_d;
            error_q <= error_d;
            timer_q <= timer_d;
            patience_q <= patience_d;
            answered_q <= bus_valid_o && bus_ready_i;
            offers_q <= access && is_push && !refused_q && !taken && !worn_q;
            worn_q <= access && patience_q == 6'h3E;
        end
    end

    always @(posedge clk_i) begin
        op_q <= op_d;
        left_q <= left_d;
        accepted_q <= accepted_d;
        refused_q <= refused_d;
        byte_q <= byte_d;
        word_q <= word_d;
        if (state_q == StateCount) none_left <= fifo_data == 8'd0;
        last_word <= left_q == 8'd0;
        is_errors <= address == AddrErrors;
        is_push <= address == AddrPush;
        is_pop <= address == AddrPop;
    end
endmodule
