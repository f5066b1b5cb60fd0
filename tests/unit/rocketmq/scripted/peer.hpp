// A peer on loopback that answers as a test says: NameServer, broker, or both. Real sockets, real frames.
#pragma once

#include <parley/base/endpoint.hpp>
#include <parley/remoting/codec/command.hpp>
#include <parley/remoting/net/listener.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace parley::scripted {

/// What the peer does with one request.
struct reply {
  enum class kind : std::uint8_t { answer, silence, hang_up, later };
  kind what{kind::answer};
  remoting::command answer{};  ///< code, remark, fields and body count

  static reply code(std::int32_t value, std::string remark = {});
  static reply silence() { return {.what = kind::silence, .answer = {}}; }
  /// This answer, but not before answer_held().
  static reply later(reply what) { return {.what = kind::later, .answer = std::move(what.answer)}; }
  static reply hang_up() { return {.what = kind::hang_up, .answer = {}}; }
};

/// One thread of its own. Scripts run there; a request without a script is answered 3, as brokers do.
class peer {
 public:
  using script = std::function<reply(const remoting::command&)>;

  /// Port 0 takes a free one.
  explicit peer(std::uint16_t port = 0);
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;
  ~peer();

  void on(std::int32_t request_code, script what);
  [[nodiscard]] const endpoint& address() const noexcept { return address_; }
  [[nodiscard]] std::size_t asked(std::int32_t request_code) const;
  /// The requests of that code, in the order of their coming.
  [[nodiscard]] std::vector<remoting::command> requests(std::int32_t request_code) const;
  /// Closes every connection; new ones are taken.
  void hang_up_all();
  /// Sends the answers that were to come later.
  void answer_held();
  /// Sends a request to every client that is connected.
  void tell_all(const remoting::command& request);

 private:
  std::optional<remoting::command> take(const std::shared_ptr<remoting::connection>& from, remoting::command request);

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  mutable std::mutex mutex_;
  std::map<std::int32_t, script> scripts_;
  std::vector<remoting::command> seen_;
  std::vector<std::weak_ptr<remoting::connection>> open_;  // on the peer's thread
  std::vector<std::pair<std::weak_ptr<remoting::connection>, remoting::command>> held_;  // likewise
  std::unique_ptr<remoting::listener> listener_;
  endpoint address_;
  std::thread thread_;
};

/// An address on loopback where nobody listens: connections are refused, and nobody else is given it as long as this lives. A
/// peer may take it.
class dead_address {
 public:
  dead_address();
  [[nodiscard]] const endpoint& get() const noexcept { return address_; }
  [[nodiscard]] std::string to_string() const { return address_.to_string(); }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor bound_{context_};
  endpoint address_;
};

/// The answer to a route request (105): each broker by name, with that many queues.
struct routed_broker {
  std::string name;
  endpoint address;
  std::int32_t queues{1};
};
reply route_reply(const std::vector<routed_broker>& brokers, std::int32_t permission = 6);
/// Answers 105 for these topics and 17 for all others.
void serve_routes(peer& on, std::map<std::string, reply> by_topic);

/// A broker's answer to a send: stored at this offset, with the code 0, 10, 11 or 12.
reply stored_reply(std::int64_t offset = 0, std::int32_t code = 0);

/// Waits for it, at most 60 s.
bool eventually(const std::function<bool()>& condition);

}  // namespace parley::scripted
