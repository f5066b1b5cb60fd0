// Asking another program's operations endpoint.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/endpoint.hpp>
#include <parley/base/error.hpp>
#include <parley/io/task.hpp>

#include <string>

namespace parley::ops {

struct http_reply {
  int status{0};
  std::string body{};
};

/// One GET over a connection of its own, plain HTTP; a reply of at most 64 KiB, head and all. `path` begins with "/". Any status is
/// a reply; `malformed` for what is none, `too_large`, `timed_out`, and what connecting may end with.
[[nodiscard]] io::task<result<http_reply>> http_get(endpoint from, std::string path, steady_time deadline);

}  // namespace parley::ops
