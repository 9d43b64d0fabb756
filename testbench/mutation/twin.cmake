# Faults of the dense twins, each in a core of the one that multiplies every code; `runner` is set where this is included,
# and a later option takes the place of an earlier one.
add_test(NAME mutation_twin
  COMMAND ${runner} --faults ${CMAKE_CURRENT_SOURCE_DIR}/dense_faults.json
    --parameters Lanes=8,AccWidth=32,PatternBits=16,ActAddr=12,CodeAddr=14,RowAddr=16,DescAddr=10,ShiftBits=5,SharedAdder=0,Firing=1,Arithmetic=1
    --core core_dense8 --overlay dense --judge-arguments twins
    --work ${CMAKE_CURRENT_BINARY_DIR}/twin_faults COMMAND_EXPAND_LISTS)
set_tests_properties(mutation_twin PROPERTIES LABELS slow TIMEOUT 3600 PROCESSORS 2)
