// SPDX-License-Identifier: Apache-2.0
// Activity and hardware counters, 32 bits each, in the order of the register map.
//
//   events of a cycle -> [how many of each: 0 .. 512] -> + -> [13 x 32 bits] -> select_i -> value_o
//                                                        ^_________|
//
// Latency:   an event is counted in its cycle. They wrap around; a host reads them after each sample.
// Not reset: nothing; rst_ni and clear_i set all of them to 0, and nothing else does.
module synfire_counters #(
    parameter Lanes = 8
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
    input  wire          fires_i,         // spikes written belong to a spiking population
    input  wire [31:0]   spikes_i,        // with code_write_i: a code word with one bit per spike
    input  wire [Lanes-1:0] active_i,     // bits of a group that is written
    input  wire          source_i,        // an input neuron
    input  wire [9:0]    updates_i,
    input  wire          act_read_i,
    input  wire          code_read_i,
    input  wire          act_write_i,
    input  wire          code_write_i,
    input  wire [3:0]    select_i,
    output reg  [31:0]   value_o,
    output wire [13*32-1:0] all_o
);
    reg [5:0] spike_count;
    reg [5:0] active_count;
    integer i;
    always @* begin
        spike_count = 6'd0;
        for (i = 0; i < 32; i = i + 1) spike_count = spike_count + {5'd0, spikes_i[i]};
        active_count = {5'd0, source_i};
        for (i = 0; i < Lanes; i = i + 1) active_count = active_count + {5'd0, active_i[i]};
    end

    wire [7*13-1:0] steps = {
        {6'd0, act_write_i} + {6'd0, code_write_i},   // 12 spike_words_written
        {6'd0, act_read_i} + {6'd0, code_read_i},     // 11 spike_words_read
        updates_i[6:0],                               // 10 neuron_updates, low bits
        {1'b0, active_count},                         //  9 active_sources
        {1'b0, spike_count & {6{code_write_i}}},      //  8 spikes
        {1'b0, spike_count & {6{fires_i & code_write_i}}},  //  7 reset_adds
        bias_adds_i,                                  //  6 bias_adds
        {1'b0, adds_i},                               //  5 adds
        {6'd0, weight_read_i},                        //  4 weight_reads
        {6'd0, waiting_i},                            //  3 waiting
        {6'd0, scanning_i},                           //  2 scanning
        {6'd0, adding_i},                             //  1 adding
        {6'd0, cycle_i}                               //  0 cycles
    };

    genvar g;
    generate
        for (g = 0; g < 13; g = g + 1) begin : gen_counter
            reg  [31:0] count_q;
            wire [31:0] count_step = {22'd0, g == 10 ? updates_i[9:7] : 3'd0, steps[7*g +: 7]};
            always @(posedge clk_i or negedge rst_ni) begin
                if (!rst_ni)      count_q <= 32'd0;
                else if (clear_i) count_q <= 32'd0;
                else              count_q <= count_q + count_step;
            end
            assign all_o[32*g +: 32] = count_q;
        end
    endgenerate

    always @* begin
        value_o = 32'd0;
        for (i = 0; i < 13; i = i + 1) begin
            if (select_i == i[3:0]) value_o = all_o[32*i +: 32];
        end
    end
endmodule
