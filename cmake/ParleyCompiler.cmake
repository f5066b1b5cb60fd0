# Warnings, sanitizers, linker and ccache, the same for every target of the project.
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer" CACHE STRING "Flags of the sanitizer builds")
set(CMAKE_C_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer" CACHE STRING "Flags of the sanitizer builds")
set(CMAKE_CXX_FLAGS_RELEASE "-O2" CACHE STRING "" FORCE)
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1" CACHE STRING "" FORCE)

find_program(CCACHE ccache)
if(CCACHE)
  # Base directory and no directory hash: every checkout and build folder of one machine shares the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

add_library(parley_compiler INTERFACE)
target_compile_options(parley_compiler INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
target_compile_definitions(parley_compiler INTERFACE _GLIBCXX_ASSERTIONS
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_REGEX
  BOOST_JSON_NO_LIB BOOST_ALL_NO_LIB)
if(PARLEY_SANITIZE)
  set(flags -fsanitize=${PARLEY_SANITIZE} -fno-sanitize-recover=all)
  target_compile_options(parley_compiler INTERFACE ${flags})
  target_link_options(parley_compiler INTERFACE ${flags})
  if(PARLEY_FUZZ)
    target_compile_options(parley_compiler INTERFACE -fsanitize=fuzzer-no-link)
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_link_options(parley_compiler INTERFACE -fuse-ld=lld)
endif()
