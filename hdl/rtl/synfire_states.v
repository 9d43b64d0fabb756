// SPDX-License-Identifier: Apache-2.0
// State memory: the potentials of a word of lanes in a row. An engine without one has none, and one that cannot have one is not built:
// only lanes with a fire bank of their own, with Firing, read it.
//
//   word of N lanes   [potential N-1] ... [potential 1][potential 0]
//
// Latency:   read data one cycle after re_i; they are held until the next read.
// Not reset: contents and rdata_o.
module synfire_states #(
    parameter Width     = 256,
    parameter Streaming = 0,       // address bits; 0: there is no memory
    parameter Firing    = 1,
    parameter SharedAdder = 0,
    parameter StateAddr = Streaming == 0 ? 1 : Streaming   // derived
) (
    input  wire                 clk_i,
    input  wire                 we_i,
    input  wire [StateAddr-1:0] waddr_i,
    input  wire [Width-1:0]     wdata_i,
    input  wire                 re_i,
    input  wire [StateAddr-1:0] raddr_i,
    output wire [Width-1:0]     rdata_o
);
    generate
        if (Streaming == 0) begin : gen_none
            assign rdata_o = {Width{1'b0}};
            wire   unused  = &{1'b0, clk_i, we_i, waddr_i, wdata_i, re_i, raddr_i};
        end else if (Firing == 0 || SharedAdder != 0) begin : gen_refused
            // No such module: elaboration ends here, with its name.
            synfire_streaming_needs_firing_and_lanes_of_its_own u_refused ();
        end else begin : gen_memory
            synfire_ram #(.Width(Width), .AddrBits(StateAddr)) u_states (
                .clk_i(clk_i), .we_i(we_i), .waddr_i(waddr_i), .wdata_i(wdata_i),
                .re_i(re_i), .raddr_i(raddr_i), .rdata_o(rdata_o)
            );
        end
    endgenerate
endmodule
