// SPDX-License-Identifier: Apache-2.0
// Activity and hardware counters, 32 bits each, in the order of the register map. Counting the ones of a code word and adding
// them to 32 bits in one cycle would set the clock of the whole engine: there are three stages.
//
//   events of a cycle -> [ones of each nibble] -> [how many of each: 0 .. 512] -> + -> [13 x 32 bits] -> select_i -> value_o
//                                                                                ^_________|
//
// Latency:   a total includes an event after three cycles. They wrap around; a host reads them after each sample.
// Not reset: the stages before the totals. clear_i clears what is on its way as well.
module synfire_counters #(
    parameter Lanes = 8,
    parameter CountBits = Lanes > 32 ? 7 : 6   // derived
) (
    input  wire          clk_i,
    input  wire          rst_ni,
    input  wire          clear_i,
    input  wire          cycle_i,
    input  wire          adding_i,
    input  wire          scanning_i,
    input  wire          waiting_i,
    input  wire          weight_read_i,
    input  wire [CountBits-1:0] adds_i,
    input  wire [CountBits:0] bias_adds_i,
    input  wire          fires_i,         // spikes written belong to a spiking population
    input  wire [31:0]   spikes_i,        // with code_write_i: a code word with one bit per spike
    input  wire [Lanes-1:0] active_i,     // bits of a group that is written
    input  wire          source_i,        // an input neuron
    input  wire [CountBits+3:0] updates_i,       // of a step, or of all steps of a word
    input  wire          act_read_i,
    input  wire          code_read_i,
    input  wire          act_write_i,
    input  wire          code_write_i,
    input  wire [3:0]    select_i,
    output reg  [31:0]   value_o,
    output wire [13*32-1:0] all_o
);
    localparam Counters = 13;
    localparam Nibbles = Lanes / 4;
    localparam StepBits = CountBits + 1;       // of a cycle's events, updates aside

    localparam [StepBits-2:0] Few = {(StepBits-1){1'b0}};

    // Stage 1: ones of each nibble; what is before them sets the clock.
    reg [23:0] spikes_q;
    reg [3*Nibbles-1:0] active_q;
    reg        write_q, fires_q, source_q;
    reg [4:0]  few_q;          // events that come one at a time
    reg [1:0]  reads_q;
    reg        act_write_q;
    reg [CountBits-1:0] adds_q;
    reg [CountBits+3:0] updates_q;
    reg [CountBits:0] bias_adds_q;
    integer    n;
    always @(posedge clk_i) begin
        for (n = 0; n < 8; n = n + 1)
            spikes_q[3*n +: 3] <= code_write_i ? {2'd0, spikes_i[4*n]} + {2'd0, spikes_i[4*n+1]}
                                                 + {2'd0, spikes_i[4*n+2]} + {2'd0, spikes_i[4*n+3]} : 3'd0;
        for (n = 0; n < Nibbles; n = n + 1)
            active_q[3*n +: 3] <= {2'd0, active_i[4*n]} + {2'd0, active_i[4*n+1]}
                                + {2'd0, active_i[4*n+2]} + {2'd0, active_i[4*n+3]};
        write_q     <= code_write_i;
        fires_q     <= fires_i;
        source_q    <= source_i;
        few_q       <= {weight_read_i, waiting_i, scanning_i, adding_i, cycle_i};
        reads_q     <= {1'b0, act_read_i} + {1'b0, code_read_i};
        act_write_q <= act_write_i;
        adds_q      <= adds_i;
        updates_q   <= updates_i;
        bias_adds_q <= bias_adds_i;
    end

    // Stage 2: how many of each.
    reg [5:0] spike_count;
    reg [CountBits-1:0] active_count;
    integer i;
    always @* begin
        spike_count = 6'd0;
        for (i = 0; i < 8; i = i + 1) spike_count = spike_count + {3'd0, spikes_q[3*i +: 3]};
        active_count = {{(CountBits-1){1'b0}}, source_q};
        for (i = 0; i < Nibbles; i = i + 1) active_count = active_count + {{(CountBits-3){1'b0}}, active_q[3*i +: 3]};
    end

    wire [StepBits*Counters-1:0] steps = {
        {Few, act_write_q} + {Few, write_q},          // 12 spike_words_written
        {Few[StepBits-2:1], reads_q},                              // 11 spike_words_read
        updates_q[StepBits-1:0],                             // 10 neuron_updates, low bits
        {1'b0, active_count},                         //  9 active_sources
        {Few[StepBits-2:5], spike_count},                        //  8 spikes
        {Few[StepBits-2:5], spike_count & {6{fires_q}}},         //  7 reset_adds
        bias_adds_q,                                  //  6 bias_adds
        {1'b0, adds_q},                               //  5 adds
        {Few, few_q[4]},                             //  4 weight_reads
        {Few, few_q[3]},                             //  3 waiting
        {Few, few_q[2]},                             //  2 scanning
        {Few, few_q[1]},                             //  1 adding
        {Few, few_q[0]}                              //  0 cycles
    };
    reg [StepBits*Counters-1:0] steps_q;
    reg [2:0]            updates_qq;               // high bits
    reg                  clear_q, clear_qq;
    always @(posedge clk_i) begin
        steps_q  <= steps;
        updates_qq <= updates_q[CountBits+3:StepBits];
        clear_q  <= clear_i;
        clear_qq <= clear_q;
    end

    genvar g;
    generate
        for (g = 0; g < Counters; g = g + 1) begin : gen_counter
            reg  [31:0] count_q;
            wire [31:0] count_step = {{(29-StepBits){1'b0}}, g == 10 ? updates_qq : 3'd0, steps_q[StepBits*g +: StepBits]};
            always @(posedge clk_i or negedge rst_ni) begin
                if (!rst_ni)                               count_q <= 32'd0;
                else if (clear_i | clear_q | clear_qq)     count_q <= 32'd0;
                else                                       count_q <= count_q + count_step;
            end
            assign all_o[32*g +: 32] = count_q;
        end
    endgenerate

    always @* begin
        value_o = 32'd0;
        for (i = 0; i < Counters; i = i + 1) begin
            if (select_i == i[3:0]) value_o = all_o[32*i +: 32];
        end
    end
endmodule
