// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's block RAM for the simulation of netlists: 256 rows of 16 bits, which mode m uses as 256 << m words
// of 16 >> m bits. Word w of a row has the bits i with i mod 2^m = w; the pin of a group of 2^m bits is its bit 0, 0, 1 or 3.
// Contents at power-up are whatever the simulator gives.
module SB_RAM40_4K #(
    parameter READ_MODE = 0,
    parameter WRITE_MODE = 0
) (
    output wire [15:0] RDATA,
    input  wire        RCLK,
    input  wire        RCLKE,
    input  wire        RE,
    input  wire [10:0] RADDR,
    input  wire        WCLK,
    input  wire        WCLKE,
    input  wire        WE,
    input  wire [10:0] WADDR,
    input  wire [15:0] MASK,
    input  wire [15:0] WDATA
);
    reg [15:0] rows [0:255];
    reg [15:0] row_q;
    reg [2:0]  word_q;

    // Bits of a row that a word has, and the pin of a bit.
    function [15:0] bits_of(input integer mode, input integer word);
        integer i;
        for (i = 0; i < 16; i = i + 1) bits_of[i] = (i % (1 << mode)) == (word % (1 << mode));
    endfunction
    function integer pin_of(input integer mode, input integer i);
        pin_of = (i >> mode << mode) + (mode == 3 ? 3 : mode == 2 ? 1 : 0);
    endfunction

    wire [15:0] written = bits_of(WRITE_MODE, {29'd0, WADDR[10:8]}) & (WRITE_MODE == 0 ? ~MASK : 16'hFFFF);
    wire [15:0] picked = row_q & bits_of(READ_MODE, {29'd0, word_q});
    reg  [15:0] wide, read;
    integer     i;
    always @* begin
        read = 16'd0;
        for (i = 0; i < 16; i = i + 1) begin
            wide[i] = WDATA[pin_of(WRITE_MODE, i)];
            read[pin_of(READ_MODE, i)] = read[pin_of(READ_MODE, i)] | picked[i];
        end
    end
    assign RDATA = read;

    always @(posedge WCLK) begin
        if (WE && WCLKE) rows[WADDR[7:0]] <= (rows[WADDR[7:0]] & ~written) | (wide & written);
    end
    always @(posedge RCLK) begin
        if (RE && RCLKE) begin
            row_q <= rows[RADDR[7:0]];
            word_q <= RADDR[10:8];
        end
    end
endmodule
