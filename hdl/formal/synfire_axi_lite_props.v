// SPDX-License-Identifier: Apache-2.0
// What a manager and the register bus rely on in the AXI4-Lite wrapper, for ever, with resets anywhere: every response
// belongs to requests that were taken; each of these gets one, in time, that stays as it is until it is taken; the bus
// sees one transfer for each legal request and no other, which stays until it is answered. The manager may do anything,
// even take a valid back; the bus answers within eight cycles, as synfire_registers_props proves. Names that end in _now
// are connected to the wrapper's own ones by hdl/formal/prove.
module synfire_axi_lite_props (
    input wire        aclk,
    input wire        aresetn,
    input wire        awvalid_i,
    input wire [9:0]  awaddr_i,
    input wire        wvalid_i,
    input wire [31:0] wdata_i,
    input wire [3:0]  wstrb_i,
    input wire        bready_i,
    input wire        arvalid_i,
    input wire [9:0]  araddr_i,
    input wire        rready_i,
    input wire        bus_ready_i,
    input wire [31:0] bus_rdata_i
);
    localparam Longest = 5'd18;   // cycles until a response: a transfer of the other kind, and its own
    localparam Okay = 2'b00, Slverr = 2'b10;

    wire        awready, wready, bvalid, arready, rvalid, bus_valid, bus_write;
    wire [1:0]  bresp, rresp;
    wire [31:0] rdata, bus_wdata;
    wire [7:0]  bus_addr;
    wire [9:0]  awaddr_now, araddr_now;
    wire [31:0] wdata_now;
    wire [3:0]  wstrb_now;

    synfire_axi_lite u_axi (
        .aclk(aclk), .aresetn(aresetn),
        .s_axi_awvalid(awvalid_i), .s_axi_awready(awready), .s_axi_awaddr(awaddr_i),
        .s_axi_wvalid(wvalid_i), .s_axi_wready(wready), .s_axi_wdata(wdata_i), .s_axi_wstrb(wstrb_i),
        .s_axi_bvalid(bvalid), .s_axi_bready(bready_i), .s_axi_bresp(bresp),
        .s_axi_arvalid(arvalid_i), .s_axi_arready(arready), .s_axi_araddr(araddr_i),
        .s_axi_rvalid(rvalid), .s_axi_rready(rready_i), .s_axi_rdata(rdata), .s_axi_rresp(rresp),
        .bus_valid_o(bus_valid), .bus_write_o(bus_write), .bus_addr_o(bus_addr),
        .bus_wdata_o(bus_wdata), .bus_ready_i(bus_ready_i), .bus_rdata_i(bus_rdata_i)
    );

    reg [1:0]  addresses_q, words_q, reads_q;       // requests taken whose response was not
    reg [9:0]  awaddr_q, araddr_q;                  // of the last ones
    reg [31:0] wdata_q;
    reg [3:0]  wstrb_q;
    reg [4:0]  write_waits_q, read_waits_q;         // cycles of the requests without their responses
    reg [2:0]  bus_waits_q;
    // The cycle before.
    reg        bvalid_q, rvalid_q, b_held_q, r_held_q, bus_held_q, wrote_q, read_q, bus_write_q;
    reg        write_legal_q, read_legal_q;
    reg [1:0]  bresp_q, rresp_q;
    reg [31:0] rdata_q, bus_wdata_q, found_q;
    reg [7:0]  bus_addr_q;

    wire       done          = bus_valid & bus_ready_i;
    wire       takes_address = awvalid_i & awready;
    wire       takes_word    = wvalid_i & wready;
    wire       takes_read    = arvalid_i & arready;
    wire       write_legal   = wstrb_q == 4'b1111 && awaddr_q[1:0] == 2'b00;
    wire       read_legal    = araddr_q[1:0] == 2'b00;

    always @(posedge aclk or negedge aresetn) begin
        if (!aresetn) begin
            addresses_q   <= 2'd0;
            words_q       <= 2'd0;
            reads_q       <= 2'd0;
            write_waits_q <= 5'd0;
            read_waits_q  <= 5'd0;
            bus_waits_q   <= 3'd0;
            bvalid_q      <= 1'b0;
            rvalid_q      <= 1'b0;
            b_held_q      <= 1'b0;
            r_held_q      <= 1'b0;
            bus_held_q    <= 1'b0;
            wrote_q       <= 1'b0;
            read_q        <= 1'b0;
        end else begin
            addresses_q   <= addresses_q + {1'b0, takes_address} - {1'b0, bvalid & bready_i};
            words_q       <= words_q + {1'b0, takes_word} - {1'b0, bvalid & bready_i};
            reads_q       <= reads_q + {1'b0, takes_read} - {1'b0, rvalid & rready_i};
            write_waits_q <= ~awready & ~wready & ~bvalid ? write_waits_q + 5'd1 : 5'd0;
            read_waits_q  <= ~arready & ~rvalid ? read_waits_q + 5'd1 : 5'd0;
            bus_waits_q   <= bus_valid & ~bus_ready_i ? bus_waits_q + 3'd1 : 3'd0;
            bvalid_q      <= bvalid;
            rvalid_q      <= rvalid;
            b_held_q      <= bvalid & ~bready_i;
            r_held_q      <= rvalid & ~rready_i;
            bus_held_q    <= bus_valid & ~bus_ready_i;
            wrote_q       <= done & bus_write;
            read_q        <= done & ~bus_write;
        end
    end

    always @(posedge aclk) begin
        if (takes_address) awaddr_q <= awaddr_i;
        if (takes_word) wdata_q <= wdata_i;
        if (takes_word) wstrb_q <= wstrb_i;
        if (takes_read) araddr_q <= araddr_i;
        write_legal_q <= write_legal;
        read_legal_q  <= read_legal;
        bresp_q       <= bresp;
        rresp_q       <= rresp;
        rdata_q       <= rdata;
        found_q       <= bus_rdata_i;
        bus_write_q   <= bus_write;
        bus_addr_q    <= bus_addr;
        bus_wdata_q   <= bus_wdata;
    end

    // Requests and responses come in pairs, and soon.
    always @* begin
        if (aresetn) begin
            assume (bus_waits_q != 3'd7 || bus_ready_i);
            assert (addresses_q == {1'b0, ~awready} + {1'b0, bvalid});
            assert (words_q == {1'b0, ~wready} + {1'b0, bvalid});
            assert (reads_q == {1'b0, ~arready} + {1'b0, rvalid});
            assert (write_waits_q <= Longest);
            assert (read_waits_q <= Longest);
        end else begin
            assert (!bvalid && !rvalid && !bus_valid);
        end
    end

    // Responses say what happened, and stay.
    always @* begin
        if (aresetn) begin
            if (b_held_q) assert (bvalid && bresp == bresp_q);
            if (bvalid && !bvalid_q) assert (wrote_q == write_legal_q && bresp == (write_legal_q ? Okay : Slverr));
            if (wrote_q) assert (bvalid && !bvalid_q);
            if (r_held_q) assert (rvalid && rresp == rresp_q && rdata == rdata_q);
            if (rvalid && !rvalid_q) begin
                assert (read_q == read_legal_q && rresp == (read_legal_q ? Okay : Slverr));
                assert (rdata == (read_legal_q ? found_q : 32'd0));
            end
            if (read_q) assert (rvalid && !rvalid_q);
        end
    end

    // The bus has what was asked for.
    always @* begin
        if (aresetn) begin
            if (!awready) assert (awaddr_now == awaddr_q);
            if (!wready) assert (wdata_now == wdata_q && wstrb_now == wstrb_q);
            if (!arready) assert (araddr_now == araddr_q);
            if (bus_valid && bus_write) begin
                assert (!awready && !wready && !bvalid && write_legal);
                assert (bus_addr == awaddr_q[9:2] && bus_wdata == wdata_q);
            end
            if (bus_valid && !bus_write) assert (!arready && !rvalid && read_legal && bus_addr == araddr_q[9:2]);
            if (bus_held_q) assert (bus_valid && bus_write == bus_write_q && bus_addr == bus_addr_q);
            if (bus_held_q && bus_write) assert (bus_wdata == bus_wdata_q);
        end
    end
endmodule
