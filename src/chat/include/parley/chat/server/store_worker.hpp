// The one thread that uses the store: everything that waits goes into one transaction.
#pragma once

#include <parley/base/log.hpp>
#include <parley/chat/server/failpoint.hpp>
#include <parley/chat/service/service.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

namespace parley::chat {

/// What came from the requests topic: a request, or what is none but can be answered.
struct refusal {
  bad_request what;
  std::string reply_to;
};
using asked = std::variant<request, refusal>;

/// Takes work from one thread (the client's), does it on its own, and calls back on the executor it was given. What is asked
/// while a transaction runs waits for the next one, which takes all of it: one flush for many under load, none to wait for
/// without. How much may wait is bounded by its user, who asks only what the consumer's flow control let in.
class store_worker {
 public:
  /// Nothing where the store's thread met an exception: what was asked is undecided, and may be asked again.
  using answered = std::function<void(std::optional<handled>)>;
  using done = std::function<void()>;
  /// Runs on the store's thread; what it returns runs on the executor.
  using job = std::function<done(service&, store&)>;

  store_worker(std::unique_ptr<store> where, std::unique_ptr<service> decides, boost::asio::any_io_executor back, failpoints& points,
               logger log);
  store_worker(const store_worker&) = delete;
  store_worker& operator=(const store_worker&) = delete;
  /// Finishes what waits and joins.
  ~store_worker();

  /// Called back once, when it is durable, in the order of asking.
  void ask(asked what, answered on_answer);
  /// Takes published rows out of the outbox, together with the next transaction or at flush(); called back after that.
  /// Wakes nobody: when requests come one by one, that is a wake-up saved for each.
  void forget(std::vector<std::int64_t> ids, done on_done);
  /// What forget() left waiting is done now.
  void flush();
  void run(job what);
  /// Finishes what waits and joins the thread. Callbacks may still be queued at the executor.
  void stop();

 private:
  struct question {
    asked what;
    answered on_answer;
  };
  struct mark {
    std::vector<std::int64_t> ids;
    done on_done;
  };
  struct load {
    std::vector<question> questions;
    std::vector<mark> marks;
    std::vector<job> jobs;
  };

  void work();
  load next_load(bool& ended);
  void answer(std::vector<question> questions);
  void take_out(std::vector<mark> marks);
  void run_jobs(std::vector<job> jobs);
  std::vector<handled> decide(std::vector<question>& questions);

  std::unique_ptr<store> store_;
  std::unique_ptr<service> service_;
  boost::asio::any_io_executor back_;
  failpoints& points_;
  logger log_;

  std::mutex guard_;  // over what follows
  std::condition_variable changed_;
  load waiting_;
  bool flush_{false};
  bool ending_{false};

  std::thread thread_;
};

}  // namespace parley::chat
