// A server of this very program as a child process, with a database of its own that goes with it.
#pragma once

#include "config.hpp"

#include <parley/base/error.hpp>

#include <sys/types.h>

#include <memory>
#include <string>

namespace parley::cli {

/// Runs while it lives; then gets SIGTERM, is waited for, and its database is removed.
class child_server {
 public:
  /// The database is made in a fresh folder below `parent`.
  static result<std::unique_ptr<child_server>> start(const bus_config& config, const std::string& parent);
  child_server(const child_server&) = delete;
  child_server& operator=(const child_server&) = delete;
  ~child_server();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  child_server(pid_t pid, std::string folder) : pid_(pid), folder_(std::move(folder)) {}

  pid_t pid_;
  std::string folder_;
};

}  // namespace parley::cli
