# `cpack` makes two packages for Debian 12 of a finished build: `parley`, the program with its services, and `libparley-dev`, the client
# library. It compiles nothing. What only a package brings is excluded from `cmake --install`.
set(deploy ${CMAKE_SOURCE_DIR}/deploy)

add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/package/changelog.gz DEPENDS ${CMAKE_SOURCE_DIR}/CHANGELOG.md VERBATIM
  COMMAND gzip -9nc ${CMAKE_SOURCE_DIR}/CHANGELOG.md > ${CMAKE_BINARY_DIR}/package/changelog.gz)
add_custom_target(parley_package ALL DEPENDS ${CMAKE_BINARY_DIR}/package/changelog.gz)
# Brings everything that cpack puts into the packages.
add_dependencies(parley_package parley parley_reference)

# parley_package_files(COMPONENT DESTINATION FILES… [further arguments of install])
function(parley_package_files component destination)
  install(FILES ${ARGN} DESTINATION ${destination} COMPONENT ${component} EXCLUDE_FROM_ALL)
endfunction()
foreach(package IN ITEMS parley libparley-dev)
  parley_package_files(${package} share/doc/${package} ${deploy}/debian/copyright ${CMAKE_BINARY_DIR}/package/changelog.gz)
endforeach()
parley_package_files(parley share/doc/parley ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/README.zh.md)
# Laid out as here, so that the operator's guide finds what it links to.
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION share/doc/parley COMPONENT parley EXCLUDE_FROM_ALL FILES_MATCHING PATTERN *.md)
install(DIRECTORY ${deploy}/prometheus ${deploy}/grafana DESTINATION share/doc/parley/deploy COMPONENT parley EXCLUDE_FROM_ALL)
parley_package_files(parley share/zsh/vendor-completions ${CMAKE_BINARY_DIR}/reference/parley.zsh RENAME _parley)
parley_package_files(parley lib/systemd/system ${deploy}/systemd/parley-server.service ${deploy}/systemd/parley-client@.service)
# An administrator may write keys into them: systemd reads them as root, and nobody else has to.
parley_package_files(parley /etc/parley ${deploy}/systemd/server.env ${deploy}/systemd/client.env
  PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME parley)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The authors of Parley <authors@parley.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program parley library libparley-dev)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_COMPONENT_PROGRAM_GROUP parley)
set(CPACK_COMPONENT_PARLEY_GROUP parley)
set(CPACK_COMPONENT_LIBRARY_GROUP libparley-dev)
set(CPACK_COMPONENT_LIBPARLEY-DEV_GROUP libparley-dev)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_PARLEY_PACKAGE_NAME parley)
set(CPACK_DEBIAN_PARLEY_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PARLEY_DESCRIPTION "chat service on Apache RocketMQ
The server keeps rooms, messages and members in an SQLite file and talks to
its clients over RocketMQ only: an accepted message is stored durably, once
and in one order. With it come a client for the terminal, commands for
scripts, and services for systemd.")
set(CPACK_DEBIAN_PARLEY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PARLEY_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PARLEY_PACKAGE_RECOMMENDS "ca-certificates, sqlite3")
set(CPACK_DEBIAN_PARLEY_PACKAGE_CONTROL_EXTRA
  ${deploy}/debian/postinst ${deploy}/debian/prerm ${deploy}/debian/postrm ${deploy}/debian/conffiles)

set(CPACK_DEBIAN_LIBPARLEY-DEV_PACKAGE_NAME libparley-dev)
set(CPACK_DEBIAN_LIBPARLEY-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBPARLEY-DEV_DESCRIPTION "client library of Apache RocketMQ for C++20
Producer, push consumer, pull consumer and admin, as coroutines, with
callbacks or blocking. CMake finds it as the package parley.")
set(CPACK_DEBIAN_LIBPARLEY-DEV_PACKAGE_DEPENDS
  "libboost1.81-dev, libboost-json1.81-dev, libfmt-dev, liblz4-dev, libssl-dev, libzstd-dev, pkg-config, zlib1g-dev")
include(CPack)
