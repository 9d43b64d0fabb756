# SPDX-License-Identifier: Apache-2.0
# Packages the core as an IP of Vivado, with AXI4-Lite registers and AXI4-Stream data.
#
#   vivado -mode batch -source package_ip.tcl [-tclargs PART]
#
# Writes ip_repo/synfire beside this script; add ip_repo to the repositories of a project (Settings, IP, Repository).
set here [file dirname [file normalize [info script]]]
set part [expr {$argc > 0 ? [lindex $argv 0] : "xc7a35ticsg324-1L"}]
set out [file join $here ip_repo synfire]

create_project -in_memory -part $part
foreach line [split [read [open [file join $here filelist.f]]] "\n"] {
    if {[regexp {^rtl/} $line]} { add_files -norecurse [file join $here $line] }
}
add_files -norecurse [glob [file join $here rtl *.vh]]
set_property include_dirs [file join $here rtl] [current_fileset]
set_property top synfire_axi [current_fileset]
update_compile_order -fileset sources_1

ipx::package_project -root_dir $out -vendor synfire.org -library accelerators -taxonomy /UserIP -import_files -set_current true
set core [ipx::current_core]
set_property name synfire $core
set_property display_name {Synfire spiking accelerator} $core
set_property description {Runs converted spiking networks; network, weights and thresholds are data.} $core
set_property version 2.0 $core

# The ports have the names that Vivado infers s_axi, s_axis and m_axis from; clock and reset belong to all three.
ipx::infer_bus_interfaces xilinx.com:interface:aximm_rtl:1.0 $core
ipx::infer_bus_interfaces xilinx.com:interface:axis_rtl:1.0 $core
ipx::associate_bus_interfaces -busif s_axi -clock aclk $core
ipx::associate_bus_interfaces -busif s_axis -clock aclk $core
ipx::associate_bus_interfaces -busif m_axis -clock aclk $core
ipx::associate_bus_interfaces -clock aclk -reset aresetn $core

# 256 registers of 4 bytes.
set map [ipx::add_memory_map s_axi $core]
set_property slave_memory_map_ref s_axi [ipx::get_bus_interfaces s_axi -of_objects $core]
set block [ipx::add_address_block registers $map]
set_property range 1024 $block
set_property width 32 $block
set_property usage register $block

ipx::create_xgui_files $core
ipx::update_checksums $core
ipx::check_integrity $core
ipx::save_core $core
puts "packaged: $out"
