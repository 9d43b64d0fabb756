# Warnings, sanitisers and coverage as INTERFACE targets: never global flags, so they do not leak into users.

set(SYNFIRE_SANITIZE "" CACHE STRING "Sanitisers, comma separated: address,undefined or thread")
option(SYNFIRE_COVERAGE "Instrument for gcov" OFF)
option(SYNFIRE_RTL_COVERAGE "Verilated classes note which lines and signals they reach" OFF)
option(SYNFIRE_FUZZ "Build libFuzzer targets (clang)" OFF)
set(SYNFIRE_SHARED_DIR "${PROJECT_SOURCE_DIR}/../shared" CACHE PATH
  "Data from outside the tree; tests and benchmarks skip what is missing there")

add_library(synfire_options INTERFACE)
add_library(synfire::options ALIAS synfire_options)
target_compile_features(synfire_options INTERFACE cxx_std_20)
target_compile_options(synfire_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast $<$<BOOL:${SYNFIRE_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports false restrict and bounds warnings inside std::string and std::vector when it inlines them.
  target_compile_options(synfire_options INTERFACE
    -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread)
endif()

if(SYNFIRE_SANITIZE)
  target_compile_options(synfire_options INTERFACE -fsanitize=${SYNFIRE_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(synfire_options INTERFACE -fsanitize=${SYNFIRE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With -fsanitize g++ 12 takes parts of std::regex and std::function for uninitialised.
    target_compile_options(synfire_options INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
if(SYNFIRE_FUZZ)
  target_compile_options(synfire_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SYNFIRE_COVERAGE)
  target_compile_options(synfire_options INTERFACE --coverage -O0)
  target_link_options(synfire_options INTERFACE --coverage)
endif()
