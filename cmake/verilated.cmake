# Verilog as C++ objects. SYNFIRE_VERILATOR and SYNFIRE_SYSTEMC say what is there; without Verilator no RTL model is
# built and the libraries say so at run time.
#
# synfire_verilate(<target> TOP module PREFIX class FILELIST file.f [PARAMETERS name=value ...] [CHECKED] [SYSTEMC])
#                  [OVERLAY board.f]
#   An object library of one Verilated class, with its header in the include path of those who link it. FILELIST holds
#   one Verilog file a line, relative to the list's folder. CHECKED: registers and memories start with random contents
#   (run-time seed) and FST waveforms can be written, at a third of the speed. SYSTEMC: a module with sc_signal pins.
#
# Verilator's own verilate() is not used: it runs while CMake configures, and its flags leak into the target. Here one
# custom command makes one source file, so the build system sees nothing but a generated file, and ccache sees the same
# text again. Warnings do not stop it: other versions of Verilator find others, and hdl/lint is where they are refused.
# Generated code is compiled with optimisation in every build type and without our warnings.

set(SYNFIRE_VERILATOR OFF)
set(SYNFIRE_SYSTEMC OFF)
set(synfire_verilate_script ${CMAKE_CURRENT_LIST_DIR}/verilate_one.cmake)

find_program(VERILATOR_PROGRAM verilator HINTS $ENV{VERILATOR_ROOT}/bin)
find_path(VERILATOR_INCLUDE verilated.h
  HINTS $ENV{VERILATOR_ROOT}/include PATHS /usr/share/verilator/include /usr/local/share/verilator/include)
find_package(ZLIB QUIET)
# synfire_missing(<variable> <found> <words> ...): the words of what was not found, joined by commas.
function(synfire_missing variable)
  set(missing "")
  while(ARGN)
    list(POP_FRONT ARGN found words)
    if(NOT ${found})
      list(APPEND missing "${words}")
    endif()
  endwhile()
  list(JOIN missing ", " missing)
  set(${variable} "${missing}" PARENT_SCOPE)
endfunction()

synfire_missing(SYNFIRE_RTL_MISSING
  VERILATOR_PROGRAM "the program verilator (Debian: verilator)"
  VERILATOR_INCLUDE "Verilator's header verilated.h (Debian: verilator)"
  ZLIB_FOUND "zlib (Debian: zlib1g-dev)")
if(SYNFIRE_RTL_MISSING)
  message(STATUS "RTL model: off, not found: ${SYNFIRE_RTL_MISSING}")
else()
  set(SYNFIRE_VERILATOR ON)
endif()

find_path(SYSTEMC_INCLUDE systemc HINTS $ENV{SYSTEMC_HOME}/include)
find_library(SYSTEMC_LIBRARY systemc HINTS $ENV{SYSTEMC_HOME}/lib $ENV{SYSTEMC_HOME}/lib-linux64)
synfire_missing(SYNFIRE_SYSTEMC_MISSING
  SYSTEMC_INCLUDE "SystemC's header systemc (Debian: libsystemc-dev)"
  SYSTEMC_LIBRARY "SystemC's library (Debian: libsystemc-dev)")
if(NOT SYNFIRE_SYSTEMC_MISSING)
  set(SYNFIRE_SYSTEMC ON)
  add_library(synfire_systemc_headers INTERFACE)
  target_include_directories(synfire_systemc_headers SYSTEM INTERFACE ${SYSTEMC_INCLUDE})
  # Debian built its library as C++17, and headers and library must agree.
  # TLM's convenience sockets spawn processes.
  target_compile_definitions(synfire_systemc_headers INTERFACE SC_CPLUSPLUS=201703L SC_INCLUDE_DYNAMIC_PROCESSES)
  target_link_libraries(synfire_systemc_headers INTERFACE ${SYSTEMC_LIBRARY})
else()
  message(STATUS "SystemC: off, not found: ${SYNFIRE_SYSTEMC_MISSING}")
endif()

function(synfire_generated_code target)
  target_include_directories(${target} SYSTEM PUBLIC ${VERILATOR_INCLUDE} ${VERILATOR_INCLUDE}/vltstd)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE -O3 -w)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_INCLUDE_WHAT_YOU_USE "" CXX_CLANG_TIDY "")
endfunction()

