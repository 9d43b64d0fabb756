# The same for the dense twins, each fault in a core of the one that multiplies every code. Included where `tools` is set.
add_library(mutation_twin_check OBJECT hardware_check.cpp)
target_compile_definitions(mutation_twin_check PRIVATE SYNFIRE_JUDGE=6)
target_link_libraries(mutation_twin_check PRIVATE synfire::options synfire::cosim synfire::sim synfire_test_support fmt::fmt)
add_test(NAME mutation_twin
  COMMAND ${tools} --overlay dense --core core_dense8
    --parameters Lanes=8,AccWidth=32,PatternBits=16,ActAddr=12,CodeAddr=14,RowAddr=16,DescAddr=10,ShiftBits=5,Firing=1,Arithmetic=1,TableAddr=12
    --faults ${CMAKE_CURRENT_SOURCE_DIR}/dense_faults.json
    --check $<TARGET_OBJECTS:mutation_twin_check> $<TARGET_OBJECTS:synfire_hardware_levels>
    --work ${CMAKE_CURRENT_BINARY_DIR}/twin_faults
  COMMAND_EXPAND_LISTS)
set_tests_properties(mutation_twin PROPERTIES LABELS slow TIMEOUT 3600 PROCESSORS 2)
add_dependencies(mutation_hardware_libraries mutation_twin_check)
