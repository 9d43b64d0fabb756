# The fewest and the most lanes, included where synfire_core is.
synfire_core(sim4 CONFIG 4 32 16 12 14 16 10 5 0 8 0 0 1 0 0 12)
synfire_core(sim64 CONFIG 64 32 16 12 14 16 10 5 0 8 0 0 1 0 0 12)
