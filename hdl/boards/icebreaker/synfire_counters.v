// SPDX-License-Identifier: Apache-2.0
// Counters of the iCEBreaker, in place of rtl/synfire_counters.v: same ports and same totals with less logic. Each counter
// gathers its events in a few bits; a pointer goes round and adds these to 32 bits in block RAM, 16 bits a cycle.
//
//   phase 0: read low(i), take gathered(i), write high(i-1) + carry        phase 1: read high(i), write low(i) + taken
//
// Latency:   a total includes an event after at most 29 cycles; value_o is that of select_i of the cycle before. Clearing takes
//            as long, and events in that time are lost. The host asks over a serial line: it cannot be that fast.
// Not reset: the words in block RAM; the reset starts the same clearing as clear_i does.
module synfire_counters #(
    parameter Lanes = 8  // 8 or 16: the widths below hold a round's events
) (
    input  wire          clk_i,
    input  wire          rst_ni,
    input  wire          clear_i,
    input  wire          cycle_i,
    input  wire          adding_i,
    input  wire          scanning_i,
    input  wire          waiting_i,
    input  wire          weight_read_i,
    input  wire [5:0]    adds_i,
    input  wire [6:0]    bias_adds_i,
    input  wire          fires_i,
    input  wire [31:0]   spikes_i,        // with code_write_i: a code word with one bit per spike
    input  wire [Lanes-1:0] active_i,
    input  wire          source_i,
    input  wire [9:0]    updates_i,
    input  wire          act_read_i,
    input  wire          code_read_i,
    input  wire          act_write_i,
    input  wire          code_write_i,
    input  wire [3:0]    select_i,
    output wire [31:0]   value_o,
    output wire [13*32-1:0] all_o  // not here: 0
);
    localparam Counters = 13;
    localparam Widest = 10;
    // Bits for the events of 26 cycles (two a counter): at most 1, 2, 32, N or 2 N a cycle. Counter 0 is on the right.
    localparam [3:0] Lane = Lanes == 8 ? 4'd8 : 4'd9;
    localparam [3:0] Twice = Lane + 4'd1;
    localparam [4*Counters-1:0] Widths = {4'd6, 4'd6, Lane, Lane, 4'd10, 4'd10, Twice, Lane, 4'd5, 4'd5, 4'd5, 4'd5, 4'd5};

    // Ones of each nibble, active lanes and a source of the input, registered: what is before them sets the clock.
    reg [23:0] nibbles_q;
    reg        spikes_q, fires_q, source_q;
    reg [Lanes-1:0] active_q;
    integer    n;
    always @(posedge clk_i) begin
        for (n = 0; n < 8; n = n + 1)
            nibbles_q[3*n +: 3] <= {2'd0, spikes_i[4*n]} + {2'd0, spikes_i[4*n+1]}
                                 + {2'd0, spikes_i[4*n+2]} + {2'd0, spikes_i[4*n+3]};
        spikes_q <= code_write_i;
        source_q <= source_i;
        active_q <= active_i;
        fires_q  <= fires_i & code_write_i;
    end

    reg [5:0] spike_count, active_count;
    integer i;
    always @* begin
        spike_count = 6'd0;
        for (i = 0; i < 8; i = i + 1) spike_count = spike_count + {3'd0, nibbles_q[3*i +: 3]};
        active_count = {5'd0, source_q};
        for (i = 0; i < Lanes; i = i + 1) active_count = active_count + {5'd0, active_q[i]};
    end

    wire unused_bits = &{1'b0, bias_adds_i[6], updates_i[9:6]};  // 16 lanes need six, and fire every word

    reg [6*Counters-1:0] steps_q;
    always @(posedge clk_i) steps_q <= {
        {5'd0, act_write_i} + {5'd0, code_write_i},
        {5'd0, act_read_i} + {5'd0, code_read_i},
        updates_i[5:0],
        active_count,
        spike_count & {6{spikes_q}},
        spike_count & {6{fires_q}},
        bias_adds_i[5:0],
        adds_i,
        {5'd0, weight_read_i},
        {5'd0, waiting_i},
        {5'd0, scanning_i},
        {5'd0, adding_i},
        {5'd0, cycle_i}
    };

    reg       clearing_q, phase_q, carry_q;
    reg [3:0] place_q, last_q;  // the counter of phase 1, and the one before
    wire      wraps = place_q == 4'd12;

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            clearing_q <= 1'b1;
            phase_q    <= 1'b0;
            place_q    <= 4'd0;
            last_q     <= 4'd0;
        end else if (clear_i) begin
            clearing_q <= 1'b1;
            phase_q    <= 1'b0;
            place_q    <= 4'd0;
            last_q     <= 4'd0;
        end else begin
            phase_q <= !phase_q;
            if (phase_q) begin
                place_q    <= wraps ? 4'd0 : place_q + 4'd1;
                last_q     <= place_q;
                // One more step, for the high half of the last counter.
                clearing_q <= clearing_q && !(place_q == 4'd0 && last_q == 4'd12);
            end
        end
    end

    // Gathering. What a counter has is drained together with the events of that cycle.
    wire [Widest*Counters-1:0] next;
    genvar g;
    generate
        for (g = 0; g < Counters; g = g + 1) begin : gen_counter
            localparam Width = Widths[4*g+:4];
            localparam [3:0] Number = g;
            reg  [Width-1:0] gathered_q;
            wire [Width+5:0] step = {{Width{1'b0}}, steps_q[6*g+:6]};
            wire [Width-1:0] sum = gathered_q + step[Width-1:0];
            wire             unused = &{1'b0, step};

            always @(posedge clk_i) begin
                if (clearing_q || (!phase_q && place_q == Number)) gathered_q <= {Width{1'b0}};
                else                                              gathered_q <= sum;
            end
            assign next[Widest*g+:Widest] = {{(Widest - Width) {1'b0}}, sum};
        end
    endgenerate

    reg [Widest-1:0] drained, drained_q;
    always @* begin
        drained = {Widest{1'b0}};
        for (i = 0; i < Counters; i = i + 1) drained = drained | (next[Widest*i+:Widest] & {Widest{place_q == i[3:0]}});
    end
    always @(posedge clk_i) drained_q <= drained;

    wire [15:0] read_half, low_half, high_half;
    wire [15:0] operand = phase_q ? {6'd0, drained_q} : {15'd0, carry_q};
    wire [16:0] total = {1'b0, read_half} + {1'b0, operand};
    wire [15:0] write_half = clearing_q ? 16'd0 : total[15:0];
    wire [7:0]  write_place = phase_q ? {4'd0, place_q} : {4'd1, last_q};
    wire [7:0]  read_place = phase_q ? {4'd1, place_q} : {4'd0, place_q};

    always @(posedge clk_i) carry_q <= phase_q && total[16];

    synfire_ram #(.Width(16), .AddrBits(8)) u_totals (
        .clk_i(clk_i), .we_i(1'b1), .waddr_i(write_place), .wdata_i(write_half), .re_i(1'b1), .raddr_i(read_place),
        .rdata_o(read_half)
    );

    // Copies for the reader.
    synfire_ram #(.Width(16), .AddrBits(8)) u_low (
        .clk_i(clk_i), .we_i(phase_q), .waddr_i({4'd0, place_q}), .wdata_i(write_half), .re_i(1'b1),
        .raddr_i({4'd0, select_i}), .rdata_o(low_half)
    );
    synfire_ram #(.Width(16), .AddrBits(8)) u_high (
        .clk_i(clk_i), .we_i(!phase_q), .waddr_i({4'd0, last_q}), .wdata_i(write_half), .re_i(1'b1),
        .raddr_i({4'd0, select_i}), .rdata_o(high_half)
    );

    assign value_o = {high_half, low_half};
    assign all_o = {(32 * Counters) {1'b0}};
endmodule
