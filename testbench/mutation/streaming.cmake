# The same for streaming networks, on an engine that keeps potentials. Included where `tools` is set.
add_library(mutation_streaming_check OBJECT streaming_check.cpp)
target_link_libraries(mutation_streaming_check PRIVATE synfire::options synfire::cosim synfire::sim synfire_test_support
  fmt::fmt)
add_test(NAME mutation_streaming
  COMMAND ${tools} --core core_streaming16
    --parameters Lanes=16,AccWidth=32,PatternBits=8,ActAddr=12,CodeAddr=14,RowAddr=16,DescAddr=10,ShiftBits=5,Firing=1,Streaming=12
    --faults ${CMAKE_CURRENT_SOURCE_DIR}/streaming_faults.json
    --check $<TARGET_OBJECTS:mutation_streaming_check> $<TARGET_OBJECTS:synfire_hardware_levels>
    --work ${CMAKE_CURRENT_BINARY_DIR}/streaming_faults
  COMMAND_EXPAND_LISTS)
set_tests_properties(mutation_streaming PROPERTIES LABELS slow TIMEOUT 3600 PROCESSORS 2)
add_dependencies(mutation_hardware_libraries mutation_streaming_check)
