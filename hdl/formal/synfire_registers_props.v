// SPDX-License-Identifier: Apache-2.0
// What host and engine rely on in the register bus, for ever, with resets anywhere: a transfer ends in its second cycle,
// or where a memory is read in its fourth (eighth with ReadCycles 5), with one answer; a command or a write of a memory is part
// of a transfer that asks for it; registers keep what was written; reads change nothing but WINDOW and ERROR bit 4. A host holds its request until it is
// answered. Names that end in _now are connected to the registers' own ones by hdl/formal/prove.
module synfire_registers_props #(
    parameter ReadCycles = 1
) (
    input wire        clk_i,
    input wire        rst_ni,
    input wire        bus_valid_i,
    input wire        bus_write_i,
    input wire [7:0]  bus_addr_i,
    input wire [31:0] bus_wdata_i,
    input wire        running_i,
    input wire        open_i,
    input wire        output_i,
    input wire [3:0]  errors_i,
    input wire        no_program_i,
    input wire [31:0] counter_value_i,
    input wire [63:0] desc_data_i,
    input wire [63:0] weight_data_i,
    input wire [31:0] act_data_i,
    input wire [31:0] code_data_i,
    input wire [7:0]  table_data_i
);
    localparam Last = ReadCycles + 2;   // cycles before the answer to a read of a memory
    localparam Control = 8'h04, InputBase = 8'h07, InputShape = 8'h08, Network = 8'h09, Length = 8'h0a, Window = 8'h0b, Data = 8'h0c;

    wire        ready, abort, clear_counters, input_signed;
    wire [31:0] rdata;
    wire [15:0] error_bits;
    wire [2:0]  input_act;
    wire [3:0]  input_code, counter, window_re, length;
    wire [8:0]  input_neurons;
    wire [1:0]  input_format, desc_we, weight_we;
    wire [4:0]  input_steps;
    wire        act_we, code_we, table_we, table_re;
    wire [5:0]  index;
    wire [31:0] window_word;
    wire [31:0] network_now;
    wire [3:0]  memory_now;
    wire [5:0]  error_now;
    wire [1:0]  step_now;
    wire [2:0]  wait_now;
    wire        clear_errors_now, refused_now;

    synfire_registers #(
        .Lanes(8), .AccWidth(16), .PatternBits(8), .ActAddr(3), .CodeAddr(4), .RowAddr(4), .DescAddr(3), .WindowBits(6),
        .TableAddr(2), .ReadCycles(ReadCycles)
    ) u_registers (
        .clk_i(clk_i), .rst_ni(rst_ni),
        .bus_valid_i(bus_valid_i), .bus_write_i(bus_write_i), .bus_addr_i(bus_addr_i),
        .bus_wdata_i(bus_wdata_i), .bus_ready_o(ready), .bus_rdata_o(rdata),
        .abort_o(abort), .clear_counters_o(clear_counters), .running_i(running_i), .open_i(open_i), .output_i(output_i),
        .errors_i(errors_i), .no_program_i(no_program_i), .error_bits_o(error_bits),
        .input_act_o(input_act), .input_code_o(input_code), .input_neurons_o(input_neurons),
        .input_format_o(input_format), .input_steps_o(input_steps), .input_signed_o(input_signed), .length_o(length),
        .counter_o(counter), .counter_value_i(counter_value_i),
        .desc_we_o(desc_we), .weight_we_o(weight_we), .act_we_o(act_we), .code_we_o(code_we),
        .table_we_o(table_we), .table_re_o(table_re), .table_data_i(table_data_i),
        .window_re_o(window_re), .window_index_o(index), .window_word_o(window_word),
        .desc_data_i(desc_data_i), .weight_data_i(weight_data_i), .act_data_i(act_data_i), .code_data_i(code_data_i)
    );

    // All that a transfer may leave behind.
    wire [31:0] shape = {input_signed, input_steps, input_format, 15'd0, input_neurons};
    wire [6:0]  base  = {input_code, input_act};
    wire [6:0]  memory_writes = {desc_we, weight_we, act_we, code_we, table_we};
    wire [4:0]  memory_reads  = {window_re, table_re};

    // The cycle before.
    reg         rst_q, valid_q, ready_q, write_q, running_q, open_q;
    reg [7:0]   addr_q;
    reg [31:0]  wdata_q, network_q, shape_q;
    reg [3:0]   length_q, memory_q, errors_q;
    reg [6:0]   base_q;
    reg [5:0]   index_q, error_q;
    reg         no_program_q;
    reg [2:0]   waited_q;       // cycles of the transfer on the bus so far

    wire        over  = rst_q & valid_q & ready_q;    // the last cycle ended a transfer
    wire        wrote = over & write_q;
    wire        reads_data = ~bus_write_i & bus_addr_i == Data;

    always @(posedge clk_i) begin
        rst_q        <= rst_ni;
        valid_q      <= bus_valid_i;
        ready_q      <= ready;
        write_q      <= bus_write_i;
        addr_q       <= bus_addr_i;
        wdata_q      <= bus_wdata_i;
        running_q    <= running_i;
        open_q       <= open_i;
        network_q    <= network_now;
        shape_q      <= shape;
        length_q     <= length;
        memory_q     <= memory_now;
        errors_q     <= errors_i;
        no_program_q <= no_program_i;
        base_q       <= base;
        index_q      <= index;
        error_q      <= error_now;
        waited_q     <= rst_ni & bus_valid_i & ~ready ? waited_q + 3'd1 : 3'd0;
    end

    // Transfers.
    always @* begin
        if (rst_ni && rst_q && valid_q && !ready_q)
            assume (bus_valid_i && bus_write_i == write_q && bus_addr_i == addr_q && (!write_q || bus_wdata_i == wdata_q));
        if (rst_ni && !rst_q) assert (waited_q == 3'd0);
        if (rst_ni) begin
            assert (waited_q <= Last[2:0]);
            assert (step_now == (waited_q == Last[2:0] ? 2'd3 : waited_q < 3'd2 ? waited_q[1:0] : 2'd2));
            assert (wait_now == (step_now == 2'd2 ? waited_q - 3'd2 : 3'd0));
            if (ready) assert (bus_valid_i && (waited_q == 3'd1 || (waited_q == Last[2:0] && reads_data)));
            if (waited_q == 3'd1 && !reads_data) assert (ready);
            if (waited_q == 3'd1 && (running_q || open_q)) assert (ready);
            if (waited_q == Last[2:0]) assert (ready);
        end
    end

    // What leaves the registers belongs to a transfer that is on the bus.
    always @* begin
        if (rst_ni) begin
            assert ((memory_writes & (memory_writes - 7'd1)) == 7'd0);
            if (memory_writes != 7'd0) begin
                assert (ready && bus_write_i && bus_addr_i == Data && window_word == bus_wdata_i);
                assert (rst_q && !running_q && !open_q);
                assert (!refused_now);
            end
            assert ((memory_reads & (memory_reads - 5'd1)) == 5'd0);
            if (memory_reads != 5'd0) assert (bus_valid_i && reads_data && waited_q == 3'd1 && !ready);
            assert (abort == (ready & bus_write_i & bus_addr_i == Control & bus_wdata_i[0]));
            assert (clear_counters == (ready & bus_write_i & bus_addr_i == Control & bus_wdata_i[1]));
            assert (clear_errors_now == (ready & bus_write_i & bus_addr_i == Control & bus_wdata_i[2]));
            if (refused_now) assert (ready && bus_addr_i == Data);
            if (ready && bus_write_i && bus_addr_i == Data) assert (refused_now || memory_writes != 7'd0);
        end
    end

    // Registers hold what was written, and nothing else changes them.
    always @* begin
        if (rst_ni && !rst_q) assert (network_now == 32'd0 && length == 4'd0 && error_now == 6'd0);
        if (rst_ni && rst_q) begin
            assert (network_now == (wrote && addr_q == Network ? wdata_q : network_q));
            assert (length == (wrote && addr_q == Length ? wdata_q[3:0] : length_q));
            assert (base == (wrote && addr_q == InputBase ? {wdata_q[19:16], wdata_q[2:0]} : base_q));
            assert (shape == (wrote && addr_q == InputShape ? {wdata_q[27:20], 15'd0, wdata_q[8:0]} : shape_q));
            assert (memory_now == (wrote && addr_q == Window ? wdata_q[31:28] : memory_q));
            if (wrote && addr_q == Window) assert (index == {|wdata_q[27:5], wdata_q[4:0]});
            else assert (index == (over && addr_q == Data ? index_q + 6'd1 : index_q));
            if ((error_q & ~error_now) != 6'd0) assert (wrote && addr_q == Control && wdata_q[2]);
            if (error_now[4] && !error_q[4]) assert (over && addr_q == Data);
            assert ((error_now & ~error_q & ~{no_program_q, 1'b1, errors_q}) == 6'd0);
        end
    end

    // What reads say.
    always @* begin
        if (rst_ni && ready && !bus_write_i) begin
            case (bus_addr_i)
                8'h00:      assert (rdata == 32'h53594e46);
                InputBase:  assert (rdata == {12'd0, base[6:3], 13'd0, base[2:0]});
                InputShape: assert (rdata == {4'd0, shape[31:24], 11'd0, shape[8:0]});
                Network:    assert (rdata == network_now);
                Length:     assert (rdata == {28'd0, length});
                Window:     assert (rdata == {memory_now, 22'd0, index});
                Control:    assert (rdata == 32'd0);
                Data:       if (waited_q == 3'd1) assert (refused_now && rdata == 32'd0);
                default:    if (bus_addr_i > 8'h0d && bus_addr_i[7:4] != 4'd2) assert (rdata == 32'd0);
            endcase
        end
    end
endmodule
