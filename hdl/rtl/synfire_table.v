// SPDX-License-Identifier: Apache-2.0
// Fire tables: what a lane has fired is the index of an entry, which becomes its pattern. The lanes stand in a ring: the lowest one
// asks, all move down by one, and the entry of the one before comes in at the top.
//
//   lane 0's index -> [base + or - index] -> memory -> entry -> lane N-1 -> ... -> lane 0
//
//   start_i | N cycles that ask | one in which the last entry comes | looking_o ends
//
// Latency:   N + 1 cycles. The host's window reads a cycle after read_i.
// Promise:   the window is used only while nothing runs.
// Not reset: the memory, places and entries.
`include "synfire_descriptor.vh"

module synfire_table #(
    parameter Lanes       = 8,
    parameter PatternBits = 16,
    parameter TableAddr   = 9,     // address bits; 0: there are no tables
    parameter PlaceBits   = TableAddr == 0 ? 1 : TableAddr,   // derived
    parameter LaneBits    = $clog2(Lanes),
    parameter CountBits   = Lanes > 32 ? 7 : 6
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    input  wire                   clear_i,
    // the pass
    input  wire                   range_load_i,
    input  wire [63:0]            header_i,      // the range
    input  wire [CountBits-1:0]   lanes_i,       // neurons of a word
    input  wire [CountBits-1:0]   edge_end_i,
    input  wire                   edge_i,        // the word is the last one of a row
    // the ring
    input  wire                   start_i,
    output wire                   starts_o,
    output wire                   looking_o,
    input  wire [PatternBits-1:0] index_i,       // of lane 0
    input  wire                   below_i,       // it is negative
    output wire [PatternBits-1:0] pattern_o,     // for lane N-1
    output wire                   negative_o,
    // the host's window
    input  wire                   write_i,
    input  wire                   read_i,
    input  wire [PlaceBits-1:0]   place_i,
    input  wire [PatternBits-1:0] word_i,
    output wire [PatternBits-1:0] data_o
);
    localparam Last = Lanes - 1;
    generate
        if (TableAddr == 0) begin : gen_none
            assign starts_o   = 1'b0;
            assign looking_o  = 1'b0;
            assign pattern_o  = {PatternBits{1'b0}};
            assign negative_o = 1'b0;
            assign data_o     = {PatternBits{1'b0}};
            wire   unused     = &{1'b0, clk_i, rst_ni, clear_i, range_load_i, header_i, lanes_i, edge_end_i, edge_i, start_i,
                                  index_i, below_i, write_i, read_i, place_i, word_i};
        end else begin : gen_ring
            reg                 looking_q, last_q;
            reg  [LaneBits:0]   lane_q;                  // that asks; N: none is left
            reg                 there_q;                 // the entry that comes is of a neuron
            reg                 signed_q;                // entries have a sign
            reg  [TableAddr-1:0] base_q;                 // entry of index 0
            reg  [LaneBits:0]   mask_q, channels_q;      // lanes of a position, and those of them that are neurons

            assign starts_o  = start_i;
            assign looking_o = looking_q;
            always @(posedge clk_i or negedge rst_ni) begin
                if (!rst_ni) looking_q <= 1'b0;
                else         looking_q <= ~clear_i & (start_i | (looking_q & ~last_q));
            end

            // Beside the map, and between the positions of a word, nothing fires: entry 0 may be one that does.
            wire [7:0] lane    = {{(7-LaneBits){1'b0}}, lane_q};
            wire       beside  = edge_i & (lane[CountBits-1:0] >= edge_end_i);
            wire       between = (lane_q & mask_q) >= channels_q;
            always @(posedge clk_i) begin
                lane_q  <= start_i ? {(LaneBits+1){1'b0}} : lane_q + {{LaneBits{1'b0}}, looking_q};
                last_q  <= looking_q & (lane_q == Last[LaneBits:0]);
                there_q <= ~beside & ~between;
                if (range_load_i) begin
                    signed_q   <= header_i[`SYNFIRE_RANGE_CODES_SIGNED_LSB];
                    base_q     <= header_i[`SYNFIRE_RANGE_STATE_LSB +: TableAddr];
                    mask_q     <= Last[LaneBits:0] >> header_i[`SYNFIRE_RANGE_SPREAD_LSB +: `SYNFIRE_RANGE_SPREAD_BITS];
                    channels_q <= lanes_i[LaneBits:0] >> header_i[`SYNFIRE_RANGE_SPREAD_LSB +: `SYNFIRE_RANGE_SPREAD_BITS];
                end
            end

            wire [31:0]            wide  = {{(32-PatternBits){1'b0}}, index_i};
            wire [TableAddr-1:0]   index = wide[TableAddr-1:0];
            wire [TableAddr-1:0]   place = base_q + (index ^ {TableAddr{below_i}}) + {{(TableAddr-1){1'b0}}, below_i};
            wire [PatternBits-1:0] entry;
            synfire_ram #(.Width(PatternBits), .AddrBits(TableAddr)) u_entries (
                .clk_i(clk_i), .we_i(write_i), .waddr_i(place_i), .wdata_i(word_i),
                .re_i(looking_q | read_i), .raddr_i(looking_q ? place : place_i), .rdata_o(entry)
            );
            assign data_o     = entry;
            assign negative_o = there_q & signed_q & entry[PatternBits-1];
            assign pattern_o  = entry & {PatternBits{there_q}} & ~{signed_q, {(PatternBits-1){1'b0}}};
            wire unused_bits  = &{1'b0, header_i, wide, lane, lanes_i};
        end
    endgenerate
endmodule
