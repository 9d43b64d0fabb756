# Faults of networks in parts: how they are cut, loaded and counted. All of them in C++, so that none needs a core of its own.
# Included where `tools` is set.
add_library(mutation_image_parts_check OBJECT hardware_check.cpp)
target_compile_definitions(mutation_image_parts_check PRIVATE SYNFIRE_JUDGE=8)
target_link_libraries(mutation_image_parts_check PRIVATE synfire::options synfire::cosim synfire::sim synfire_test_support fmt::fmt)
add_test(NAME mutation_image_parts
  COMMAND ${tools}
    --parameters Lanes=8,AccWidth=32,PatternBits=16,ActAddr=12,CodeAddr=14,RowAddr=16,DescAddr=10,ShiftBits=5,SharedAdder=0,Firing=1,TableAddr=12
    --faults ${CMAKE_CURRENT_SOURCE_DIR}/image_parts_faults.json
    --check $<TARGET_OBJECTS:mutation_image_parts_check> $<TARGET_OBJECTS:synfire_hardware_levels>
    --work ${CMAKE_CURRENT_BINARY_DIR}/image_parts_faults
  COMMAND_EXPAND_LISTS)
set_tests_properties(mutation_image_parts PROPERTIES LABELS mutation TIMEOUT 900 PROCESSORS 2)
add_dependencies(mutation_hardware_libraries mutation_image_parts_check)
