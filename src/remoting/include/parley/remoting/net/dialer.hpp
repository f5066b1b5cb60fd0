// Connections to addresses: one for each, made when needed, with back-off after failures.
#pragma once

#include <parley/base/endpoint.hpp>
#include <parley/base/random.hpp>
#include <parley/remoting/net/connection.hpp>
#include <parley/remoting/net/traffic.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace parley::remoting {

struct dialer_options {
  connection_options connection{};
  milliseconds connect_timeout{3000};
  milliseconds backoff_first{50};     ///< after a failed attempt to an address; doubles, with full jitter
  /// And never waits longer. A client is to resume within a second of its broker being reachable: this pause, up to 300 ms in which
  /// the connector repeats a lost try, and the request itself have to fit into it.
  milliseconds backoff_most{500};
  std::size_t max_connections{256};   ///< addresses connected or being connected to; past it a call fails with `overloaded`
};

/// Maps the address that a NameServer advertises to the one to dial.
using address_map = std::function<endpoint(const endpoint&)>;
/// May change every outgoing request just before it is encoded (the ACL signature): the last thing that touches its fields.
using request_signer = std::function<void(command&)>;

/// Owns the connections of one client. One thread, like them. Concurrent callers of one address share one attempt, and no
/// address waits for another. While an address is in back-off, calls with time left wait for the next attempt rather than fail;
/// when the attempt that they waited for fails, they fail, so that a caller may go elsewhere with the time it has left.
///
/// A connection that the peer drops before it has said anything counts as a failed attempt: a peer that accepts and hangs up
/// is not stormed.
class dialer {
 public:
  dialer(std::shared_ptr<io::connector> connector, boost::asio::any_io_executor executor, dialer_options options, random_source random,
         const clock& time);
  dialer(const dialer&) = delete;
  dialer& operator=(const dialer&) = delete;
  /// Closes. What is under way ends on the executor by itself.
  ~dialer();

  /// Applied to every connection made from now on.
  void on_request(connection::request_handler handler);
  /// Called when an established connection is lost, with its address as given to call(). Not for those that drop_others() and
  /// close() end.
  void on_lost(std::function<void(const endpoint&, const error&)> handler);
  void map_addresses(address_map map);
  void sign_with(request_signer signer);

  /// Connects where needed and calls, all within `deadline`. `unreachable` (nothing was sent) when no connection could be made.
  io::task<call_outcome> call(endpoint to, command request, steady_time deadline);
  /// One-way over an existing or new connection.
  io::task<result<void>> send_oneway(endpoint to, command request, steady_time deadline);
  /// The open connection, if there is one.
  [[nodiscard]] std::shared_ptr<connection> existing(const endpoint& to) const;

  /// Over all connections that were made. Any thread.
  [[nodiscard]] const traffic& counted() const noexcept;

  /// Closes connections to addresses that are not in `keep` and have nothing pending.
  void drop_others(const std::vector<endpoint>& keep);
  /// Fails everything pending and closes. Idempotent; calls after it fail with `stopped`.
  void close();

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace parley::remoting
