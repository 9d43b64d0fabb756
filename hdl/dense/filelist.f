// What the dense twin puts in place of the files of those names in hdl/rtl, relative to hdl/.
dense/synfire_accumulator.v
dense/synfire_pattern.v
