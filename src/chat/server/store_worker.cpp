// The one thread that uses the store: everything that waits goes into one transaction.
#include <parley/chat/server/store_worker.hpp>

#include <boost/asio/post.hpp>

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace parley::chat {

namespace {

constexpr std::size_t batch_at_most = 256;

}  // namespace

store_worker::store_worker(std::unique_ptr<store> where, std::unique_ptr<service> decides, boost::asio::any_io_executor back,
                           failpoints& points, logger log)
    : store_(std::move(where)), service_(std::move(decides)), back_(std::move(back)), points_(points), log_(std::move(log)) {
  thread_ = std::thread([this] { work(); });
}

store_worker::~store_worker() { stop(); }

void store_worker::ask(asked what, answered on_answer) {
  {
    const std::lock_guard lock(guard_);
    waiting_.questions.push_back({std::move(what), std::move(on_answer)});
  }
  // Outside the lock, or who wakes would wait for it at once.
  changed_.notify_one();
}

void store_worker::forget(std::vector<std::int64_t> ids, done on_done) {
  const std::lock_guard lock(guard_);
  waiting_.marks.push_back({std::move(ids), std::move(on_done)});
}

void store_worker::flush() {
  const std::lock_guard lock(guard_);
  if (waiting_.marks.empty()) return;
  flush_ = true;
  changed_.notify_one();
}

void store_worker::run(job what) {
  {
    const std::lock_guard lock(guard_);
    waiting_.jobs.push_back(std::move(what));
  }
  changed_.notify_one();
}

void store_worker::stop() {
  {
    const std::lock_guard lock(guard_);
    ending_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void store_worker::work() {
  ::pthread_setname_np(::pthread_self(), "parley-store");
  for (bool ended = false; !ended;) {
    load now = next_load(ended);
    if (!now.questions.empty()) answer(std::move(now.questions));
    if (!now.marks.empty()) take_out(std::move(now.marks));
    if (!now.jobs.empty()) run_jobs(std::move(now.jobs));
  }
}

store_worker::load store_worker::next_load(bool& ended) {
  std::unique_lock lock(guard_);
  changed_.wait(lock, [this] { return !waiting_.questions.empty() || !waiting_.jobs.empty() || flush_ || ending_; });
  flush_ = false;
  load out;
  out.jobs.swap(waiting_.jobs);
  out.marks.swap(waiting_.marks);
  if (waiting_.questions.size() <= batch_at_most) {
    out.questions.swap(waiting_.questions);
  } else {
    const auto end = waiting_.questions.begin() + batch_at_most;
    out.questions.assign(std::make_move_iterator(waiting_.questions.begin()), std::make_move_iterator(end));
    waiting_.questions.erase(waiting_.questions.begin(), end);
  }
  ended = ending_ && waiting_.questions.empty();
  return out;
}

void store_worker::answer(std::vector<question> questions) {
  points_.pass(failpoint::before_store);
  std::vector<handled> results;
  try {
    results = decide(questions);
  } catch (const std::exception& broken) {
    log_.error("the store's thread met an exception; these requests come again", {{"error", broken.what()}});
    boost::asio::post(back_, [questions = std::move(questions)] {
      for (const question& one : questions) one.on_answer(std::nullopt);
    });
    return;
  }
  points_.pass(failpoint::after_store);
  boost::asio::post(back_, [questions = std::move(questions), results = std::move(results)]() mutable {
    for (std::size_t i = 0; i < questions.size(); ++i) questions[i].on_answer(std::move(results[i]));
  });
}

std::vector<handled> store_worker::decide(std::vector<question>& questions) {
  std::vector<request> requests;
  for (question& one : questions) {
    if (auto* good = std::get_if<request>(&one.what)) requests.push_back(std::move(*good));
  }
  std::vector<handled> decided;
  if (!requests.empty()) decided = service_->handle(requests);
  if (decided.size() == questions.size()) return decided;
  std::vector<handled> out;
  out.reserve(questions.size());
  auto next = decided.begin();
  for (const question& one : questions) {
    if (const auto* bad = std::get_if<refusal>(&one.what)) {
      out.push_back(service_->refuse(bad->what, bad->reply_to));
    } else {
      out.push_back(std::move(*next++));
    }
  }
  return out;
}

void store_worker::take_out(std::vector<mark> marks) {
  std::vector<std::int64_t> ids;
  for (const mark& one : marks) ids.insert(ids.end(), one.ids.begin(), one.ids.end());
  if (!ids.empty()) {
    // A failure leaves the rows for a sweep, which publishes them once more: receivers know copies by their ids.
    if (const auto forgotten = store_->forget_publications(ids); !forgotten) {
      log_.warn("what was published stays in the outbox and will be published again", {{"error", forgotten.error().message}});
    }
    points_.pass(failpoint::after_mark);
  }
  boost::asio::post(back_, [marks = std::move(marks)] {
    for (const mark& one : marks) one.on_done();
  });
}

void store_worker::run_jobs(std::vector<job> jobs) {
  for (const job& one : jobs) {
    done next = one(*service_, *store_);
    if (next) boost::asio::post(back_, std::move(next));
  }
}

}  // namespace parley::chat
