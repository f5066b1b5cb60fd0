// A server of this very program as a child process, with a database of its own that goes with it.
#include "bench/child_server.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

extern char** environ;  // NOLINT: POSIX has it so

namespace parley::cli {

result<std::unique_ptr<child_server>> child_server::start(const bus_config& config, const std::string& parent) {
  std::string folder = parent + "/parley-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    return fail(errc::storage, fmt::format("cannot make a folder in {}: {}", parent, std::strerror(errno)));
  }
  std::vector<std::string> words{"parley",  "server",     "--db",           folder + "/chat.db", "--nameserver",
                                 config.name_servers,     "--group",        config.group,        "--topic-prefix",
                                 config.topic_prefix,     "--log-level",    "warn"};
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // Its log would come between the lines of figures.
  posix_spawn_file_actions_t streams;
  ::posix_spawn_file_actions_init(&streams);
  ::posix_spawn_file_actions_adddup2(&streams, STDERR_FILENO, STDOUT_FILENO);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, "/proc/self/exe", &streams, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&streams);
  if (failed != 0) {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
    return fail(errc::unavailable, fmt::format("cannot start a server: {}", std::strerror(failed)));
  }
  return std::unique_ptr<child_server>(new child_server(pid, std::move(folder)));
}

child_server::~child_server() {
  ::kill(pid_, SIGTERM);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace parley::cli
