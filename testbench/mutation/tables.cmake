# Faults of fire tables and of inputs of codes; `runner` is set where this is included.
add_test(NAME mutation_tables
  COMMAND ${runner} --faults ${CMAKE_CURRENT_SOURCE_DIR}/table_faults.json
    --work ${CMAKE_CURRENT_BINARY_DIR}/table_faults COMMAND_EXPAND_LISTS)
set_tests_properties(mutation_tables PROPERTIES LABELS slow TIMEOUT 3600 PROCESSORS 2)
