# What `cmake --install` puts in place: the client library, its public headers, and parley-config.cmake for find_package(parley).
# The config is written by hand, not exported: the layers below the library are archives to link, without headers of their own.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(PARLEY_ARCHIVES rocketmq remoting codec io base)  # each before those it uses
foreach(layer IN LISTS PARLEY_ARCHIVES)
  install(FILES $<TARGET_FILE:parley_${layer}> DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
endforeach()
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/parley/rocketmq ${CMAKE_SOURCE_DIR}/src/base/include/parley/base
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/parley COMPONENT library FILES_MATCHING PATTERN *.hpp)

set(PARLEY_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/parley)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/parley-config.cmake.in ${CMAKE_BINARY_DIR}/package/parley-config.cmake
  INSTALL_DESTINATION ${PARLEY_PACKAGE_DIR} PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/package/parley-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/package/parley-config.cmake ${CMAKE_BINARY_DIR}/package/parley-config-version.cmake
  DESTINATION ${PARLEY_PACKAGE_DIR} COMPONENT library)
