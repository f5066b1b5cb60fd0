// A client of one RocketMQ cluster: connections, routes, heartbeats. Producers, consumers and admin stand on it.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/endpoint.hpp>
#include <parley/base/error.hpp>
#include <parley/base/log.hpp>
#include <parley/rocketmq/async.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace parley::rocketmq {

namespace core {
class client_core;
}

/// RocketMQ's ACL: with an access key every request is signed (HMAC-SHA1, as brokers of 4.x and 5.x check it).
struct acl_options {
  std::string access_key{};
  std::string secret_key{};
  std::string security_token{};  ///< with temporary credentials only
};

/// TLS to NameServers and brokers. Files are PEM, read when the client is made.
struct tls_options {
  bool enabled{false};
  std::string ca_file{};           ///< who may have signed the brokers' certificates; empty = those that the system trusts
  std::string certificate_file{};  ///< our own, for brokers that ask for one
  std::string key_file{};
  /// That the certificate is signed by one of these and names the host that was dialled: the NameServer's name as given, the
  /// broker's address as advertised or mapped. Without it the connection is secret, but from whom is not known.
  bool verify{true};
};

/// Everything has a default but the NameServers.
struct client_options {
  std::string name_servers;       ///< "host:9876" or several with ';' or ',' between them; host names are resolved at each connect
  /// Goes into the client id "ip@instance". Empty = "pid#random", unique in every container. Broadcasting consumers take a
  /// name of their own for their offset file and do not need this.
  std::string instance_name{};
  milliseconds request_timeout{3000};      ///< for the library's own requests (routes, offsets, heartbeats)
  milliseconds connect_timeout{3000};
  milliseconds heartbeat_period{30'000};
  milliseconds route_refresh_period{30'000};
  std::uint32_t handler_threads{0};        ///< for blocking message handlers; 0 = one a core. Started with the first consumer that has one
  std::function<endpoint(const endpoint&)> address_map{};  ///< for brokers that advertise an address that cannot be reached from here
  acl_options acl{};
  tls_options tls{};
  logger log{};                            ///< silent by default
};

/// Counters of one client, taken at one moment.
struct client_stats {
  std::uint64_t connections{0};      ///< open now, to brokers and NameServers
  std::uint64_t failed_connects{0};  ///< attempts to connect that came to nothing
  std::uint64_t requests{0};         ///< sent to them, heartbeats included
  std::uint64_t timed_out{0};        ///< of those, not answered by their deadline
  std::uint64_t late_answers{0};     ///< answers that nobody (any longer) waited for
  std::uint64_t route_refreshes{0};
  std::uint64_t heartbeats{0};
};

/// Owns one thread (or none, see the second constructor). Nothing is shared between two clients of a process.
///
/// Thread-safe: every member may be called from any thread, except that blocking members must not be called from the client's
/// own thread (handlers of the asynchronous kind run there); they answer `invalid_argument` then.
///
///     client c({.name_servers = "127.0.0.1:9876"});
///     if (auto started = c.start(); !started) return report(started.error());
///     producer p(c, {.group = "orders_producer"});
///     auto outcome = p.send({.topic = "orders", .body = "hello"});
class client {
 public:
  explicit client(client_options options);
  /// Runs on a context that the caller runs on exactly one thread, and that outlives the client. For programs whose own work
  /// lives on that thread too: no hand-over costs anything then. Only the asynchronous forms can be used on that thread.
  client(client_options options, boost::asio::io_context& context);
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  /// Stops with a deadline of 3 s if that was not done (own thread only; with the caller's context stop first).
  ~client();

  /// Checks the options and begins the periodic work. Does not wait for a NameServer: what needs one waits with its own deadline.
  result<void> start();
  /// Stops every producer and consumer, each of which drains; unregisters; closes. Idempotent, from any thread.
  /// What is not done at the deadline is cut off and said in the error.
  result<void> stop(milliseconds deadline = milliseconds{10'000});
  awaitable<result<void>> async_stop(milliseconds deadline = milliseconds{10'000});

  [[nodiscard]] const std::string& client_id() const noexcept;
  [[nodiscard]] client_stats stats() const;

  /// For the library's own classes.
  [[nodiscard]] const std::shared_ptr<core::client_core>& internals() const noexcept { return core_; }

 private:
  std::shared_ptr<core::client_core> core_;
};

}  // namespace parley::rocketmq
