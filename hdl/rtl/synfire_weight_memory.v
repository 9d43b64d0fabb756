// SPDX-License-Identifier: Apache-2.0
// Weight memory: one row of Lanes signed weights a word, single port, written by 32-bit words. Boards may replace this
// module by one with the same ports (iCEBreaker: SPRAM).
//
//   row   lane N-1 ... lane 1 | lane 0        WeightBits each, signed: a weight, or a digit of a constant
//
// With Hold rows come out of a register, and lie in two parts, a power of two of them and the rest, each with a register of its
// own: a choice among block RAMs, which tools make where a depth is no power of two, would stand between memory and register.
//
// Latency:   read data one cycle after en_i with we_i 0; held until the next read. With Hold they go on into a register with go_i.
// Not reset: contents and rdata_o.
module synfire_weight_memory #(
    parameter Lanes   = 8,
    parameter RowAddr = 14,
    parameter WeightRows = 1 << RowAddr,
    parameter WeightBits = 8,
    parameter Hold    = 1,
    parameter RowWords = Lanes * WeightBits / 32   // derived
) (
    input  wire               clk_i,
    input  wire               go_i,
    input  wire               en_i,
    input  wire [RowWords-1:0] we_i,      // one per word of the row
    input  wire [RowAddr-1:0] addr_i,
    input  wire [31:0]        wdata_i,    // for any word
    output wire [WeightBits*Lanes-1:0] rdata_o
);
    localparam FirstAddr = $clog2(WeightRows + 1) - 1;   // the first part has 2^FirstAddr rows
    localparam MoreRows  = WeightRows - (1 << FirstAddr);
    genvar g;
    generate
        if (Hold == 0) begin : gen_direct
            wire unused = &{1'b0, go_i};
            for (g = 0; g < RowWords; g = g + 1) begin : gen_word
                reg [31:0] mem [0:WeightRows-1];
                reg [31:0] word_q;
                always @(posedge clk_i) begin
                    if (en_i) begin
                        if (we_i[g]) mem[addr_i] <= wdata_i;
                        else         word_q <= mem[addr_i];
                    end
                end
                assign rdata_o[32*g +: 32] = word_q;
            end
        end else begin : gen_hold
            wire [WeightBits*Lanes-1:0] more;
            wire is_more;                            // the row in the registers is of the second part
            if (MoreRows != 0) begin : gen_more
                localparam MoreAddr = MoreRows == 1 ? 1 : $clog2(MoreRows);
                reg read_q, held_q;
                always @(posedge clk_i) begin
                    if (en_i) read_q <= addr_i[FirstAddr];
                    if (go_i) held_q <= read_q;
                end
                assign is_more = held_q;
                for (g = 0; g < RowWords; g = g + 1) begin : gen_word
                    reg [31:0] mem [0:MoreRows-1];
                    reg [31:0] word_q, held_word_q;
                    always @(posedge clk_i) begin
                        if (en_i) begin
                            if (we_i[g] & addr_i[FirstAddr]) mem[addr_i[MoreAddr-1:0]] <= wdata_i;
                            else                             word_q <= mem[addr_i[MoreAddr-1:0]];
                        end
                        if (go_i) held_word_q <= word_q;
                    end
                    assign more[32*g +: 32] = held_word_q;
                end
            end else begin : gen_none
                assign is_more = 1'b0;
                assign more    = {(WeightBits*Lanes){1'b0}};
            end
            wire first = MoreRows == 0 || ~addr_i[RowAddr > FirstAddr ? FirstAddr : 0];
            for (g = 0; g < RowWords; g = g + 1) begin : gen_word
                reg [31:0] mem [0:(1 << FirstAddr)-1];
                reg [31:0] word_q, held_word_q;
                always @(posedge clk_i) begin
                    if (en_i) begin
                        if (we_i[g] & first) mem[addr_i[FirstAddr-1:0]] <= wdata_i;
                        else                 word_q <= mem[addr_i[FirstAddr-1:0]];
                    end
                    if (go_i) held_word_q <= word_q;
                end
                assign rdata_o[32*g +: 32] = is_more ? more[32*g +: 32] : held_word_q;
            end
        end
    endgenerate
endmodule
