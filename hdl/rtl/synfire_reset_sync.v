// SPDX-License-Identifier: Apache-2.0
// Reset synchroniser: asserts at once, releases with the clock.
//
// Latency: rst_no goes high two clock edges after rst_ni.
// Not reset: nothing; both flip-flops are cleared by rst_ni.
module synfire_reset_sync (
    input  wire clk_i,
    input  wire rst_ni,  // asynchronous
    output wire rst_no
);
    reg [1:0] sync_q;

    assign rst_no = sync_q[1];

    always @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) sync_q <= 2'b00;
        else         sync_q <= {sync_q[0], 1'b1};
    end
endmodule
