// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's single-port RAM for simulation, with its port names: 16384 words of 16 bits.
//
// Latency: DATAOUT is the word read in the last cycle with CHIPSELECT and no WREN.
// What the vendor does not promise is random here (Verilator: --x-assign unique, --x-initial unique): contents at power-up
// and DATAOUT after a write.
module SB_SPRAM256KA (
    input  wire        CLOCK,
    input  wire [13:0] ADDRESS,
    input  wire [15:0] DATAIN,
    input  wire [3:0]  MASKWREN,
    input  wire        WREN,
    input  wire        CHIPSELECT,
    input  wire        STANDBY,
    input  wire        SLEEP,
    input  wire        POWEROFF,
    output reg  [15:0] DATAOUT
);
    reg [15:0] words [0:16383];

    wire on = POWEROFF && !SLEEP && !STANDBY && CHIPSELECT;

    always @(posedge CLOCK) begin
        if (on && WREN) begin
            if (MASKWREN[0]) words[ADDRESS][3:0] <= DATAIN[3:0];
            if (MASKWREN[1]) words[ADDRESS][7:4] <= DATAIN[7:4];
            if (MASKWREN[2]) words[ADDRESS][11:8] <= DATAIN[11:8];
            if (MASKWREN[3]) words[ADDRESS][15:12] <= DATAIN[15:12];
            DATAOUT <= 16'bx;
        end
        if (on && !WREN) DATAOUT <= words[ADDRESS];
    end
endmodule
