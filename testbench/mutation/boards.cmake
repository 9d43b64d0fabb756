# The same for what the board has beside the core, or in place of its parts: judged from the board's pin.
if(TARGET rtl_icebreaker)
  add_test(NAME mutation_board
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/run_board_mutations.py
      --compiler ${CMAKE_CXX_COMPILER} --cmake ${CMAKE_COMMAND} --source ${PROJECT_SOURCE_DIR}
      --verilator ${VERILATOR_PROGRAM} --verilator-include ${VERILATOR_INCLUDE}
      --parameters CyclesPerBit=4,TimeoutBits=12
      --check $<TARGET_OBJECTS:rtl_icebreaker> $<TARGET_OBJECTS:synfire_catch_main>
      --libraries $<TARGET_FILE:synfire_test_support> $<TARGET_FILE:synfire_cosim> $<TARGET_FILE:synfire_verilated> $<TARGET_FILE:synfire_sim>
        $<TARGET_FILE:synfire_hw> $<TARGET_FILE:synfire_core> $<TARGET_FILE:fmt::fmt> $<TARGET_FILE:ZLIB::ZLIB>
      --work ${CMAKE_CURRENT_BINARY_DIR}/board_faults
    COMMAND_EXPAND_LISTS)
  set_tests_properties(mutation_board PROPERTIES
    LABELS slow TIMEOUT 3600 PROCESSORS 2 ENVIRONMENT "SYNFIRE_CASES=12")
endif()

# The same for the generic top, with the engine of one board.
if(TARGET rtl_boards)
  get_property(parameters GLOBAL PROPERTY synfire_hx8k_parameters)
  list(JOIN parameters "," parameters)
  add_test(NAME mutation_generic_board
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/run_board_mutations.py
      --compiler ${CMAKE_CXX_COMPILER} --cmake ${CMAKE_COMMAND} --source ${PROJECT_SOURCE_DIR}
      --verilator ${VERILATOR_PROGRAM} --verilator-include ${VERILATOR_INCLUDE}
      --faults ${CMAKE_CURRENT_SOURCE_DIR}/generic_board_faults.json --board generic/ice40 --top synfire_board
      --made-class hx8k_board --pins verilated_generic_board.cpp
      --define SYNFIRE_BOARD_BUTTON_LOW=1 SYNFIRE_BOARD_LED_LOW=0 --parameters ${parameters}
      --check $<TARGET_OBJECTS:rtl_boards> $<TARGET_OBJECTS:synfire_catch_main>
      --libraries $<TARGET_FILE:synfire_test_support> $<TARGET_FILE:synfire_cosim> $<TARGET_FILE:synfire_verilated> $<TARGET_FILE:synfire_sim>
        $<TARGET_FILE:synfire_hw> $<TARGET_FILE:synfire_core> $<TARGET_FILE:fmt::fmt> $<TARGET_FILE:ZLIB::ZLIB>
      --work ${CMAKE_CURRENT_BINARY_DIR}/generic_board_faults
    COMMAND_EXPAND_LISTS)
  set_tests_properties(mutation_generic_board PROPERTIES
    LABELS slow TIMEOUT 3600 PROCESSORS 2 ENVIRONMENT "SYNFIRE_CASES=2;SYNFIRE_BOARD=hx8k")
endif()

# The same for the core's AXI ports, judged from their pins.
if(TARGET rtl_axi)
  add_test(NAME mutation_axi
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/run_board_mutations.py --axi --top synfire_axi --made-class axi_rtl
      --faults ${CMAKE_CURRENT_SOURCE_DIR}/axi_faults.json
      --compiler ${CMAKE_CXX_COMPILER} --cmake ${CMAKE_COMMAND} --source ${PROJECT_SOURCE_DIR}
      --verilator ${VERILATOR_PROGRAM} --verilator-include ${VERILATOR_INCLUDE}
      --parameters Lanes=16,AccWidth=24,PatternBits=8,ActAddr=9,CodeAddr=11,RowAddr=13,DescAddr=9,WeightRows=6000
      --check $<TARGET_OBJECTS:rtl_axi> $<TARGET_OBJECTS:synfire_catch_main>
      --libraries $<TARGET_FILE:synfire_test_support> $<TARGET_FILE:synfire_verilated> $<TARGET_FILE:synfire_c>
        $<TARGET_FILE:synfire_sim> $<TARGET_FILE:synfire_hw> $<TARGET_FILE:synfire_core> $<TARGET_FILE:fmt::fmt> $<TARGET_FILE:ZLIB::ZLIB>
      --work ${CMAKE_CURRENT_BINARY_DIR}/axi_faults
    COMMAND_EXPAND_LISTS)
  set_tests_properties(mutation_axi PROPERTIES
    LABELS slow TIMEOUT 3600 PROCESSORS 2 ENVIRONMENT "SYNFIRE_CASES=12")
endif()
