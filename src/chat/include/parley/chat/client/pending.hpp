// The requests that wait for their answers, by id.
#pragma once

#include <parley/base/error.hpp>
#include <parley/chat/contract/response.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace parley::chat {

/// What an arriving response was to this table.
enum class answer_match : std::uint8_t {
  matched,  ///< its request waited, and was called back
  late,     ///< its request had waited until its deadline, or had its answer already
  foreign,  ///< another client's: a server that knows no reply_to answers everybody
};

/// One thread. Holds a bounded number; remembers a bounded number of ids that are over, to tell late answers from foreign ones.
class pending_requests {
 public:
  using answered = std::function<void(result<response>)>;

  explicit pending_requests(std::size_t at_most = 4096) : at_most_(at_most) {}

  /// `overloaded` when full, `invalid_argument` when this id is waiting already.
  result<void> add(const std::string& request_id, answered on_answer);
  /// Calls back its request, which no longer waits then.
  answer_match answer(response what);
  /// Its deadline has come: an answer after this is late. False when it was not waiting.
  bool give_up(const std::string& request_id);
  /// Nothing will be answered any more: calls all of them back with this.
  void end_all(const error& why);

  [[nodiscard]] std::size_t size() const noexcept { return waiting_.size(); }
  [[nodiscard]] std::uint64_t late_answers() const noexcept { return late_; }

 private:
  void remember(const std::string& request_id);

  std::size_t at_most_;
  std::unordered_map<std::string, answered> waiting_;
  std::unordered_set<std::string> over_;
  std::deque<std::string> over_in_order_;
  std::uint64_t late_{0};
};

}  // namespace parley::chat
