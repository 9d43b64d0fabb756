// SPDX-License-Identifier: Apache-2.0
// Whether a word of a streaming population needs a step without arrivals: it has fired, so that its active bits have to go, or its
// potentials leak and one of them is not 0. A word without leak that has not fired is below its thresholds and stays as it is; passes
// with biases skip nothing, and do not ask.
//
//   patterns ----------------------------> any \
//   potentials -> not 0, in the map -> any, where they leak  -> or -> [awake bit, with the state's address]
//
// Latency:   one cycle behind the write of the state.
// Not reset: all but awake_we_o.
`include "synfire_descriptor.vh"

module synfire_awake #(
    parameter Lanes     = 8,
    parameter AccWidth  = 32,
    parameter StateAddr = 1,
    parameter CountBits = Lanes > 32 ? 7 : 6   // derived
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  range_load_i,
    input  wire [63:0]           header_i,
    input  wire                  edge_i,         // the last word of a row: lanes from edge_end_i on lie beside the map
    input  wire [CountBits-1:0]  edge_end_i,
    input  wire [Lanes-1:0]      active_i,
    input  wire [Lanes*AccWidth-1:0] potentials_i,
    input  wire                  state_we_i,
    input  wire [StateAddr-1:0]  state_addr_i,
    output reg                   awake_we_o,
    output reg  [StateAddr-1:0]  awake_addr_o,
    output reg                   awake_o
);
    reg              leaks_q;
    wire [Lanes-1:0] charged;
    wire             unused = &{1'b0, header_i};
    genvar           g;
    generate
        for (g = 0; g < Lanes; g = g + 1) begin : gen_charged
            localparam Lane = g;
            assign charged[g] = (|potentials_i[g*AccWidth +: AccWidth]) & ~(edge_i & (Lane[CountBits-1:0] >= edge_end_i));
        end
    endgenerate
    always @(posedge clk_i) begin
        if (range_load_i) leaks_q <= header_i[`SYNFIRE_RANGE_LEAKS_LSB];
        awake_addr_o <= state_addr_i;
        awake_o      <= (|active_i) | (leaks_q & (|charged));
    end
    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) awake_we_o <= 1'b0;
        else         awake_we_o <= state_we_i;
    end
endmodule
