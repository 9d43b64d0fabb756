# synfire_library(<name> SOURCES ... HEADERS ... [PUBLIC libs] [PRIVATE libs])
# One library per folder: headers in include/synfire/<name>/, sources in src/.
include(GNUInstallDirs)

function(synfire_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  set(target synfire_${name})
  add_library(${target} STATIC)
  add_library(synfire::${name} ALIAS ${target})
  target_sources(${target}
    PRIVATE ${arg_SOURCES}
    PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${arg_HEADERS})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target} PUBLIC ${arg_PUBLIC} PRIVATE synfire::options ${arg_PRIVATE})
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# synfire_test(<name> LABEL unit SOURCES ... LIBRARIES ... [INCLUDES ...] [TIMEOUT seconds]): a Catch2 program, one
# CTest test per case. A case that lacks its data prints "SKIPPED: reason" (WARN("SKIPPED: ...")) and returns; CTest
# lists it as skipped. An exit status would not do: Catch2 v2 exits with the number of failed assertions.
# Sources see the macros SYNFIRE_SOURCE_DIR (this tree) and SYNFIRE_SHARED_DIR (data that may be missing).
function(synfire_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;LIBRARIES;INCLUDES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE synfire::options synfire_catch_main ${arg_LIBRARIES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/testbench ${arg_INCLUDES})
  target_compile_definitions(${name} PRIVATE
    SYNFIRE_SOURCE_DIR="${PROJECT_SOURCE_DIR}" SYNFIRE_SHARED_DIR="${SYNFIRE_SHARED_DIR}")
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  catch_discover_tests(${name} TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} SKIP_REGULAR_EXPRESSION "SKIPPED: ")
endfunction()

# synfire_fuzzer(<name> SOURCES ... LIBRARIES ... [INCLUDES ...]): a fuzz target with LLVMFuzzerTestOneInput.
# Preset fuzz: a libFuzzer program in <build>/fuzz. Every other build: the same target with a main that runs the seeds of
# testbench/fuzz/seeds/<name> once, as a CTest test.
function(synfire_fuzzer name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES;INCLUDES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE synfire::options ${arg_LIBRARIES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/testbench ${arg_INCLUDES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  set(seeds ${PROJECT_SOURCE_DIR}/testbench/fuzz/seeds/${name})
  if(SYNFIRE_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set(arguments -runs=0 ${seeds})
  else()
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/testbench/fuzz/replay_main.cpp)
    set(arguments ${seeds})
  endif()
  add_test(NAME "fuzz: ${name} survives its seeds" COMMAND ${name} ${arguments})
  set_tests_properties("fuzz: ${name} survives its seeds" PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()
