// SPDX-License-Identifier: Apache-2.0
// State of one lane of a streaming network: what its neuron had after the last step of the sample joins what arrived in this one.
//
//   load_i:     old  <= state memory, or initial_q in the first step of a sample     as sign and size
//   multiply_i: kept <= (size * kept_q) >> 16       towards zero; kept_q is 2^16 without a decay
//   add_i:      value_o = v + kept, with the sign of old
//   limit_i:    value_o = v, limited to lower_q .. upper_q
//
// Latency:   value_o is combinational, for the lane's potential to take it.
// Arithmetic: the sum fits AccWidth: the proven width of the population is that of all values before their limits.
// Not reset: everything (constants are loaded before a pass, the rest in each word).
module synfire_state #(
    parameter AccWidth   = 32,
    parameter WeightBits = 8,
    parameter DigitBits  = 5 - $clog2(WeightBits)   // derived
) (
    input  wire                clk_i,
    // digits of constants, low digit first, each one sign-extended
    input  wire [3:0]          const_we_i,    // kept, lower, upper, initial
    input  wire [DigitBits-1:0] const_digit_i,
    input  wire [WeightBits-1:0] weight_i,
    input  wire                first_i,       // step of the sample
    input  wire                load_i,
    input  wire                multiply_i,
    input  wire                add_i,
    input  wire [AccWidth-1:0] memory_i,      // with load_i
    input  wire [AccWidth-1:0] v_i,
    output wire [AccWidth-1:0] value_o
);
    localparam Low  = $clog2(WeightBits);     // a digit has as many bits as a weight
    localparam Whole = 16;                    // fraction bits of kept_q
    reg  [Whole:0]      kept_q;
    reg  [AccWidth-1:0] lower_q, upper_q, initial_q, size_q, part_q;
    reg                 negative_q;
    integer             i;

    always @(posedge clk_i) begin
        for (i = 0; i < AccWidth; i = i + 1) begin
            if (i[6:Low] >= {2'b00, const_digit_i}) begin
                if (const_we_i[1]) lower_q[i]   <= i[6:Low] == {2'b00, const_digit_i} ? weight_i[i[Low-1:0]] : weight_i[WeightBits-1];
                if (const_we_i[2]) upper_q[i]   <= i[6:Low] == {2'b00, const_digit_i} ? weight_i[i[Low-1:0]] : weight_i[WeightBits-1];
                if (const_we_i[3]) initial_q[i] <= i[6:Low] == {2'b00, const_digit_i} ? weight_i[i[Low-1:0]] : weight_i[WeightBits-1];
            end
        end
        for (i = 0; i <= Whole; i = i + 1) begin
            if (const_we_i[0] & (i[6:Low] >= {2'b00, const_digit_i}))
                kept_q[i] <= i[6:Low] == {2'b00, const_digit_i} ? weight_i[i[Low-1:0]] : weight_i[WeightBits-1];
        end
    end

    wire [AccWidth-1:0] old  = first_i ? initial_q : memory_i;
    // Of the lowest number the size needs all bits, without a sign.
    wire [AccWidth-1:0] size = (old ^ {AccWidth{old[AccWidth-1]}}) + {{(AccWidth-1){1'b0}}, old[AccWidth-1]};
    wire [AccWidth+Whole:0] product = {{(Whole+1){1'b0}}, size_q} * {{AccWidth{1'b0}}, kept_q};
    wire unused = &{1'b0, product[Whole-1:0], product[AccWidth+Whole]};
    always @(posedge clk_i) begin
        if (load_i) begin
            negative_q <= old[AccWidth-1];
            size_q     <= size;
        end
        if (multiply_i) part_q <= product[Whole +: AccWidth];
    end

    // -x = ~x + 1: the one comes in as carry.
    wire [AccWidth-1:0] sum  = v_i + (part_q ^ {AccWidth{negative_q}}) + {{(AccWidth-1){1'b0}}, negative_q};
    wire                low  = $signed(v_i) < $signed(lower_q);
    wire                high = $signed(v_i) > $signed(upper_q);
    assign value_o = add_i ? sum : low ? lower_q : high ? upper_q : v_i;
endmodule
