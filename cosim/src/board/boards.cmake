# Tops of boards from their pins: the core's files, those that the board puts in their place, and models of the vendor's
# primitives.

# synfire_board_pins(<name>): the pins of one Verilated class of a top, synfire_<name>_board.
function(synfire_board_pins name)
  add_library(synfire_${name}_board_pins OBJECT ${PROJECT_SOURCE_DIR}/cosim/src/board/verilated_board.cpp)
  target_link_libraries(synfire_${name}_board_pins PRIVATE synfire_${name}_board synfire::options)
  target_include_directories(synfire_${name}_board_pins PRIVATE ${PROJECT_SOURCE_DIR}/cosim/include)
  target_compile_options(synfire_${name}_board_pins PRIVATE -O3)
  target_compile_definitions(synfire_${name}_board_pins PRIVATE SYNFIRE_BOARD_HEADER="${name}_board.h"
    SYNFIRE_BOARD_CLASS=${name}_board SYNFIRE_BOARD_MAKER=make_${name}_board)
  set_target_properties(synfire_${name}_board_pins PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# synfire_board_class(<name> <hdl folder> PARAMETERS...): one Verilated class of the iCEBreaker's top with its pins; of
# another top in its folder with SYNFIRE_BOARD_TOP.
function(synfire_board_class name hdl)
  set(top synfire_icebreaker)
  if(SYNFIRE_BOARD_TOP)
    set(top ${SYNFIRE_BOARD_TOP})
  endif()
  synfire_verilate(synfire_${name}_board TOP ${top} PREFIX ${name}_board
    FILELIST ${hdl}/filelist.f OVERLAY ${hdl}/boards/icebreaker/filelist.f PARAMETERS ${ARGN} CHECKED)
  synfire_board_pins(${name})
endfunction()

if(SYNFIRE_VERILATOR AND EXISTS ${rtl_folder}/boards/icebreaker/filelist.f)
  # As board_pins.hpp names them: icebreaker_line, quick_line.
  synfire_board_class(icebreaker ${rtl_folder} CyclesPerBit=24 TimeoutBits=20)
  synfire_board_class(quick ${rtl_folder} CyclesPerBit=4 TimeoutBits=20)
  foreach(name icebreaker quick)
    target_sources(synfire_cosim PRIVATE
      $<TARGET_OBJECTS:synfire_${name}_board> $<TARGET_OBJECTS:synfire_${name}_board_pins>)
  endforeach()
  set_source_files_properties(src/board/built_boards.cpp PROPERTIES COMPILE_DEFINITIONS SYNFIRE_HAS_BOARDS)
endif()
