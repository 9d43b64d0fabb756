// What the iCEBreaker adds to hdl/filelist.f, relative to hdl/. Its weight memory takes the place of rtl/'s.
boards/icebreaker/synfire_icebreaker.v
boards/icebreaker/synfire_icebreaker_pll.v
boards/icebreaker/synfire_icebreaker_system.v
boards/icebreaker/synfire_weight_memory.v
