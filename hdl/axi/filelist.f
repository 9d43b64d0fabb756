// The core for a system on chip: AXI4-Lite registers and AXI4-Stream data. Together with ../filelist.f.
axi/synfire_axi_lite.v
axi/synfire_axi_stream.v
axi/synfire_axi.v
