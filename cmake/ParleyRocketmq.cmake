# A real RocketMQ for tests. One broker, started by the first test that needs it and stopped after the last, serves all
# of a build's integration and interop tests, which may run at the same time: each uses topic and group names of its own.
#
# parley_broker_test(NAME DEPENDS layers… [LABEL integration] [TIMEOUT 120] [LIBRARIES …] [ENVIRONMENT K=V…])
#   The test program of the calling folder's *.cpp, each gtest case a ctest of its own that needs the fixture `rocketmq`.
#   A case finds the running broker in the file that PARLEY_ROCKETMQ_ENV names: lines NAMESRV=host:port, BROKER=host:port,
#   DIR=… (for `scripts/rocketmq admin --dir DIR`); PARLEY_SOURCE is the checkout, PARLEY_BUILD the build folder.
#   LABEL may be several: integration, interop or fault says what it is; add `sanitized` for cases that the asan and tsan
#   builds are to run too.
#
# parley_broker_command(NAME LABEL interop COMMAND … [TIMEOUT 120] [OWN_BROKER] [ENVIRONMENT K=V…])
#   The same for a script. With OWN_BROKER it does not get the fixture: fault tests start (and stop) a broker of their own
#   through scripts/rocketmq, because they break it. Booting keeps two cores busy, so such a test counts as two.
#
# parley_rocketmq_fixture()
#   Registers the fixture; the two above call it.

function(parley_rocketmq_fixture)
  get_property(done GLOBAL PROPERTY PARLEY_ROCKETMQ_FIXTURE)
  if(done)
    return()
  endif()
  set_property(GLOBAL PROPERTY PARLEY_ROCKETMQ_FIXTURE ON)
  set(script ${CMAKE_SOURCE_DIR}/scripts/rocketmq)
  set(folder ${CMAKE_BINARY_DIR}/rocketmq)
  add_test(NAME rocketmq.start COMMAND ${script} start --replace --dir ${folder})
  add_test(NAME rocketmq.stop COMMAND ${script} stop --dir ${folder})
  set_tests_properties(rocketmq.start PROPERTIES FIXTURES_SETUP rocketmq TIMEOUT 900)
  set_tests_properties(rocketmq.stop PROPERTIES FIXTURES_CLEANUP rocketmq TIMEOUT 120)
  set_tests_properties(rocketmq.start rocketmq.stop PROPERTIES LABELS broker)
endfunction()

function(parley_broker_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "LABEL;ENVIRONMENT" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL integration)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  parley_rocketmq_fixture()
  parley_test(${name} ${arg_UNPARSED_ARGUMENTS} LABEL ${arg_LABEL} TIMEOUT ${arg_TIMEOUT} FIXTURE rocketmq
    ENVIRONMENT ${arg_ENVIRONMENT} PARLEY_ROCKETMQ_ENV=${CMAKE_BINARY_DIR}/rocketmq/env)
endfunction()

function(parley_broker_command name)
  cmake_parse_arguments(arg "OWN_BROKER" "TIMEOUT" "LABEL;COMMAND;ENVIRONMENT" ${ARGN})
  if(NOT arg_LABEL OR NOT arg_COMMAND)
    message(FATAL_ERROR "parley_broker_command(${name}) needs LABEL and COMMAND")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set(environment ${arg_ENVIRONMENT} PARLEY_SOURCE=${CMAKE_SOURCE_DIR} PARLEY_BUILD=${CMAKE_BINARY_DIR})
  add_test(NAME ${name} COMMAND ${arg_COMMAND})
  if(NOT arg_OWN_BROKER)
    parley_rocketmq_fixture()
    list(APPEND environment PARLEY_ROCKETMQ_ENV=${CMAKE_BINARY_DIR}/rocketmq/env)
    set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED rocketmq)
  else()
    set_tests_properties(${name} PROPERTIES PROCESSORS 2)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT} ENVIRONMENT "${environment}")
endfunction()
