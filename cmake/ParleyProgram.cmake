# What `cmake --install` puts in place of the program: itself, and the manual page and the completions that it writes of itself.
include(GNUInstallDirs)

set(PARLEY_REFERENCE ${CMAKE_BINARY_DIR}/reference)
set(written)
# parley_writes(FILE COMMAND…): what the program prints, kept in a file; built with everything else.
macro(parley_writes file)
  add_custom_command(OUTPUT ${PARLEY_REFERENCE}/${file} DEPENDS parley VERBATIM
    COMMAND ${CMAKE_COMMAND} -E make_directory ${PARLEY_REFERENCE}
    COMMAND parley ${ARGN} > ${PARLEY_REFERENCE}/${file})
  list(APPEND written ${PARLEY_REFERENCE}/${file})
endmacro()
parley_writes(parley.1.gz man | gzip -9n)
parley_writes(parley.bash completion bash)
parley_writes(parley.zsh completion zsh)
parley_writes(parley.fish completion fish)
add_custom_target(parley_reference ALL DEPENDS ${written})

install(TARGETS parley RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
install(FILES ${PARLEY_REFERENCE}/parley.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${PARLEY_REFERENCE}/parley.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME parley
  COMPONENT program)
install(FILES ${PARLEY_REFERENCE}/parley.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
# zsh looks elsewhere for what a package brings: see ParleyPackage.
install(FILES ${PARLEY_REFERENCE}/parley.zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _parley
  COMPONENT program_outside_packages)
