// Where a group's offsets are kept: at the brokers, or for broadcasting in a file of this machine.
#pragma once

#include "consume/assigned_queue.hpp"
#include "consume/member_context.hpp"
#include "consume/offset_file.hpp"

#include <map>
#include <memory>
#include <vector>

namespace parley::rocketmq::consume {

/// Own thread of the core, but for open().
class offset_keeper {
 public:
  explicit offset_keeper(member_context& context) : context_(context), saved_(context.core->executor()) {}

  /// Broadcasting: takes the directory and reads the file. Blocking; before anything else. Nothing to do for clustering.
  result<void> open();

  /// Where to begin: what restart_at() said, the stored offset, or the policy's, which is stored before it is returned, so that
  /// the next to ask begins there too.
  io::task<result<std::int64_t>> first_offset(message_queue queue, queue_origin origin);
  /// The next assignment of the queue begins there.
  void restart_at(const message_queue& queue, std::int64_t offset) { restarts_[queue] = offset; }

  /// Periodic: sends what changed, and never a second commit of a queue while one is on its way.
  void commit_all(const std::vector<queue_ptr>& queues);
  /// At the end of an assignment; waits for the broker's word. Under a lock it is tried again, for the next owner begins there
  /// as soon as it has the lock. A file is written by the next save().
  io::task<void> commit_last(queue_ptr queue);
  /// Broadcasting: writes the file if anything changed, on a handler thread.
  io::task<result<void>> save();
  /// Broadcasting: gives the directory back, at the latest when a save that is under way has ended. Nothing is saved after it.
  void close() { file_.reset(); }

 private:
  struct file_state;

  io::task<result<std::int64_t>> resolve(message_queue queue, start_decision decision);
  io::task<result<std::int64_t>> stored(message_queue queue);
  io::task<void> commit(queue_ptr queue, std::int64_t offset);
  io::task<result<void>> send(queue_ptr queue, std::int64_t offset);
  io::task<result<void>> store_last(queue_ptr queue, std::int64_t offset);
  io::task<void> commit_ended(queue_ptr queue);
  void note(const message_queue& queue, std::int64_t offset);

  member_context& context_;
  std::map<message_queue, std::int64_t> restarts_;
  offset_map table_;  // broadcasting
  bool changed_{false};
  bool saving_{false};
  io::signal saved_;
  std::shared_ptr<file_state> file_;  // shared with a save that runs on a handler thread
};

}  // namespace parley::rocketmq::consume
