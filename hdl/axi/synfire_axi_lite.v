// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite subordinate in front of the engine's register bus: register r is the 32-bit word at byte address 4 r.
//
//   AW, W -> [one of each held] -\
//                                 >- [one transfer at a time] -> register bus
//   AR    -> [one held] ---------/            |
//   B, R  <- [response held until taken] <----/
//
// A write with some byte lanes only, or at an address that is no multiple of 4, is answered SLVERR and has no effect.
//
// Latency:   a write answers two cycles after address and data, a read two after its address and one more for windows.
// Handshake: AXI4-Lite: no valid waits for its ready; data stay until they are taken. Reads and writes take turns.
// Not reset: what the held requests and responses carry.
module synfire_axi_lite (
    input  wire        aclk,
    input  wire        aresetn,
    // write address, write data, write response
    input  wire        s_axi_awvalid,
    output wire        s_axi_awready,
    input  wire [9:0]  s_axi_awaddr,
    input  wire        s_axi_wvalid,
    output wire        s_axi_wready,
    input  wire [31:0] s_axi_wdata,
    input  wire [3:0]  s_axi_wstrb,
    output reg         s_axi_bvalid,
    input  wire        s_axi_bready,
    output reg  [1:0]  s_axi_bresp,
    // read address, read data
    input  wire        s_axi_arvalid,
    output wire        s_axi_arready,
    input  wire [9:0]  s_axi_araddr,
    output reg         s_axi_rvalid,
    input  wire        s_axi_rready,
    output reg  [31:0] s_axi_rdata,
    output reg  [1:0]  s_axi_rresp,
    // register bus
    output wire        bus_valid_o,
    output wire        bus_write_o,
    output wire [7:0]  bus_addr_o,
    output wire [31:0] bus_wdata_o,
    input  wire        bus_ready_i,
    input  wire [31:0] bus_rdata_i
);
    localparam Okay = 2'b00, Slverr = 2'b10;

    reg        aw_held_q, w_held_q, ar_held_q;
    reg [9:0]  aw_addr_q, ar_addr_q;
    reg [31:0] w_data_q;
    reg [3:0]  w_strb_q;
    reg        busy_q, writing_q;    // a transfer is on the bus
    reg        wrote_q;              // the last transfer was a write: a read goes first

    assign s_axi_awready = ~aw_held_q;
    assign s_axi_wready  = ~w_held_q;
    assign s_axi_arready = ~ar_held_q;

    wire write_waits = aw_held_q & w_held_q & ~s_axi_bvalid;
    wire read_waits  = ar_held_q & ~s_axi_rvalid;
    wire write_first = write_waits & ~(read_waits & wrote_q);
    wire begin_write = ~busy_q & write_first;
    wire begin_read  = ~busy_q & read_waits & ~write_first;
    wire write_legal = (w_strb_q == 4'b1111) & (aw_addr_q[1:0] == 2'b00);
    wire read_legal  = ar_addr_q[1:0] == 2'b00;
    wire refuse_write = begin_write & ~write_legal;
    wire refuse_read  = begin_read & ~read_legal;

    assign bus_valid_o = busy_q;
    assign bus_write_o = writing_q;
    assign bus_addr_o  = writing_q ? aw_addr_q[9:2] : ar_addr_q[9:2];
    assign bus_wdata_o = w_data_q;
    wire transferred   = busy_q & bus_ready_i;
    wire write_over    = (transferred & writing_q) | refuse_write;
    wire read_over     = (transferred & ~writing_q) | refuse_read;

    always @(posedge aclk or negedge aresetn) begin
        if (!aresetn) begin
            aw_held_q    <= 1'b0;
            w_held_q     <= 1'b0;
            ar_held_q    <= 1'b0;
            busy_q       <= 1'b0;
            writing_q    <= 1'b0;
            wrote_q      <= 1'b0;
            s_axi_bvalid <= 1'b0;
            s_axi_rvalid <= 1'b0;
        end else begin
            if (s_axi_awready)  aw_held_q <= s_axi_awvalid;
            else if (write_over) aw_held_q <= 1'b0;
            if (s_axi_wready)   w_held_q <= s_axi_wvalid;
            else if (write_over) w_held_q <= 1'b0;
            if (s_axi_arready)  ar_held_q <= s_axi_arvalid;
            else if (read_over) ar_held_q <= 1'b0;
            if (transferred)    busy_q <= 1'b0;
            else if ((begin_write & write_legal) | (begin_read & read_legal)) busy_q <= 1'b1;
            if (begin_write | begin_read) begin
                writing_q <= begin_write;
                wrote_q   <= begin_write;
            end
            if (write_over)        s_axi_bvalid <= 1'b1;
            else if (s_axi_bready) s_axi_bvalid <= 1'b0;
            if (read_over)         s_axi_rvalid <= 1'b1;
            else if (s_axi_rready) s_axi_rvalid <= 1'b0;
        end
    end

    always @(posedge aclk) begin
        if (s_axi_awready) aw_addr_q <= s_axi_awaddr;
        if (s_axi_arready) ar_addr_q <= s_axi_araddr;
        if (s_axi_wready) begin
            w_data_q <= s_axi_wdata;
            w_strb_q <= s_axi_wstrb;
        end
        if (write_over) s_axi_bresp <= refuse_write ? Slverr : Okay;
        if (read_over) begin
            s_axi_rresp <= refuse_read ? Slverr : Okay;
            s_axi_rdata <= refuse_read ? 32'd0 : bus_rdata_i;
        end
    end
endmodule
