# The same for weights of 4 bits: 16 lanes in logic, and the iCEBreaker's 16 in DSP blocks. Included where `tools` is set.
set(short_parameters Lanes=16,AccWidth=32,PatternBits=16,ActAddr=12,CodeAddr=14,RowAddr=16,DescAddr=10,ShiftBits=5,Firing=1,TableAddr=12)
set(int4_parameters
  Lanes=16,AccWidth=15,PatternBits=8,ActAddr=9,CodeAddr=11,RowAddr=14,DescAddr=8,ShiftBits=3,SharedAdder=1)
set(judges 4 5)
set(cores core_sim16_4 core_icebreaker_int4)
set(lists short int4)
foreach(name judge core IN ZIP_LISTS lists judges cores)
  add_library(mutation_${name}_check OBJECT hardware_check.cpp)
  target_compile_definitions(mutation_${name}_check PRIVATE SYNFIRE_JUDGE=${judge})
  target_link_libraries(mutation_${name}_check PRIVATE synfire::options synfire::cosim synfire::sim synfire_test_support
    fmt::fmt)
  set(board "")
  if(name STREQUAL int4)
    set(board --board icebreaker)
  endif()
  add_test(NAME mutation_${name}_weights
    COMMAND ${tools} ${board} --core ${core} --parameters ${${name}_parameters},WeightBits=4
      --faults ${CMAKE_CURRENT_SOURCE_DIR}/${name}_faults.json
      --check $<TARGET_OBJECTS:mutation_${name}_check> $<TARGET_OBJECTS:synfire_hardware_levels>
      --work ${CMAKE_CURRENT_BINARY_DIR}/${name}_faults
    COMMAND_EXPAND_LISTS)
  set_tests_properties(mutation_${name}_weights PROPERTIES LABELS slow TIMEOUT 3600 PROCESSORS 2)
  add_dependencies(mutation_hardware_libraries mutation_${name}_check)
endforeach()
