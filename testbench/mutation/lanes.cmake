# The same for what is special about 64 lanes and about 4. Included where `tools` is set.
set(names wide narrow)
set(counts 64 4)
set(judges 64 14)
foreach(name lanes judge IN ZIP_LISTS names counts judges)
  add_library(mutation_${name}_check OBJECT hardware_check.cpp)
  target_compile_definitions(mutation_${name}_check PRIVATE SYNFIRE_JUDGE=${judge})
  target_link_libraries(mutation_${name}_check PRIVATE synfire::options synfire::cosim synfire::sim synfire_test_support
    fmt::fmt)
  add_test(NAME mutation_${name}_lanes
    COMMAND ${tools} --core core_sim${lanes}
      --parameters Lanes=${lanes},AccWidth=32,PatternBits=16,ActAddr=12,CodeAddr=14,RowAddr=16,DescAddr=10,ShiftBits=5,Firing=1,TableAddr=12
      --faults ${CMAKE_CURRENT_SOURCE_DIR}/${name}_faults.json
      --check $<TARGET_OBJECTS:mutation_${name}_check> $<TARGET_OBJECTS:synfire_hardware_levels>
      --work ${CMAKE_CURRENT_BINARY_DIR}/${name}_faults
    COMMAND_EXPAND_LISTS)
  set_tests_properties(mutation_${name}_lanes PROPERTIES LABELS slow TIMEOUT 3600 PROCESSORS 2)
  add_dependencies(mutation_hardware_libraries mutation_${name}_check)
endforeach()
