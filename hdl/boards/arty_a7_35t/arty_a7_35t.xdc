# Pins of the Arty A7-35T (xc7a35ticsg324-1L). Button 0 drives high.
set_property -dict {PACKAGE_PIN E3 IOSTANDARD LVCMOS33} [get_ports clk_i]
create_clock -name crystal -period 10.000 [get_ports clk_i]
set_property -dict {PACKAGE_PIN D10 IOSTANDARD LVCMOS33} [get_ports tx_o]
set_property -dict {PACKAGE_PIN A9 IOSTANDARD LVCMOS33 PULLUP true} [get_ports rx_i]
set_property -dict {PACKAGE_PIN D9 IOSTANDARD LVCMOS33} [get_ports button_i]
set_property -dict {PACKAGE_PIN H5 IOSTANDARD LVCMOS33} [get_ports led_running_o]
set_property -dict {PACKAGE_PIN T10 IOSTANDARD LVCMOS33} [get_ports led_error_o]

# Pins that no clock times: the line is synchronised, the rest is for people.
set_false_path -from [get_ports {rx_i button_i}]
set_false_path -to [get_ports {tx_o led_running_o led_error_o}]

# Of the configuration flash.
set_property CFGBVS VCCO [current_design]
set_property CONFIG_VOLTAGE 3.3 [current_design]
set_property BITSTREAM.GENERAL.COMPRESS true [current_design]
set_property BITSTREAM.CONFIG.SPI_BUSWIDTH 4 [current_design]
