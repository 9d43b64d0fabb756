// SPDX-License-Identifier: Apache-2.0
// Run buffer: one place for a run between receptive field and scanner, so that the signal that moves the field is a register,
// and not behind everything that can hold up the scanner.
//
//   run -> (buffer full: [run] | run) -> scanner          Depth 0: run -> scanner
//
// Latency:   none.
// Handshake: in_ready_o moves the field, whether it has a run or not. It is low in the cycle after a run had to be kept.
// Not reset: the run.
module synfire_run_buffer #(
    parameter Bits = 48,
    parameter Depth = 1    // 0: nothing is kept, in_ready_o is out_ready_i
) (
    input  wire            clk_i,
    input  wire            rst_ni,
    input  wire            clear_i,
    input  wire            in_valid_i,
    input  wire [Bits-1:0] in_run_i,
    output wire            in_ready_o,
    output wire            out_valid_o,
    output wire [Bits-1:0] out_run_o,
    input  wire            out_ready_i,
    output wire            empty_o
);
    generate
        if (Depth != 0) begin : gen_buffer
            reg            open_q;       // nothing is kept
            reg [Bits-1:0] run_q;
            always @(posedge clk_i or negedge rst_ni) begin
                if (!rst_ni)      open_q <= 1'b1;
                else if (clear_i) open_q <= 1'b1;
                else              open_q <= out_ready_i | (open_q & ~in_valid_i);
            end
            always @(posedge clk_i) begin
                if (open_q) run_q <= in_run_i;
            end
            assign in_ready_o  = open_q;
            assign out_valid_o = ~open_q | in_valid_i;
            assign out_run_o   = open_q ? in_run_i : run_q;
            assign empty_o     = open_q;
        end else begin : gen_none
            wire unused = &{1'b0, clk_i, rst_ni, clear_i};
            assign in_ready_o  = out_ready_i;
            assign out_valid_o = in_valid_i;
            assign out_run_o   = in_run_i;
            assign empty_o     = 1'b1;
        end
    endgenerate
endmodule
