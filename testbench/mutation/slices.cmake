# Faults of networks in slices: how maps, weights and sums are cut, and codes put together again. The simulator runs the slices.
add_library(mutation_slices_check OBJECT slices_check.cpp)
target_link_libraries(mutation_slices_check PRIVATE synfire::options synfire::cosim synfire::sim synfire_test_support fmt::fmt)
add_test(NAME mutation_slices
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/run_mutations.py
    --faults ${CMAKE_CURRENT_SOURCE_DIR}/slices_faults.json
    --compiler ${CMAKE_CXX_COMPILER} --source ${PROJECT_SOURCE_DIR}
    --check "$<FILTER:$<TARGET_OBJECTS:mutation_slices_check>;$<TARGET_OBJECTS:synfire_hardware_levels>,INCLUDE,slices_(check|levels)>"
    --libraries $<TARGET_FILE:synfire_test_support> $<TARGET_FILE:synfire_hw> $<TARGET_FILE:synfire_sim>
      $<TARGET_FILE:synfire_core> $<TARGET_FILE:fmt::fmt>
    --work ${CMAKE_CURRENT_BINARY_DIR}/slices_faults
  COMMAND_EXPAND_LISTS)
set_tests_properties(mutation_slices PROPERTIES LABELS mutation TIMEOUT 900 PROCESSORS 2)
add_dependencies(mutation_hardware_libraries mutation_slices_check)
