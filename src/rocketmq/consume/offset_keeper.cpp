// Reading, resolving and storing of offsets.
#include "consume/offset_keeper.hpp"

#include "consume/start_offset.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <mutex>
#include <utility>

namespace parley::rocketmq::consume {
namespace {

/// A broker that was killed may have forgotten what it said it had stored.
constexpr milliseconds confirmed_again_after{30'000};

std::string_view name_of(start_step step) {
  switch (step) {
    case start_step::ask_earliest: return "earliest";
    case start_step::ask_end: return "end";
    case start_step::ask_timestamp: return "timestamp";
    case start_step::use:
    case start_step::ask_again: break;
  }
  return "stored";
}

}  // namespace

struct offset_keeper::file_state {
  file_state(std::string directory, std::unique_ptr<directory_lock> held)
      : files(make_file_store()), file(*files, std::move(directory)), lock(std::move(held)) {}

  result<void> save(const offset_map& offsets) {
    const std::lock_guard held(mutex);
    return file.save(offsets);
  }

  std::unique_ptr<file_store> files;
  std::mutex mutex;  // of `file`: a save may outlive the consumer's patience with it
  offset_file file;
  std::unique_ptr<directory_lock> lock;
};

result<void> offset_keeper::open() {
  if (context_.clustering()) return {};
  const auto directory = context_.options.broadcast_directory + "/" + context_.options.group;
  auto made = make_file_store()->make_directory(directory);
  if (!made) return made;
  auto lock = lock_directory(directory);
  if (!lock) return std::move(lock).error();
  auto file = std::make_shared<file_state>(directory, std::move(*lock));
  auto loaded = file->file.load();
  if (!loaded) return std::move(loaded).error();
  if (loaded->used_backup)
    context_.log().warn("broadcast offsets were damaged or missing: the ones before are used", {{"directory", directory}});
  table_ = std::move(loaded->offsets);
  file_ = std::move(file);
  return {};
}

io::task<result<std::int64_t>> offset_keeper::stored(message_queue queue) {
  if (context_.clustering()) {
    auto offset = co_await context_.calls.stored_offset(std::move(queue), context_.request_deadline());
    co_return offset;
  }
  const auto found = table_.find(queue);
  if (found == table_.end()) co_return fail(errc::not_found, "the file has no offset of " + queue.to_string());
  co_return found->second;
}

io::task<result<std::int64_t>> offset_keeper::resolve(message_queue queue, start_decision decision) {
  const auto deadline = context_.request_deadline();
  if (decision.step == start_step::ask_earliest) {
    auto offset = co_await context_.calls.earliest_offset(std::move(queue), deadline);
    co_return offset;
  }
  if (decision.step == start_step::ask_timestamp) {
    auto offset = co_await context_.calls.offset_at(std::move(queue), decision.timestamp_ms, deadline);
    co_return offset;
  }
  auto offset = co_await context_.calls.end_offset(std::move(queue), deadline);
  co_return offset;
}

io::task<result<std::int64_t>> offset_keeper::first_offset(message_queue queue, queue_origin origin) {
  const auto moved = restarts_.find(queue);
  if (moved != restarts_.end()) {
    const auto offset = moved->second;
    restarts_.erase(moved);
    note(queue, offset);
    co_return offset;
  }
  const auto known = co_await stored(queue);
  const auto decision = decide_start(known, {context_.options.start, context_.options.start_timestamp_ms}, origin);
  if (decision.step == start_step::use) co_return decision.offset;
  if (decision.step == start_step::ask_again) co_return known.error();
  const auto offset = co_await resolve(queue, decision);
  if (!offset) co_return offset;
  context_.log().info("a queue without an offset of the group: the start policy decides", {{"group", context_.options.group},
                                                                                           {"queue", queue.to_string()},
                                                                                           {"policy", name_of(decision.step)},
                                                                                           {"offset", std::to_string(*offset)}});
  note(queue, *offset);
  if (context_.clustering()) {
    auto committed = co_await context_.calls.commit(queue, *offset, context_.request_deadline());
    if (!committed) co_return std::move(committed).error();
  }
  co_return offset;
}

void offset_keeper::note(const message_queue& queue, std::int64_t offset) {
  if (context_.clustering()) return;
  auto& known = table_.try_emplace(queue, -1).first->second;
  changed_ = changed_ || known != offset;
  known = offset;
}

void offset_keeper::commit_all(const std::vector<queue_ptr>& queues) {
  for (const auto& queue : queues) {
    const auto offset = queue->committable();
    if (!offset) continue;
    note(queue->queue, *offset);
    if (!context_.clustering() || queue->committing) continue;
    const bool known = queue->confirmed_offset == *offset && context_.now() - queue->confirmed_at < confirmed_again_after;
    if (!known) queue->committing = context_.spawn(context_.gate, commit(queue, *offset));
  }
}

io::task<result<void>> offset_keeper::send(queue_ptr queue, std::int64_t offset) {
  auto stored = co_await context_.calls.commit(queue->queue, offset, context_.request_deadline());
  if (!stored && is_in_doubt(stored.error())) queue->commit_in_doubt = true;
  co_return stored;
}

io::task<void> offset_keeper::commit(queue_ptr queue, std::int64_t offset) {
  const auto stored = co_await send(queue, offset);
  queue->committing = false;
  if (!stored) {
    context_.log().debug("an offset was not stored; it will be sent again",
                         {{"queue", queue->queue.to_string()}, {"error", stored.error().message}});
  } else if (!std::exchange(queue->commit_in_doubt, false)) {
    // Else the broker may have taken the one that was given up beside this: it is sent once more.
    queue->confirmed_offset = offset;
    queue->confirmed_at = context_.now();
  }
  queue->changed.notify_all();
}

io::task<void> offset_keeper::commit_ended(queue_ptr queue) {
  while (queue->committing && !context_.gate.stopping()) {
    const auto why = co_await queue->changed.wait_until(context_.request_deadline());
    if (why == io::wake_reason::deadline) break;
  }
}

io::task<result<void>> offset_keeper::store_last(queue_ptr queue, std::int64_t offset) {
  auto stored = co_await send(queue, offset);
  if (!stored || !queue->locked_at || !std::exchange(queue->commit_in_doubt, false)) co_return stored;
  // The broker may have taken a commit that was given up beside this one, and so after it.
  const auto found = co_await context_.calls.stored_offset(queue->queue, context_.request_deadline());
  if (found && *found >= offset) co_return stored;
  stored = co_await send(queue, offset);
  co_return stored;
}

io::task<void> offset_keeper::commit_last(queue_ptr queue) {
  // The broker takes whatever comes last, also a lower offset: an earlier commit must not be on its way beside this one, nor
  // beside what begins here next when this one has nothing to say.
  co_await commit_ended(queue);
  const auto begun = context_.now();
  while (const auto offset = queue->committable()) {
    note(queue->queue, *offset);
    if (!context_.clustering()) co_return;
    const auto stored = co_await store_last(queue, *offset);
    if (stored) co_return;
    bool again = queue->locked_at.has_value();
    if (again) again = co_await context_.may_try_again(stored.error(), begun);
    if (again) continue;
    context_.log().warn("the last offset of a queue was not stored: its newest messages will come again",
                        {{"group", context_.options.group}, {"queue", queue->queue.to_string()}, {"error", stored.error().message}});
    co_return;
  }
}

io::task<result<void>> offset_keeper::save() {
  if (!file_) co_return result<void>{};
  // A disk takes its time under load; what must not happen is to wait for one that hangs for ever.
  constexpr milliseconds patience{10'000};
  const auto until = context_.stopping ? context_.stop_deadline : context_.now() + patience;
  while (saving_ && context_.now() < until && !context_.gate.stopping()) co_await saved_.wait_until(until);
  if (!changed_ || saving_) co_return result<void>{};
  struct outcome_slot {
    explicit outcome_slot(boost::asio::any_io_executor executor) : arrived(std::move(executor)) {}
    io::signal arrived;
    std::optional<result<void>> outcome;
  };
  const auto here = context_.core->executor();
  const auto slot = std::make_shared<outcome_slot>(here);
  changed_ = false;
  saving_ = true;
  boost::asio::post(context_.core->handler_executor(), [file = file_, offsets = table_, slot, here]() mutable {
    auto outcome = file->save(offsets);
    // Before the outcome is told: whoever waits for it may want the directory at once.
    file.reset();
    boost::asio::post(here, [slot, outcome = std::move(outcome)] {
      slot->outcome = outcome;
      slot->arrived.notify_all();
    });
  });
  while (!slot->outcome && context_.now() < until && !context_.gate.stopping()) co_await slot->arrived.wait_until(until);
  saving_ = false;
  saved_.notify_all();
  auto outcome = slot->outcome ? *slot->outcome
                               : result<void>(fail(errc::storage, "writing the broadcast offsets takes too long"));
  if (!outcome) {
    changed_ = true;
    context_.log().error("broadcast offsets were not saved",
                         {{"group", context_.options.group}, {"error", outcome.error().message}});
  }
  co_return outcome;
}

}  // namespace parley::rocketmq::consume
