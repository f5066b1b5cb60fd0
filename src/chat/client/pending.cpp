// The requests that wait for their answers, by id.
#include <parley/chat/client/pending.hpp>

#include <utility>

namespace parley::chat {

result<void> pending_requests::add(const std::string& request_id, answered on_answer) {
  if (waiting_.size() >= at_most_) {
    return fail(errc::overloaded, "there are " + std::to_string(at_most_) + " requests without an answer already; wait for some of them");
  }
  if (!waiting_.emplace(request_id, std::move(on_answer)).second) {
    return fail(errc::invalid_argument, "a request with the id " + request_id + " waits for its answer already");
  }
  return {};
}

answer_match pending_requests::answer(response what) {
  const auto at = waiting_.find(what.request_id);
  if (at == waiting_.end()) {
    if (!over_.contains(what.request_id)) return answer_match::foreign;
    ++late_;
    return answer_match::late;
  }
  // Taken off first: the callback may ask the next request.
  auto on_answer = std::move(at->second);
  waiting_.erase(at);
  remember(what.request_id);
  on_answer(std::move(what));
  return answer_match::matched;
}

bool pending_requests::give_up(const std::string& request_id) {
  if (waiting_.erase(request_id) == 0) return false;
  remember(request_id);
  return true;
}

void pending_requests::end_all(const error& why) {
  const auto all = std::exchange(waiting_, {});
  for (const auto& [request_id, on_answer] : all) on_answer(why);
}

void pending_requests::remember(const std::string& request_id) {
  if (!over_.insert(request_id).second) return;
  over_in_order_.push_back(request_id);
  if (over_in_order_.size() > at_most_) {
    over_.erase(over_in_order_.front());
    over_in_order_.pop_front();
  }
}

}  // namespace parley::chat
