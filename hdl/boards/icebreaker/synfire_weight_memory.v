// SPDX-License-Identifier: Apache-2.0
// Weight memory of the iCEBreaker: four single-port RAMs (SPRAM) side by side, 16384 rows of 64 bits. It takes the place
// of rtl/synfire_weight_memory.v; the bitstream cannot initialise it.
//
//   row   [63:48] SPRAM 3 | [47:32] SPRAM 2 | [31:16] SPRAM 1 | [15:0] SPRAM 0        lane 0 is on the right
//
// Latency: rdata_o is the row at addr_i of the last cycle with en_i and we_i 0; a write leaves anything in it.
// Not reset: the rows and rdata_o.
module synfire_weight_memory #(
    parameter Lanes = 8,    // 8 of 8 bits or 16 of 4
    parameter RowAddr = 14, // only 14
    parameter WeightRows = 1 << RowAddr, // only that
    parameter WeightBits = 8,
    parameter Hold = 0,     // only 0
    parameter RowWords = Lanes * WeightBits / 32 // derived
) (
    input  wire               clk_i,
    input  wire               go_i,   // for memories that hold their rows
    input  wire               en_i,
    input  wire [RowWords-1:0] we_i,  // one per 32-bit word of the row
    input  wire [RowAddr-1:0] addr_i,
    input  wire [31:0]        wdata_i,
    output wire [Lanes*WeightBits-1:0] rdata_o
);
    wire unused_rows = &{1'b0, WeightRows[0], Hold[0], go_i};   // the SPRAMs have the rows they have
    genvar g;
    generate
        for (g = 0; g < 2 * RowWords; g = g + 1) begin : gen_bank
            SB_SPRAM256KA u_spram (
                .CLOCK     (clk_i),
                .ADDRESS   (addr_i),
                .DATAIN    (wdata_i[(g%2)*16+:16]),
                .MASKWREN  (4'b1111),
                .WREN      (we_i[g/2]),
                .CHIPSELECT(en_i),
                .STANDBY   (1'b0),
                .SLEEP     (1'b0),
                .POWEROFF  (1'b1),  // low switches the RAM off
                .DATAOUT   (rdata_o[g*16+:16])
            );
        end
    endgenerate
endmodule
