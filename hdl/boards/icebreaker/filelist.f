// What the iCEBreaker adds to hdl/filelist.f, relative to hdl/. Files named as in rtl/ take their place.
boards/icebreaker/synfire_adder.v
boards/icebreaker/synfire_counters.v
boards/icebreaker/synfire_icebreaker.v
boards/icebreaker/synfire_icebreaker_int4.v
boards/icebreaker/synfire_icebreaker_lane.v
boards/icebreaker/synfire_icebreaker_mlp.v
boards/icebreaker/synfire_icebreaker_mlp_int4.v
boards/icebreaker/synfire_icebreaker_pair.v
boards/icebreaker/synfire_icebreaker_pll.v
boards/icebreaker/synfire_icebreaker_system.v
boards/icebreaker/synfire_icebreaker_theta.v
boards/icebreaker/synfire_weight_memory.v