# The library behind every Verilated class. VM_SC stays off for SystemC modules too: it would only change an inline
# function of verilated.h, and both kinds of class may meet in one program.
function(synfire_verilated_runtime)
  if(TARGET synfire_verilated)
    return()
  endif()
  find_package(Threads REQUIRED)
  add_library(synfire_verilated STATIC ${VERILATOR_INCLUDE}/verilated.cpp ${VERILATOR_INCLUDE}/verilated_threads.cpp
    ${VERILATOR_INCLUDE}/verilated_fst_c.cpp)
  if(SYNFIRE_RTL_COVERAGE)
    target_sources(synfire_verilated PRIVATE ${VERILATOR_INCLUDE}/verilated_cov.cpp)
  endif()
  synfire_generated_code(synfire_verilated)
  target_compile_definitions(synfire_verilated PUBLIC VM_SC=0 VM_COVERAGE=$<BOOL:${SYNFIRE_RTL_COVERAGE}>)
  target_link_libraries(synfire_verilated PUBLIC Threads::Threads PRIVATE ZLIB::ZLIB)
endfunction()

# synfire_rtl_sources(<variable> <file list> [<board's file list>]): files of the lists; a board's file takes the place of
# one with its name, and models of the board's primitives come from sim/ beside its list.
function(synfire_rtl_sources variable list)
  get_filename_component(folder ${list} DIRECTORY)
  set(sources "")
  foreach(file_list ${ARGN} ${list})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file_list})
    file(STRINGS ${file_list} lines REGEX "^[^#/+-]")
    foreach(line IN LISTS lines)
      string(STRIP "${line}" line)
      get_filename_component(name ${line} NAME)
      if(NOT sources MATCHES "/${name}(;|$)")
        list(APPEND sources ${folder}/${line})
      endif()
    endforeach()
  endforeach()
  foreach(file_list ${ARGN})
    get_filename_component(board ${file_list} DIRECTORY)
    file(GLOB models CONFIGURE_DEPENDS ${board}/sim/*.v)
    list(APPEND sources ${models})
  endforeach()
  set(${variable} ${sources} PARENT_SCOPE)
endfunction()

function(synfire_verilate target)
  cmake_parse_arguments(arg "CHECKED;RANDOM;SYSTEMC" "TOP;PREFIX;FILELIST;OVERLAY" "PARAMETERS" ${ARGN})
  synfire_rtl_sources(sources ${arg_FILELIST} ${arg_OVERLAY})
  get_filename_component(folder ${arg_FILELIST} DIRECTORY)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${folder}/*.vh)

  set(flags -Wall -Wno-fatal -O3 --x-assign fast --x-initial fast --cc)
  if(arg_CHECKED)
    set(flags -Wall -Wno-fatal -O3 --x-assign unique --x-initial unique --trace-fst --trace-structs --cc)
  elseif(arg_RANDOM)
    set(flags -Wall -Wno-fatal -O3 --x-assign unique --x-initial unique --cc)
  elseif(arg_SYSTEMC)
    set(flags -Wall -Wno-fatal -O3 --x-assign fast --x-initial fast --sc)
  endif()
  if(SYNFIRE_RTL_COVERAGE)
    list(APPEND flags --coverage-line --coverage-toggle)
  endif()
  list(TRANSFORM arg_PARAMETERS PREPEND -G)
  set(made ${CMAKE_CURRENT_BINARY_DIR}/${target})
  add_custom_command(
    OUTPUT ${made}/${arg_PREFIX}_all.cpp ${made}/${arg_PREFIX}.h
    COMMAND ${CMAKE_COMMAND} "-DVERILATOR=${VERILATOR_PROGRAM}" "-DFOLDER=${made}" "-DPREFIX=${arg_PREFIX}"
      "-DARGUMENTS=${flags};-I${folder}/rtl;--top-module;${arg_TOP};--prefix;${arg_PREFIX};${arg_PARAMETERS};${sources}"
      -P ${synfire_verilate_script}
    DEPENDS ${sources} ${headers} ${synfire_verilate_script} ${VERILATOR_PROGRAM}
    COMMENT "Verilating ${target}" VERBATIM)
  add_library(${target} OBJECT ${made}/${arg_PREFIX}_all.cpp)
  synfire_generated_code(${target})
  if(SYNFIRE_RTL_COVERAGE)
    target_compile_options(${target} PRIVATE -O0)  # counters make the classes so large that optimising them takes hours
  endif()
  target_include_directories(${target} SYSTEM PUBLIC ${made})
  synfire_verilated_runtime()
  target_link_libraries(${target} PUBLIC synfire_verilated)
  if(arg_SYSTEMC)
    target_link_libraries(${target} PUBLIC synfire_systemc_headers)
  endif()
endfunction()
