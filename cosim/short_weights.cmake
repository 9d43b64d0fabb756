# Engines with weights of 4 and 2 bits, and the iCEBreaker's for dense layers alone; included where synfire_core is.
synfire_core(sim16_4 CONFIG 16 32 16 12 14 16 10 5 0 4 0 0 1 0 0 12)
synfire_core(sim16_2 CONFIG 16 32 16 12 14 16 10 5 0 2 0 0 1 0 0 12)
synfire_core(icebreaker_mlp_int4 CONFIG 16 15 8 7 9 14 8 3 1 4 0 0 0 0 1 0
  OVERLAY ${rtl_folder}/boards/icebreaker/filelist.f)
synfire_core(icebreaker_int4 CONFIG 16 15 8 9 11 14 8 3 1 4 0 0 0 0 0 0
  OVERLAY ${rtl_folder}/boards/icebreaker/filelist.f)
synfire_core(icebreaker_mlp CONFIG 8 24 8 7 9 14 8 4 1 8 0 0 0 0 1 0
  OVERLAY ${rtl_folder}/boards/icebreaker/filelist.f)
