# parley_module(NAME [DEPENDS …] [LIBRARIES …] [INCLUDE DIR] [GLOB DIR…]): the static library parley_NAME of a layer.
# Its public headers live under its own include root, so a header of a layer that is not in DEPENDS is not found.
# Sources are every *.cpp below the calling folder (or below GLOB), found again at each build.
set(PARLEY_ORDER base io codec remoting rocketmq chat ops broker gateway cli)

function(parley_module name)
  cmake_parse_arguments(arg "" "INCLUDE" "DEPENDS;LIBRARIES;GLOB" ${ARGN})
  if(NOT arg_INCLUDE)
    set(arg_INCLUDE ${CMAKE_CURRENT_SOURCE_DIR}/include)
  endif()
  if(NOT arg_GLOB)
    set(arg_GLOB ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  list(FIND PARLEY_ORDER ${name} own)
  foreach(dependency IN LISTS arg_DEPENDS)
    list(FIND PARLEY_ORDER ${dependency} other)
    if(other EQUAL -1 OR NOT other LESS own)
      message(FATAL_ERROR "layer ${name} may not depend on ${dependency}: the order is ${PARLEY_ORDER}")
    endif()
  endforeach()
  set(sources)
  foreach(folder IN LISTS arg_GLOB)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS ${folder}/*.cpp)
    list(APPEND sources ${found})
  endforeach()
  add_library(parley_${name} STATIC ${sources})
  target_include_directories(parley_${name} PUBLIC ${arg_INCLUDE} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  list(TRANSFORM arg_DEPENDS PREPEND parley_ OUTPUT_VARIABLE layers)
  target_link_libraries(parley_${name} PUBLIC ${layers} ${arg_LIBRARIES} Threads::Threads PRIVATE parley_compiler)
endfunction()

# parley_test(NAME DEPENDS layers… [LABEL unit…] [TIMEOUT 60] [PROCESSORS 1] [LIBRARIES …] [FIXTURE name] [ENVIRONMENT K=V…]):
# the test program of the calling folder's *.cpp, each case a ctest of its own. Tests find the checkout in PARLEY_SOURCE
# and the build folder (with the program `parley`) in PARLEY_BUILD.
function(parley_test name)
  cmake_parse_arguments(arg "" "TIMEOUT;PROCESSORS;FIXTURE" "DEPENDS;LIBRARIES;LABEL;ENVIRONMENT" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  if(NOT arg_PROCESSORS)
    set(arg_PROCESSORS 1)
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(${name} ${sources})
  list(TRANSFORM arg_DEPENDS PREPEND parley_ OUTPUT_VARIABLE layers)
  target_link_libraries(${name} PRIVATE ${layers} ${arg_LIBRARIES} GTest::gtest GTest::gmock GTest::gtest_main parley_compiler)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60)
  # gtest_discover_tests cannot pass lists on, so a file of our own, read after its, sets the properties.
  list(APPEND arg_ENVIRONMENT PARLEY_SOURCE=${CMAKE_SOURCE_DIR} PARLEY_BUILD=${CMAKE_BINARY_DIR}
    UBSAN_OPTIONS=print_stacktrace=1)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${name}_properties.cmake)
  file(CONFIGURE OUTPUT ${file} CONTENT [[
if(@name@_TESTS)
  set_tests_properties(${@name@_TESTS} PROPERTIES TIMEOUT @arg_TIMEOUT@ PROCESSORS @arg_PROCESSORS@ LABELS "@arg_LABEL@"
    ENVIRONMENT "@arg_ENVIRONMENT@" FIXTURES_REQUIRED "@arg_FIXTURE@")
endif()
]] @ONLY)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
endfunction()
