# Faults of a weight memory in two parts, on the engine whose number of rows is no power of two. Included where `tools` is set.
add_library(mutation_parts_check OBJECT hardware_check.cpp)
target_compile_definitions(mutation_parts_check PRIVATE SYNFIRE_JUDGE=7)
target_link_libraries(mutation_parts_check PRIVATE synfire::options synfire::cosim synfire::sim synfire_test_support fmt::fmt)
add_test(NAME mutation_parts
  COMMAND ${tools} --core core_small
    --parameters Lanes=8,AccWidth=20,PatternBits=8,ActAddr=8,CodeAddr=10,RowAddr=12,DescAddr=8,ShiftBits=5,WeightRows=3000
    --faults ${CMAKE_CURRENT_SOURCE_DIR}/parts_faults.json
    --check $<TARGET_OBJECTS:mutation_parts_check> $<TARGET_OBJECTS:synfire_hardware_levels>
    --work ${CMAKE_CURRENT_BINARY_DIR}/parts_faults
  COMMAND_EXPAND_LISTS)
set_tests_properties(mutation_parts PROPERTIES LABELS slow TIMEOUT 3600 PROCESSORS 2)
add_dependencies(mutation_hardware_libraries mutation_parts_check)
