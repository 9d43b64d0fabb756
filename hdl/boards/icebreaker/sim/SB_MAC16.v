// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's DSP block for simulation, with its port names, for the two ways in which the lanes use it: a signed
// multiplier with registers at its inputs and an accumulator that {C, D} can be loaded into (synfire_icebreaker_lane), or
// two half as wide, of signed A and unsigned B, that also subtract (synfire_icebreaker_pair). The output is the adders',
// before the register: while it loads, it shows what is loaded. Any other use stops the simulation.
module SB_MAC16 #(
    parameter [0:0] A_REG = 1'b0,
    parameter [0:0] B_REG = 1'b0,
    parameter [0:0] C_REG = 1'b0,
    parameter [0:0] D_REG = 1'b0,
    parameter [0:0] MODE_8x8 = 1'b0,
    parameter [0:0] A_SIGNED = 1'b0,
    parameter [0:0] B_SIGNED = 1'b0,
    parameter [1:0] TOPOUTPUT_SELECT = 2'd0,
    parameter [1:0] TOPADDSUB_LOWERINPUT = 2'd0,
    parameter [0:0] TOPADDSUB_UPPERINPUT = 1'b0,
    parameter [1:0] TOPADDSUB_CARRYSELECT = 2'd0,
    parameter [1:0] BOTOUTPUT_SELECT = 2'd0,
    parameter [1:0] BOTADDSUB_LOWERINPUT = 2'd0,
    parameter [0:0] BOTADDSUB_UPPERINPUT = 1'b0,
    parameter [1:0] BOTADDSUB_CARRYSELECT = 2'd0
) (
    input  wire        CLK,
    input  wire        CE,
    input  wire [15:0] A,
    input  wire [15:0] B,
    input  wire [15:0] C,
    input  wire [15:0] D,
    input  wire        AHOLD,
    input  wire        BHOLD,
    input  wire        CHOLD,
    input  wire        DHOLD,
    input  wire        IRSTTOP,
    input  wire        IRSTBOT,
    input  wire        ORSTTOP,
    input  wire        ORSTBOT,
    input  wire        OLOADTOP,
    input  wire        OLOADBOT,
    input  wire        ADDSUBTOP,
    input  wire        ADDSUBBOT,
    input  wire        OHOLDTOP,
    input  wire        OHOLDBOT,
    input  wire        CI,
    input  wire        ACCUMCI,
    input  wire        SIGNEXTIN,
    output wire [31:0] O,
    output wire        CO,
    output wire        ACCUMCO,
    output wire        SIGNEXTOUT
);
    localparam [19:0] Modelled = {6'b111111, 2'd0, 2'd2, 1'b0, 2'd3, 2'd0, 2'd2, 1'b0, 2'd0};
    wire [19:0] given = {A_REG, B_REG, C_REG, D_REG, A_SIGNED, B_SIGNED, TOPOUTPUT_SELECT, TOPADDSUB_LOWERINPUT,
                         TOPADDSUB_UPPERINPUT, TOPADDSUB_CARRYSELECT, BOTOUTPUT_SELECT, BOTADDSUB_LOWERINPUT,
                         BOTADDSUB_UPPERINPUT, BOTADDSUB_CARRYSELECT};
    localparam [19:0] Halves = {6'b111110, 2'd0, 2'd1, 1'b0, 2'd0, 2'd0, 2'd1, 1'b0, 2'd0};
    wire known = MODE_8x8 == 1'b1 ? given == Halves && ADDSUBTOP == ADDSUBBOT
                                  : given == Modelled && OHOLDTOP == OHOLDBOT && !ADDSUBTOP && !ADDSUBBOT;
    wire plain = CE && OLOADTOP == OLOADBOT
                 && !(|{IRSTTOP, IRSTBOT, ORSTTOP, ORSTBOT, CI, ACCUMCI, SIGNEXTIN});

    reg signed [15:0] a_q, b_q;
    reg [15:0] c_q, d_q;
    reg [31:0] o_q;
    wire signed [31:0] product = a_q * b_q;
    wire [31:0] whole = o_q + product;
    wire signed [15:0] a_high = {{8{a_q[15]}}, a_q[15:8]};
    wire signed [15:0] a_low = {{8{a_q[7]}}, a_q[7:0]};
    wire signed [15:0] b_high = {8'd0, b_q[15:8]};
    wire signed [15:0] b_low = {8'd0, b_q[7:0]};
    wire [15:0] high = ADDSUBTOP ? o_q[31:16] - a_high * b_high : o_q[31:16] + a_high * b_high;
    wire [15:0] low = ADDSUBBOT ? o_q[15:0] - a_low * b_low : o_q[15:0] + a_low * b_low;

    assign O = OLOADTOP ? {c_q, d_q} : MODE_8x8 == 1'b1 ? {high, low} : whole;
    assign CO = 1'b0;
    assign ACCUMCO = 1'b0;
    assign SIGNEXTOUT = 1'b0;

    always @(posedge CLK) begin
        if (!AHOLD) a_q <= A;
        if (!BHOLD) b_q <= B;
        if (!CHOLD) c_q <= C;
        if (!DHOLD) d_q <= D;
        if (!OHOLDTOP) o_q[31:16] <= O[31:16];
        if (!OHOLDBOT) o_q[15:0] <= O[15:0];
        if (!known || !plain) begin
            $display("SB_MAC16: used in a way that is not modelled");
            $stop;
        end
    end
endmodule
