# Tops of boards from their pins: the core's files, those that the board puts in their place, and models of the vendor's
# primitives.

# synfire_board_pins(<name> [<source>]): the pins of one Verilated class of a top, synfire_<name>_board.
function(synfire_board_pins name)
  set(source src/board/verilated_board.cpp)
  if(ARGN)
    set(source ${ARGN})
  endif()
  add_library(synfire_${name}_board_pins OBJECT ${PROJECT_SOURCE_DIR}/cosim/${source})
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

# synfire_json(<variable> <json> <default> <path>...): a value of models/boards, or the default.
function(synfire_json variable json default)
  string(JSON value ERROR_VARIABLE missing GET "${json}" ${ARGN})
  if(missing)
    set(value ${default})
  elseif(value STREQUAL "ON" OR value STREQUAL "OFF")
    string(COMPARE EQUAL ${value} ON value)
  endif()
  set(${variable} ${value} PARENT_SCOPE)
endfunction()

# synfire_generic_board(<name> <hdl folder>): the generic top with what models/boards/<name>.json says of the engine,
# and a quick line; it is for this board what `quick` is for the iCEBreaker. Without traces, which take a compiler long.
function(synfire_generic_board name hdl)
  set(file ${PROJECT_SOURCE_DIR}/models/boards/${name}.json)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} json)
  set(parameters CyclesPerBit=4 TimeoutBits=20 PllOutput=2)
  set(keys lanes accumulator_bits pattern_bits act_address_bits code_address_bits row_address_bits
    descriptor_address_bits shift_bits shared_adder weight_bits weight_rows arithmetic firing streaming vectors fire_tables)
  foreach(parameter key IN ZIP_LISTS SYNFIRE_CORE_PARAMETERS keys)
    if(NOT parameter OR NOT key)
      message(FATAL_ERROR "parameters of the engine and keys of models/boards differ: '${parameter}', '${key}'")
    endif()
    set(default 0)
    if(key STREQUAL weight_bits)
      set(default 8)
    endif()
    synfire_json(value "${json}" ${default} engine ${key})
    list(APPEND parameters ${parameter}=${value})
  endforeach()
  synfire_json(value "${json}" 0 flow small_bus)
  list(APPEND parameters SmallBus=${value})
  foreach(what button led)
    set(key ${what})
    if(what STREQUAL led)
      set(key leds)
    endif()
    synfire_json(level "${json}" low flow ${key})
    set(${what}_low 1)
    if(level STREQUAL high)
      set(${what}_low 0)
    endif()
  endforeach()
  list(APPEND parameters ButtonLow=${button_low} LedLow=${led_low})
  set_property(GLOBAL PROPERTY synfire_${name}_parameters ${parameters})
  synfire_json(family "${json}" "" family)
  synfire_verilate(synfire_${name}_board TOP synfire_board PREFIX ${name}_board
    FILELIST ${hdl}/filelist.f OVERLAY ${hdl}/boards/generic/${family}/filelist.f PARAMETERS ${parameters} RANDOM)
  # Quick to compile rather than quick to run: three of these are as much code as all engines of the tests.
  target_compile_options(synfire_${name}_board PRIVATE -O1)
  synfire_board_pins(${name} src/board/verilated_generic_board.cpp)
  target_compile_definitions(synfire_${name}_board_pins PRIVATE
    SYNFIRE_BOARD_BUTTON_LOW=${button_low} SYNFIRE_BOARD_LED_LOW=${led_low})
endfunction()

if(SYNFIRE_VERILATOR AND EXISTS ${rtl_folder}/boards/icebreaker/filelist.f)
  # As board_pins.hpp names them: icebreaker_line, quick_line.
  synfire_board_class(icebreaker ${rtl_folder} CyclesPerBit=24 TimeoutBits=20)
  synfire_board_class(quick ${rtl_folder} CyclesPerBit=4 TimeoutBits=20)
  set(SYNFIRE_BOARD_TOP synfire_icebreaker_int4)
  synfire_board_class(icebreaker_int4 ${rtl_folder} CyclesPerBit=4 TimeoutBits=20)
  set(SYNFIRE_BOARD_TOP synfire_icebreaker_mlp)
  synfire_board_class(icebreaker_mlp ${rtl_folder} CyclesPerBit=4 TimeoutBits=20)
  set(SYNFIRE_BOARD_TOP synfire_icebreaker_mlp_int4)
  synfire_board_class(icebreaker_mlp_int4 ${rtl_folder} CyclesPerBit=4 TimeoutBits=20)
  unset(SYNFIRE_BOARD_TOP)
  # As built_boards.cpp lists them.
  set(generic_boards hx8k tangnano20k ulx3s ulx3s_streaming)
  foreach(name IN LISTS generic_boards)
    synfire_generic_board(${name} ${rtl_folder})
  endforeach()
  foreach(name icebreaker quick icebreaker_int4 icebreaker_mlp icebreaker_mlp_int4 ${generic_boards})
    target_sources(synfire_cosim PRIVATE
      $<TARGET_OBJECTS:synfire_${name}_board> $<TARGET_OBJECTS:synfire_${name}_board_pins>)
  endforeach()
  set_source_files_properties(src/board/built_boards.cpp PROPERTIES COMPILE_DEFINITIONS SYNFIRE_HAS_BOARDS)
endif()
