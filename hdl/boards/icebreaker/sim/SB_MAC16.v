// SPDX-License-Identifier: Apache-2.0
// Model of the vendor's DSP block for simulation, with its port names, for the one way in which synfire_icebreaker_mac uses
// it: O = {C, D} + A * B, signed, registers at A and B only. Other parameters stop the simulation.
module SB_MAC16 #(
    parameter [0:0] A_REG = 1'b0,
    parameter [0:0] B_REG = 1'b0,
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
    localparam [15:0] Modelled = {4'b1111, 2'd0, 2'd2, 1'b1, 2'd2, 2'd0, 2'd2, 1'b1};
    wire [15:0] given = {A_REG, B_REG, A_SIGNED, B_SIGNED, TOPOUTPUT_SELECT, TOPADDSUB_LOWERINPUT, TOPADDSUB_UPPERINPUT,
                         TOPADDSUB_CARRYSELECT, BOTOUTPUT_SELECT, BOTADDSUB_LOWERINPUT, BOTADDSUB_UPPERINPUT};
    wire idle = !(|{CHOLD, DHOLD, IRSTTOP, IRSTBOT, ORSTTOP, ORSTBOT, OLOADTOP, OLOADBOT, ADDSUBTOP, ADDSUBBOT, OHOLDTOP,
                    OHOLDBOT, CI, ACCUMCI, SIGNEXTIN, BOTADDSUB_CARRYSELECT});

    reg signed [15:0] a_q, b_q;
    wire signed [31:0] product = a_q * b_q;

    assign O = {C, D} + product;
    assign CO = 1'b0;
    assign ACCUMCO = 1'b0;
    assign SIGNEXTOUT = 1'b0;

    always @(posedge CLK) begin
        if (CE && !AHOLD) a_q <= A;
        if (CE && !BHOLD) b_q <= B;
        if (given != Modelled || !idle) begin
            $display("SB_MAC16: used in a way that is not modelled");
            $stop;
        end
    end
endmodule
