// HTTP requests and replies out of bytes: no socket, no clock.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/ops/http_get.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace parley::ops {

/// What the endpoint needs of a request. Bodies are not taken: nothing that is asked here has one.
struct http_request {
  std::string method;
  std::string path;  ///< without its query
  bool keep_alive{false};
};

/// Holds at most `max_bytes` of what came, so the longest request is bounded by it. One connection's, one thread.
///
///     auto got = co_await stream.read_some(reader.room());
///     reader.took(*got);
///     auto asked = reader.next();   // until it has none
class http_reader {
 public:
  explicit http_reader(std::size_t max_bytes);

  /// Where the next bytes go; never empty after next() has returned no error.
  [[nodiscard]] std::span<std::uint8_t> room() noexcept { return std::span(held_).subspan(filled_); }
  void took(std::size_t bytes) noexcept { filled_ += bytes; }
  /// The next whole request, nothing while it is incomplete. `malformed` for what is no request or has a body, `too_large`
  /// when the bound is reached before it is whole: then the connection is of no further use.
  [[nodiscard]] result<std::optional<http_request>> next();
  /// Nothing of a further request has come.
  [[nodiscard]] bool idle() const noexcept { return filled_ == 0; }

 private:
  bytes held_;
  std::size_t filled_{0};
};

/// The reply that begins with these bytes; nothing while it is incomplete. `ended` says that no more will come, which ends a body
/// whose length is not told. `malformed` for what is no reply.
[[nodiscard]] result<std::optional<http_reply>> read_reply(byte_view so_far, bool ended);

}  // namespace parley::ops
