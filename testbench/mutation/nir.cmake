# SPDX-License-Identifier: Apache-2.0
# Faults of NIR, as CMakeLists.txt has those of others: the tests that run graph and network side by side judge.
if(TARGET nir_tests)
  find_package(PkgConfig REQUIRED)
  pkg_search_module(hdf5 REQUIRED hdf5-serial hdf5)
  pkg_search_module(libzip REQUIRED libzip)
  find_package(LibLZMA REQUIRED)
  find_package(OpenSSL REQUIRED)
  find_package(ZLIB REQUIRED)
  add_test(NAME mutation_nir
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/run_mutations.py
      --faults ${CMAKE_CURRENT_SOURCE_DIR}/nir_faults.json --compiler ${CMAKE_CXX_COMPILER} --source ${PROJECT_SOURCE_DIR}
      --check $<TARGET_OBJECTS:nir_tests> $<TARGET_OBJECTS:synfire_catch_main>
      --libraries $<TARGET_FILE:synfire_converters> $<TARGET_FILE:synfire_sim> $<TARGET_FILE:synfire_io>
        $<TARGET_FILE:synfire_core> $<TARGET_FILE:fmt::fmt> ${hdf5_LINK_LIBRARIES} ${libzip_LINK_LIBRARIES}
        $<TARGET_FILE:LibLZMA::LibLZMA> $<TARGET_FILE:OpenSSL::Crypto> $<TARGET_FILE:ZLIB::ZLIB>
      --work ${CMAKE_CURRENT_BINARY_DIR}/nir_faults COMMAND_EXPAND_LISTS)
  set_tests_properties(mutation_nir PROPERTIES LABELS mutation TIMEOUT 600 PROCESSORS 2)
endif()
