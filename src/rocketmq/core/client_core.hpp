// The one owner of a client's state: its thread, connections, routes, registered groups and periods.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/random.hpp>
#include <parley/io/task.hpp>
#include <parley/remoting/net/dialer.hpp>
#include <parley/rocketmq/admin.hpp>
#include <parley/rocketmq/client.hpp>

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::rocketmq::core {

/// What several members put together into one heartbeat: see heartbeat.hpp.
struct heartbeat_entries;

/// A consumer group's part in the heartbeat and in what brokers ask of us. Implemented by the push consumer.
/// All members run on the core's thread.
class group_member {
 public:
  virtual ~group_member() = default;
  [[nodiscard]] virtual const std::string& group() const noexcept = 0;
  /// Appends this group's entry to a heartbeat body (see heartbeat.hpp).
  virtual void describe(heartbeat_entries& out) const = 0;
  /// Topics whose routes are kept fresh for it.
  [[nodiscard]] virtual std::vector<std::string> topics() const = 0;
  /// A route of one of its topics changed, or a broker said that the group's members did: rebalance soon.
  virtual void rebalance_soon() = 0;
  /// A request of the broker for this group (220, 221, 307, 309). Nothing = no answer.
  virtual std::optional<remoting::command> on_broker_request(const remoting::command& request) = 0;
  /// The same with a way to answer later, once, on the core's thread: for what a blocking handler has to say.
  using answer_later = std::function<void(remoting::command)>;
  virtual std::optional<remoting::command> on_broker_request(const remoting::command& request, const answer_later& /*later*/) {
    return on_broker_request(request);
  }
  /// Part of the client's stop: drain within the deadline.
  virtual io::task<result<void>> stop(steady_time deadline) = 0;
};

/// Everything runs on `executor()`'s single thread unless said otherwise. Held by shared_ptr by the client and its producers
/// and consumers; what is spawned goes through its gate and is finished or cut off by stop().
class client_core : public std::enable_shared_from_this<client_core> {
 public:
  // --- any thread
  [[nodiscard]] const client_options& options() const noexcept;
  [[nodiscard]] const std::string& client_id() const noexcept;
  [[nodiscard]] const logger& log() const noexcept;
  [[nodiscard]] const clock& time() const noexcept;
  [[nodiscard]] boost::asio::any_io_executor executor() const noexcept;
  [[nodiscard]] bool on_own_thread() const noexcept;
  /// From start() until a stop has closed the connections.
  [[nodiscard]] bool running() const noexcept;
  [[nodiscard]] bool owns_thread() const noexcept;
  /// The pool for blocking handlers, started at first use.
  [[nodiscard]] boost::asio::any_io_executor handler_executor();
  /// Runs `work` on the own thread, soon. False, and the work is dropped, when the core was not started or has ended.
  /// For operations with a result use the forms in run_on_core.hpp: blocking, with a callback, awaited.
  bool post(std::function<void()> work);
  /// The same for what belongs to the beginning (registrations): before start() it is kept until then. Hold the owner weakly in it.
  void when_started(std::function<void()> work);
  [[nodiscard]] client_stats stats() const;
  /// See client::start.
  result<void> start();
  /// See client::stop; blocking. With own threads it also waits for the thread's end.
  result<void> stop(milliseconds deadline);
  /// The work of a stop, to be awaited on the own thread; outside of the gate.
  io::task<result<void>> run_stop(steady_time deadline);
  /// For destructors: begins a stop that nobody waits for, unless one has begun.
  void abandon() noexcept;

  // --- own thread
  [[nodiscard]] random_source& random() noexcept;
  /// Spawns through the gate: asked to end by stop(), waited for.
  void spawn(io::task<void> work);

  /// The topic's route, from the cache or asked for (single flight); `not_found` when the NameServer knows no such topic,
  /// `unreachable` naming every NameServer when none answers by the deadline.
  io::task<result<topic_route>> route(std::string topic, steady_time deadline);
  /// The same, but asks now: after a broker could not be reached or said that the topic is not there. Calls within 100 ms of each other share one answer.
  io::task<result<topic_route>> fresh_route(std::string topic, steady_time deadline);
  /// The cached route, or null. Valid until the next co_await.
  [[nodiscard]] const topic_route* cached_route(const std::string& topic) const;
  /// The same, shared: the pointee never changes, a new route is a new object.
  [[nodiscard]] std::shared_ptr<const topic_route> shared_route(const std::string& topic) const;
  /// Keeps the topic in the periodic refresh.
  void watch_topic(const std::string& topic);
  /// Called on the own thread after a topic's route has changed, while the owner lives.
  void on_route_change(std::weak_ptr<void> owner, std::function<void(const std::string& topic)> told);
  /// Sleeps; false when the core stops meanwhile.
  io::task<bool> sleep(milliseconds duration);
  /// The NameServers as configured, for messages.
  [[nodiscard]] std::string name_servers() const;

  /// The address of a broker: the master (id 0), or `broker_id`, or where that is absent any (`any_replica`). Nothing when no cached route names it.
  [[nodiscard]] std::optional<endpoint> broker_address(const std::string& broker_name, std::int64_t broker_id = 0, bool any_replica = false) const;
  /// A call to a broker or NameServer address. On `unreachable` the error says who advertised the address, and a refresh of the routes that name it begins.
  /// `broker` is its name where the caller knows it from elsewhere than a route.
  io::task<remoting::call_outcome> call(endpoint to, remoting::command request, steady_time deadline, std::string broker = {});
  /// A call to any NameServer: the one that answered last, then the others, within the deadline.
  io::task<result<remoting::command>> call_name_server(remoting::command request, steady_time deadline);

  /// Producer groups and consumer groups in the heartbeat. Registering sends one soon to the brokers that are known.
  void register_producer(const std::string& group);
  io::task<void> unregister_producer(std::string group, steady_time deadline);
  void register_member(std::shared_ptr<group_member> member);
  /// Takes the group out of the heartbeat and tells every connected broker (35).
  io::task<void> unregister_member(std::string group, steady_time deadline);
  /// A heartbeat to all known brokers now, awaited: before the first pull, and after each subscription change. A broker must
  /// have had one since its connection was (re)made before it is pulled from: call ensure_registered for that.
  io::task<void> heartbeat_now();
  io::task<result<void>> ensure_registered(endpoint broker, steady_time deadline);

  /// Called at stop, after the members' stops and before connections close (producers' drains), unless the owner is gone. Any thread.
  void on_stop(std::weak_ptr<void> owner, std::function<io::task<void>(steady_time)> drain);

  class state;
  explicit client_core(std::unique_ptr<state> s);
  client_core(const client_core&) = delete;
  client_core& operator=(const client_core&) = delete;
  ~client_core();
  /// Without a context of the caller's it has one, and a thread from start() on.
  static std::shared_ptr<client_core> make(client_options options, boost::asio::io_context* callers = nullptr);

 private:
  /// True when there is nothing to stop.
  bool end_if_not_started();
  [[nodiscard]] result<void> stop_result() const;

  std::unique_ptr<state> state_;
};

/// client::async_stop.
awaitable<result<void>> stop_awaited(std::shared_ptr<client_core> core, milliseconds deadline);

}  // namespace parley::rocketmq::core
