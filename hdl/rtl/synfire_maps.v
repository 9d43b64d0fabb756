// SPDX-License-Identifier: Apache-2.0
// Active map and codes, and who writes and reads them: while a program runs the engine, before that the input, windows of the host
// while nothing runs.
//
//   fire, input, window -> [who writes] -> [registers] -> active map, codes
//   scanner, slots, emit, window -> [who reads] ---------------^  -> data
//
// Latency:   a write is in its memory two cycles later; read data come one cycle after the read, of codes after two with Hold.
// Promise:   nothing is read in the cycle in which it is written.
// Not reset: the memories and what is about to be written.
module synfire_maps #(
    parameter Lanes    = 8,
    parameter ActAddr  = 12,
    parameter CodeAddr = 14,
    parameter SmallBus = 0,        // 1: no windows
    parameter Hold     = 1,        // the address of a code comes out of a register
    parameter Streaming = 0,       // not 0: rows of the active map can be looked through
    parameter Part     = Lanes > 32 ? 32 : Lanes,   // derived
    parameter Groups   = 32 / Part,
    parameter Banks    = Lanes / Part
) (
    input  wire                clk_i,
    input  wire                rst_ni,
    input  wire                running_i,
    input  wire                go_i,              // slots move
    input  wire                go_next_i,         // and in the next cycle
    // the engine's words
    input  wire [Groups-1:0]   fire_act_we_i,
    input  wire [ActAddr-1:0]  fire_act_addr_i,
    input  wire [32*Banks-1:0] fire_act_data_i,
    input  wire                fire_code_we_i,
    input  wire [CodeAddr-1:0] fire_code_addr_i,
    input  wire [31:0]         fire_code_data_i,
    input  wire                fire_spikes_i,     // these are patterns
    // the input's
    input  wire [Groups-1:0]   in_act_we_i,
    input  wire [ActAddr-1:0]  in_act_addr_i,
    input  wire [Part-1:0]     in_act_data_i,
    input  wire                in_code_we_i,
    input  wire [CodeAddr-1:0] in_code_addr_i,
    input  wire [31:0]         in_code_data_i,
    // the host's
    input  wire                act_window_i,
    input  wire                code_window_i,
    input  wire                act_window_re_i,
    input  wire                code_window_re_i,
    input  wire [ActAddr-1:0]  window_act_addr_i,
    input  wire [CodeAddr-1:0] window_code_addr_i,
    input  wire [31:0]         window_word_i,
    // reads
    input  wire                scan_re_i,
    input  wire [ActAddr-1:0]  scan_addr_i,
    output wire [31:0]         act_data_o,
    input  wire                look_move_i,
    input  wire                look_re_i,
    input  wire [ActAddr+4:0]  look_bit_i,
    output wire [95:0]         look_bits_o,
    input  wire                slot_want_i,       // read where go_i
    input  wire [CodeAddr-1:0] slot_addr_i,
    input  wire                emit_re_i,
    input  wire [CodeAddr-1:0] emit_addr_i,
    output wire [31:0]         code_data_o,
    // what is being written
    output wire                spikes_o,          // patterns, of the input or of a population
    output wire [31:0]         code_wdata_o
);
    assign spikes_o     = spikes_q;
    assign code_wdata_o = code_wdata_q;

    // The engine writes Lanes active bits; input and host write one word or a part of it.
    wire [ActAddr-1:0]      others_addr = (|in_act_we_i) | (SmallBus != 0) ? in_act_addr_i : window_act_addr_i;
    wire [Groups*Banks-1:0] act_we;
    generate
        if (Banks > 1) begin : gen_banks
            wire other = in_act_we_i[0] | act_window_i;
            assign act_we = {Banks{fire_act_we_i[0]}} | {other & others_addr[0], other & ~others_addr[0]};
        end else begin : gen_one_bank
            assign act_we = fire_act_we_i | in_act_we_i | {Groups{act_window_i}};
        end
    endgenerate

    // Writes to the maps come a cycle late: the way to large memories is long enough without the choice of the writer.
    reg  [Groups*Banks-1:0] act_we_q;
    reg  [ActAddr-1:0]  act_waddr_q;
    reg  [32*Banks-1:0] act_wdata_q;
    reg  [31:0]         code_wdata_q;
    reg                 code_we_q, spikes_q;      // spikes_q: patterns, of the input or of a population
    reg  [CodeAddr-1:0] code_waddr_q;
    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            act_we_q  <= {(Groups*Banks){1'b0}};
            code_we_q <= 1'b0;
            spikes_q  <= 1'b0;
        end else begin
            act_we_q  <= act_we;
            code_we_q <= fire_code_we_i | in_code_we_i | code_window_i;
            spikes_q  <= in_code_we_i | (fire_code_we_i & fire_spikes_i);
        end
    end
    always @(posedge clk_i) begin
        act_waddr_q  <= running_i ? fire_act_addr_i : others_addr;
        act_wdata_q  <= running_i ? fire_act_data_i
                        : {Banks{(|in_act_we_i) | (SmallBus != 0) ? {Groups{in_act_data_i}} : window_word_i}};
        code_waddr_q <= running_i ? fire_code_addr_i : in_code_we_i | (SmallBus != 0) ? in_code_addr_i
                        : window_code_addr_i;
        code_wdata_q <= running_i ? fire_code_data_i : in_code_we_i | (SmallBus != 0) ? in_code_data_i : window_word_i;
    end

    synfire_act_memory #(.Lanes(Lanes), .AddrBits(ActAddr)) u_act (
        .clk_i(clk_i), .we_i(act_we_q), .waddr_i(act_waddr_q), .wdata_i(act_wdata_q),
        .re_i(scan_re_i | act_window_re_i),
        .raddr_i(running_i | (SmallBus != 0) ? scan_addr_i : window_act_addr_i),
        .rdata_o(act_data_o)
    );

    generate
        if (Streaming != 0) begin : gen_look
            synfire_look #(.Lanes(Lanes), .ActAddr(ActAddr)) u_look (
                .clk_i(clk_i), .we_i(act_we_q), .waddr_i(act_waddr_q), .wdata_i(act_wdata_q),
                .move_i(look_move_i), .re_i(look_re_i), .bit_i(look_bit_i), .bits_o(look_bits_o)
            );
        end else begin : gen_no_look
            assign look_bits_o = 96'd0;
            wire   unused      = &{1'b0, look_move_i, look_re_i, look_bit_i};
        end
    endgenerate

    wire                others     = emit_re_i | code_window_re_i;
    wire [CodeAddr-1:0] code_place = emit_re_i ? emit_addr_i : running_i | (SmallBus != 0) ? slot_addr_i
                                   : window_code_addr_i;
    wire                code_re;
    wire [CodeAddr-1:0] code_raddr;
    generate
        if (Hold != 0) begin : gen_hold
            reg                code_re_q, want_q;    // want_q: a slot's code is still to be read
            reg [CodeAddr-1:0] code_raddr_q;
            wire               want = go_i ? slot_want_i : want_q;
            always @(posedge clk_i or negedge rst_ni) begin
                if (!rst_ni) begin
                    code_re_q <= 1'b0;
                    want_q    <= 1'b0;
                end else begin
                    code_re_q <= (want & go_next_i) | others;
                    want_q    <= want;
                end
            end
            // Nothing else reads while slots are held up.
            always @(posedge clk_i) begin
                if (go_i) code_raddr_q <= code_place;
            end
            assign code_re    = code_re_q;
            assign code_raddr = code_raddr_q;
        end else begin : gen_pass
            wire   unused     = &{1'b0, go_next_i};
            assign code_re    = (go_i & slot_want_i) | others;
            assign code_raddr = code_place;
        end
    endgenerate

    synfire_ram #(.Width(32), .AddrBits(CodeAddr)) u_code (
        .clk_i(clk_i), .we_i(code_we_q), .waddr_i(code_waddr_q), .wdata_i(code_wdata_q),
        .re_i(code_re), .raddr_i(code_raddr), .rdata_o(code_data_o)
    );
endmodule
