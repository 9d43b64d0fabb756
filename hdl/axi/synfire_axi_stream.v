// SPDX-License-Identifier: Apache-2.0
// AXI4-Stream manager behind the engine's result stream: one packet per answer, TLAST with the word that ends it (DONE
// or ERROR). The engine drops its output when it is told to abort, which AXI4-Stream does not allow in the middle of a
// packet: such a packet ends with an ERROR word of its own.
//
//   results -> [where does the answer end?] -> [one word held] -> m_axis
//   abort   -> [is a packet open?] -> 7 ERROR, bit 15 ----^
//
// Latency:   one cycle; a word per cycle.
// Handshake: AXI4-Stream: TVALID never waits for TREADY; a word stays until it is taken, through an abort, too.
// Not reset: the held word.
module synfire_axi_stream (
    input  wire        aclk,
    input  wire        aresetn,
    input  wire        abort_i,       // the engine forgets its output in this cycle
    // results of the engine
    input  wire        out_valid_i,
    input  wire [31:0] out_data_i,
    output wire        out_ready_o,
    // stream
    output reg         m_axis_tvalid,
    input  wire        m_axis_tready,
    output reg  [31:0] m_axis_tdata,
    output reg         m_axis_tlast
);
    localparam Result = 4'd4, Done = 4'd6, Error = 4'd7;
    localparam Aborted = {Error, 12'd0, 16'h8000};

    reg [15:0] raw_q;        // potentials that follow: words without a type
    reg        open_q;       // a word of the packet went out, and not its last one
    reg        aborted_q;    // the packet has to be ended
    wire       space = ~m_axis_tvalid | m_axis_tready;
    wire [3:0] sort  = out_data_i[31:28];
    wire       raw   = raw_q != 16'd0;
    wire       last  = ~raw & ((sort == Done) | (sort == Error));
    wire       take  = out_valid_i & out_ready_o;
    wire       end_it = aborted_q & space;
    wire       open  = take ? ~last : open_q;

    assign out_ready_o = space & ~aborted_q;

    always @(posedge aclk or negedge aresetn) begin
        if (!aresetn) begin
            m_axis_tvalid <= 1'b0;
            raw_q         <= 16'd0;
            open_q        <= 1'b0;
            aborted_q     <= 1'b0;
        end else begin
            if (space) m_axis_tvalid <= take | end_it;
            if (abort_i)   raw_q <= 16'd0;
            else if (take) raw_q <= raw ? raw_q - 16'd1 : sort == Result ? out_data_i[15:0] : 16'd0;
            open_q    <= open & ~end_it;
            aborted_q <= (aborted_q & ~end_it) | (abort_i & open & ~end_it);
        end
    end

    always @(posedge aclk) begin
        if (space) begin
            m_axis_tdata <= end_it ? Aborted : out_data_i;
            m_axis_tlast <= end_it | last;
        end
    end
endmodule
