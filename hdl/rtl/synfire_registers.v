// SPDX-License-Identifier: Apache-2.0
// Register bus: identity, control, status, sticky errors, the input population, windows into the
// five memories, counters. The map is docs/reference/accelerator-registers.md.
//
//   bus -> [address] -> CONTROL, INPUT_*, NETWORK, LENGTH -> engine
//              |     <- ID, CAPS, STATUS, ERROR (sticky), counters
//              \-> DATA -> 32-bit word at memory and index of WINDOW; index + 1 after each
//
// Latency:   a transfer happens in a cycle with bus_valid_i and bus_ready_o, the one after it was asked for: the first one
//            looks what is asked, the second one does it. Reads of DATA take two cycles more, or six.
// Handshake: bus_ready_o may wait for bus_valid_i.
// Not reset: the input population, WINDOW.
module synfire_registers #(
    parameter Lanes       = 8,
    parameter AccWidth    = 32,
    parameter PatternBits = 16,
    parameter ActAddr     = 10,
    parameter CodeAddr    = 14,
    parameter RowAddr     = 14,
    parameter DescAddr    = 9,
    parameter ShiftBits   = 5,
    parameter SharedAdder = 0,
    parameter WeightBits  = 8,
    parameter WeightRows  = 1 << RowAddr,
    parameter Arithmetic  = 0,
    parameter Firing      = 0,
    parameter Streaming   = 0,
    parameter Vectors     = 0,
    parameter TableAddr   = 0,     // address bits of the fire tables; 0: there are none
    parameter SmallBus    = 0,     // 1: the input's maps begin at 0; no windows of maps and codes; registers that
                                   //    a host writes read 0
    parameter ReadCycles  = 1,     // from window_re_o to all memories' data: 1 or 5
    parameter WindowBits  = 16,    // of the index of a 32-bit word in the largest memory, and one more
    parameter BitAddr     = ActAddr + 5,   // derived
    parameter RowWords    = Lanes * WeightBits / 32
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    // bus
    input  wire                 bus_valid_i,
    input  wire                 bus_write_i,
    input  wire [7:0]           bus_addr_i,
    input  wire [31:0]          bus_wdata_i,
    output wire                 bus_ready_o,
    output reg  [31:0]          bus_rdata_o,
    // engine
    output reg                  abort_o,
    output reg                  clear_counters_o,
    input  wire                 running_i,
    input  wire                 open_i,
    input  wire                 output_i,
    input  wire [3:0]           errors_i,       // pulses: program, pattern, neuron, word
    input  wire                 no_program_i,   // pulse: END without a program
    output wire [15:0]          error_bits_o,   // sticky
    output wire [ActAddr-1:0]   input_act_o,
    output wire [CodeAddr-1:0]  input_code_o,
    output reg  [BitAddr:0]     input_neurons_o,
    output reg  [1:0]           input_format_o,
    output reg  [4:0]           input_steps_o,
    output reg                  input_signed_o,
    output reg  [DescAddr:0]    length_o,
    // counters
    output wire [3:0]           counter_o,
    input  wire [31:0]          counter_value_i,
    // windows
    output wire [1:0]           desc_we_o,      // one per 32-bit word of a row
    output wire [RowWords-1:0]  weight_we_o,
    output wire                 act_we_o,
    output wire                 code_we_o,
    output wire                 table_we_o,
    output wire                 table_re_o,
    output wire [3:0]           window_re_o,    // one per memory: desc, weight, act, code
    output wire [WindowBits-1:0] window_index_o, // 32-bit word
    output wire [31:0]          window_word_o,
    input  wire [63:0]          desc_data_i,
    input  wire [WeightBits*Lanes-1:0] weight_data_i,
    input  wire [31:0]          act_data_i,
    input  wire [31:0]          code_data_i,
    input  wire [PatternBits-1:0] table_data_i
);
    localparam RowSel   = $clog2(RowWords);
    localparam LastRow  = WeightRows - 1;
    localparam SelectMask = RowWords - 1;
    reg [31:0] network_q;
    reg [ActAddr-1:0]  input_act_q;
    reg [CodeAddr-1:0] input_code_q;
    reg [3:0]  memory_q;
    reg [WindowBits-1:0] index_q;          // top bit: beyond any memory
    reg [5:0]  error_q;
    localparam Check = 2'd0, Access = 2'd1, Arrive = 2'd2, Answer = 2'd3;
    reg [1:0]  step_q;                    // of a transfer
    reg [2:0]  wait_q;                    // cycles in Arrive
    localparam LastCycle = ReadCycles - 1;
    wire       arrived = wait_q == LastCycle[2:0];
    reg        writes_q, reads_q, refused_q;   // in Access: what a transfer of DATA does
    reg        to_maps_q, to_input_q, to_network_q, to_length_q, to_window_q;   // in Access: the register that is written
    reg [31:0] rdata;                     // what bus_rdata_o is in the next cycle

    assign input_act_o  = SmallBus == 0 ? input_act_q : {ActAddr{1'b0}};
    assign input_code_o = SmallBus == 0 ? input_code_q : {CodeAddr{1'b0}};

    wire is_data  = bus_addr_i == 8'h0c;
    wire is_control = bus_addr_i == 8'h04;
    wire asked      = bus_valid_i & (step_q == Check);
    reg  in_range;
    always @* begin
        case (memory_q)
            4'd0:    in_range = (index_q >> (DescAddr + 1)) == {WindowBits{1'b0}};
            4'd1:    in_range = WeightRows == 1 << RowAddr
                                ? (index_q >> (RowAddr + RowSel)) == {WindowBits{1'b0}}
                                : (index_q >> RowSel) <= LastRow[WindowBits-1:0];
            4'd2:    in_range = SmallBus == 0 && (index_q >> ActAddr) == {WindowBits{1'b0}};
            4'd3:    in_range = SmallBus == 0 && (index_q >> CodeAddr) == {WindowBits{1'b0}};
            4'd4:    in_range = TableAddr != 0 && (index_q >> TableAddr) == {WindowBits{1'b0}};
            default: in_range = 1'b0;
        endcase
    end
    wire [WindowBits-1:0] next_index = index_q + {{(WindowBits-1){1'b0}}, 1'b1};
    wire allowed  = in_range & ~running_i & ~open_i;   // an open sample writes the maps itself
    wire       is_table = TableAddr != 0 && memory_q[2];
    wire [3:0] select = (4'd1 << memory_q[1:0]) & (SmallBus == 0 ? 4'b1111 : 4'b0011) & {4{~is_table}};

    // Word of a weight row; a row of few narrow lanes is one word.
    reg [RowWords-1:0] word_of_row;
    reg [31:0]         weight_word;
    integer            w;
    always @* begin
        weight_word = 32'd0;
        for (w = 0; w < RowWords; w = w + 1) begin
            word_of_row[w] = ((index_q ^ w[WindowBits-1:0]) & SelectMask[WindowBits-1:0]) == {WindowBits{1'b0}};
            weight_word    = weight_word | (weight_data_i[32*w +: 32] & {32{word_of_row[w]}});
        end
    end

    wire [3:0] write_to = select & {4{writes_q}};
    assign desc_we_o      = {write_to[0] & index_q[0], write_to[0] & ~index_q[0]};
    assign weight_we_o    = word_of_row & {RowWords{write_to[1]}};
    assign act_we_o       = write_to[2];
    assign code_we_o      = write_to[3];
    assign table_we_o     = is_table & writes_q;
    assign table_re_o     = is_table & reads_q;
    assign window_re_o    = select & {4{reads_q}};
    assign window_index_o = index_q;
    assign window_word_o  = bus_wdata_i;
    // A refused read answers at once, with 0.
    assign bus_ready_o    = (step_q == Access & ~reads_q) | step_q == Answer;
    wire   commands       = asked & bus_write_i & is_control;
    reg    clear_errors_q;
    wire [5:0] pulses = {no_program_i, refused_q, errors_i[3], errors_i[2], errors_i[1], errors_i[0]};
    assign error_bits_o   = {10'd0, error_q};
    assign counter_o      = bus_addr_i[3:0];

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) begin
            error_q   <= 6'd0;
            step_q    <= Check;
            wait_q    <= 3'd0;
            abort_o   <= 1'b0;
            clear_counters_o <= 1'b0;
            clear_errors_q   <= 1'b0;
            writes_q  <= 1'b0;
            {to_maps_q, to_input_q, to_network_q, to_length_q, to_window_q} <= 5'd0;
            reads_q   <= 1'b0;
            refused_q <= 1'b0;
            length_o  <= {(DescAddr+1){1'b0}};
            network_q <= 32'd0;
        end else begin
            error_q   <= clear_errors_q ? 6'd0 : error_q | pulses;
            // Registers: they clear the whole engine. The transfer is over in their cycle.
            abort_o          <= commands & bus_wdata_i[0];
            clear_counters_o <= commands & bus_wdata_i[1];
            clear_errors_q   <= commands & bus_wdata_i[2];
            writes_q         <= asked & is_data & bus_write_i & allowed;
            reads_q          <= asked & is_data & ~bus_write_i & allowed;
            refused_q        <= asked & is_data & ~allowed;
            to_maps_q        <= asked & bus_write_i & (bus_addr_i == 8'h07);
            to_input_q       <= asked & bus_write_i & (bus_addr_i == 8'h08);
            to_network_q     <= asked & bus_write_i & (bus_addr_i == 8'h09);
            to_length_q      <= asked & bus_write_i & (bus_addr_i == 8'h0a);
            to_window_q      <= asked & bus_write_i & (bus_addr_i == 8'h0b);
            wait_q           <= step_q == Arrive & ~arrived ? wait_q + 3'd1 : 3'd0;
            case (step_q)
                Check:   step_q <= bus_valid_i ? Access : Check;
                Access:  step_q <= reads_q ? Arrive : Check;
                Arrive:  step_q <= arrived ? Answer : Arrive;
                default: step_q <= Check;
            endcase
            if (bus_valid_i & to_network_q) network_q <= bus_wdata_i;
            if (bus_valid_i & to_length_q)  length_o  <= bus_wdata_i[DescAddr:0];
        end
    end

    always @(posedge clk_i) begin
        if (bus_valid_i & to_maps_q) begin
            input_act_q  <= bus_wdata_i[0 +: ActAddr];
            input_code_q <= bus_wdata_i[16 +: CodeAddr];
        end
        if (bus_valid_i & to_input_q) begin
            input_neurons_o <= bus_wdata_i[0 +: BitAddr+1];
            input_format_o  <= bus_wdata_i[21:20];
            input_steps_o   <= bus_wdata_i[26:22];
            input_signed_o  <= bus_wdata_i[27];
        end
        if (bus_valid_i & to_window_q) begin
            memory_q <= bus_wdata_i[31:28];
            index_q  <= {|bus_wdata_i[27:WindowBits-1], bus_wdata_i[WindowBits-2:0]};
        end else if (bus_valid_i & is_data & bus_ready_o) begin
            index_q <= next_index;
        end
    end

    // Word of a memory that was read. index_q still names it.
    wire [63:0] desc_word;
    wire [31:0] act_word;
    wire [PatternBits-1:0] table_word;
    reg  [31:0] window_value;
    always @* begin
        case (memory_q[1:0] & (SmallBus == 0 ? 2'b11 : 2'b01))
            2'd0:    window_value = index_q[0] ? desc_word[63:32] : desc_word[31:0];
            2'd1:    window_value = weight_word;
            2'd2:    window_value = act_word;
            default: window_value = code_data_i;
        endcase
        if (is_table) window_value = {{(32-PatternBits){1'b0}}, table_word};
    end

    // Behind large memories there is no time for the choice among registers as well, nor for the one among memories where
    // data come out of a block RAM; those of weights and codes come out of registers.
    wire [31:0] window_read;
    generate
        if (ReadCycles > 1) begin : gen_held
            reg [63:0] desc_q;
            reg [31:0] act_q, value_q;
            reg [PatternBits-1:0] table_q;
            always @(posedge clk_i) begin
                desc_q  <= desc_data_i;
                table_q <= table_data_i;
                act_q   <= act_data_i;
                value_q <= window_value;
            end
            assign desc_word   = desc_q;
            assign act_word    = act_q;
            assign table_word  = table_q;
            assign window_read = value_q;
        end else begin : gen_direct
            assign desc_word   = desc_data_i;
            assign act_word    = act_data_i;
            assign table_word  = table_data_i;
            assign window_read = window_value;
        end
    endgenerate

    wire [31:0] kept = {32{SmallBus == 0}};
    always @* begin
        case (bus_addr_i)
            8'h00:   rdata = 32'h53594e46;   // "SYNF"
            8'h01:   rdata = 32'h00020000;
            8'h02:   rdata = {Vectors[0], Firing[1:0], SharedAdder[0], ShiftBits[3:0], PatternBits[7:0], AccWidth[7:0], Lanes[7:0]};
            8'h03:   rdata = {DescAddr[7:0], RowAddr[7:0], CodeAddr[7:0], TableAddr[3:0], ActAddr[3:0]};
            8'h05:   rdata = {28'd0, |error_q, output_i, open_i, running_i};
            8'h06:   rdata = {26'd0, error_q};
            8'h07:   rdata = kept & {{(16-CodeAddr){1'b0}}, input_code_o, {(16-ActAddr){1'b0}}, input_act_o};
            8'h08:   rdata = kept & {4'd0, input_signed_o, input_steps_o, input_format_o,
                                {(19-BitAddr){1'b0}}, input_neurons_o};
            8'h09:   rdata = kept & network_q;
            8'h0a:   rdata = {{(31-DescAddr){1'b0}}, length_o};
            8'h0b:   rdata = kept & {memory_q, {(28-WindowBits){1'b0}}, index_q};
            8'h0c:   rdata = step_q == Arrive ? window_read : 32'd0;
            8'h0d:   rdata = {LastRow[19:0], Arithmetic[3:0], Streaming[3:0], WeightBits[3:0]};
            default: rdata = bus_addr_i[7:4] == 4'h2 ? counter_value_i : 32'd0;
        endcase
    end
    always @(posedge clk_i) bus_rdata_o <= rdata;
endmodule
