# SPDX-License-Identifier: Apache-2.0
# Bitstream for Xilinx's 7 series by Vivado, without a project:
#
#   vivado -mode batch -source hdl/syn/vivado.tcl -tclargs FOLDER
#
# FOLDER is what `synfire synth --board BOARD --out FOLDER` has written: vivado_inputs.tcl names part, top, constraints
# and Verilog there. Reports and top.bit are written beside it. Ends with an error where a path misses its clock.
if {[llength $argv] != 1} {
    error "usage: vivado -mode batch -source vivado.tcl -tclargs FOLDER"
}
set folder [file normalize [lindex $argv 0]]
if {![file exists $folder/vivado_inputs.tcl]} {
    error "$folder/vivado_inputs.tcl is missing: run `synfire synth` first"
}
# Sets part, top, constraints, include_folder and verilog.
source $folder/vivado_inputs.tcl

read_verilog $verilog
read_xdc $constraints
synth_design -top $top -part $part -include_dirs $include_folder -flatten_hierarchy rebuilt
report_utilization -file $folder/utilization_synth.rpt

opt_design
place_design
phys_opt_design
route_design
report_utilization -file $folder/utilization.rpt
report_timing_summary -file $folder/timing.rpt
report_drc -file $folder/drc.rpt

set worst [get_property SLACK [get_timing_paths -max_paths 1 -setup]]
set hold [get_property SLACK [get_timing_paths -max_paths 1 -hold]]
puts "worst slack: setup $worst ns, hold $hold ns"
if {$worst < 0 || $hold < 0} {
    error "timing is missed: see $folder/timing.rpt"
}
write_bitstream -force $folder/$top.bit
puts "written: $folder/$top.bit"
