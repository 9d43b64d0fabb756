# Engines that keep potentials, as hw::streaming_config() has them; included where synfire_core is.
synfire_core(streaming4 CONFIG 4 32 8 12 14 16 10 5 0 8 0 0 1 12 0 0)
synfire_core(streaming8 CONFIG 8 32 8 12 14 16 10 5 0 8 0 0 1 12 0 12)
synfire_core(streaming16 CONFIG 16 32 8 12 14 16 10 5 0 8 0 0 1 12 0 0)
synfire_core(streaming32 CONFIG 32 32 8 12 14 16 10 5 0 8 0 0 1 12 0 0)
synfire_core(streaming16_4 CONFIG 16 32 8 12 14 16 10 5 0 4 0 0 1 12 0 0)
synfire_core(streaming64 CONFIG 64 32 8 12 14 16 10 5 0 8 0 0 1 12 0 0)
