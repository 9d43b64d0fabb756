# Faults of signed codes, limits, several inputs and runs of positions; `runner` is set where this is included.
add_test(NAME mutation_firing
  COMMAND ${runner} --faults ${CMAKE_CURRENT_SOURCE_DIR}/firing_faults.json
    --work ${CMAKE_CURRENT_BINARY_DIR}/firing_faults COMMAND_EXPAND_LISTS)
set_tests_properties(mutation_firing PROPERTIES LABELS slow TIMEOUT 3600 PROCESSORS 2)
