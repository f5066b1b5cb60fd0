# Compiles for Debian 12 on arm64 from an amd64 machine: clang for the other processor, and a folder with that Debian's headers and
# libraries, which scripts/arm64-sysroot makes. It is looked for where that script puts it, or where PARLEY_SYSROOT says.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(triple aarch64-linux-gnu)

if(NOT PARLEY_SYSROOT)
  if(DEFINED ENV{PARLEY_SYSROOT})
    set(PARLEY_SYSROOT $ENV{PARLEY_SYSROOT})
  elseif(DEFINED ENV{PARLEY_CACHE})
    set(PARLEY_SYSROOT $ENV{PARLEY_CACHE}/arm64/sysroot)
  else()
    set(PARLEY_SYSROOT $ENV{HOME}/.cache/parley/arm64/sysroot)
  endif()
endif()
if(NOT EXISTS ${PARLEY_SYSROOT}/usr/lib/${triple})
  message(FATAL_ERROR "${PARLEY_SYSROOT} is no Debian of arm64: run scripts/arm64-sysroot first, or say where one is with PARLEY_SYSROOT")
endif()
# The small projects that CMake tries compilers with read this file too, without the environment's help.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PARLEY_SYSROOT)

set(CMAKE_SYSROOT ${PARLEY_SYSROOT})
set(CMAKE_C_COMPILER_TARGET ${triple})
set(CMAKE_CXX_COMPILER_TARGET ${triple})
set(CMAKE_LIBRARY_ARCHITECTURE ${triple})
set(CMAKE_EXE_LINKER_FLAGS_INIT -fuse-ld=lld)
set(CMAKE_SHARED_LINKER_FLAGS_INIT -fuse-ld=lld)

# Programs are this machine's, everything else is the other's.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${PARLEY_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${PARLEY_SYSROOT}/usr/lib/${triple}/pkgconfig:${PARLEY_SYSROOT}/usr/share/pkgconfig)
