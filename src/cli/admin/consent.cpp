// Asking before something is destroyed.
#include "admin/consent.hpp"

#include "exit_status.hpp"
#include "terminal/harmless.hpp"

#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

namespace parley::cli {

std::optional<int> withheld(bool yes, std::string_view what_will_happen, std::string_view name) {
  if (yes) return std::nullopt;
  const auto what = harmless(what_will_happen);
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) {
    std::fprintf(stderr, "parley admin: %s Without a terminal to ask at, give --yes.\n", what.c_str());
    return exit_usage;
  }
  std::fprintf(stderr, "%s\nType the name %s to go on: ", what.c_str(), harmless(name).c_str());
  std::string typed;
  std::getline(std::cin, typed);
  if (typed == name) return std::nullopt;
  std::fputs("That is not its name: nothing was done.\n", stderr);
  return exit_business;
}

}  // namespace parley::cli
