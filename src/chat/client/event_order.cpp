// Puts the events of each room into the order of their seq and lets each through once.
#include <parley/chat/client/event_order.hpp>

#include <algorithm>
#include <utility>

namespace parley::chat {

event_order::event_order(event_order_limits limits) : limits_(limits) {}

std::vector<event> event_order::offer(event what, steady_time now) {
  std::vector<event> out;
  if (what.seq <= 0 || what.room_id.empty()) {
    if (!what.message_id.empty() && !remember(what.message_id)) {
      ++stats_.copies;
    } else {
      out.push_back(std::move(what));
    }
    return out;
  }
  room& in = room_of(what.room_id, out);
  if (in.next > 0 && what.seq < in.next) {
    ++stats_.copies;
    return out;
  }
  if (in.next == 0 && what.seq == 1) in.next = 1;
  const auto seq = what.seq;
  if (!in.held.emplace(seq, std::move(what)).second) ++stats_.copies;
  if (in.next > 0) take_ready(in, out);
  if (in.held.size() > limits_.held_per_room) skip_to_held(in, out);
  wait_if_held(in, now);
  return out;
}

event_order::due event_order::expire(steady_time now) {
  due out;
  for (auto& [id, in] : rooms_) {
    if (!in.due || *in.due > now) continue;
    in.due.reset();
    if (in.held.empty()) continue;
    const auto first_held = in.held.begin()->first;
    if (in.next == 0) {
      in.next = first_held;
      take_ready(in, out.ready);
      wait_if_held(in, now);
    } else {
      out.gaps.push_back({id, in.next, first_held - 1});
    }
  }
  return out;
}

std::optional<steady_time> event_order::next_expiry() const {
  std::optional<steady_time> first;
  for (const auto& [id, in] : rooms_) {
    if (in.due && (!first || *in.due < *first)) first = in.due;
  }
  return first;
}

std::vector<event> event_order::fill(const event_gap& gap, std::vector<event> found, steady_time now) {
  std::vector<event> out;
  const auto at = rooms_.find(gap.room_id);
  if (at == rooms_.end()) return out;
  room& in = at->second;
  for (event& one : found) {
    if (one.seq < in.next || one.seq > gap.last_seq) continue;
    const auto seq = one.seq;
    in.held.emplace(seq, std::move(one));
  }
  while (in.next <= gap.last_seq) {
    take_ready(in, out);
    if (in.next > gap.last_seq) break;
    const auto first_held = in.held.empty() ? gap.last_seq + 1 : std::min(in.held.begin()->first, gap.last_seq + 1);
    stats_.skipped += static_cast<std::uint64_t>(first_held - in.next);
    in.next = first_held;
  }
  take_ready(in, out);
  wait_if_held(in, now);
  return out;
}

std::vector<event> event_order::start_after(const std::string& room_id, std::int64_t seq, steady_time now) {
  std::vector<event> out;
  room& in = room_of(room_id, out);
  in.next = std::max(in.next, seq + 1);
  const auto shown = in.held.lower_bound(in.next);
  stats_.copies += static_cast<std::uint64_t>(std::distance(in.held.begin(), shown));
  in.held.erase(in.held.begin(), shown);
  take_ready(in, out);
  wait_if_held(in, now);
  return out;
}

event_order::room& event_order::room_of(const std::string& room_id, std::vector<event>& out) {
  const auto at = rooms_.find(room_id);
  if (at == rooms_.end() && rooms_.size() >= limits_.rooms) forget_quietest(out);
  room& in = rooms_[room_id];
  in.touched = ++touches_;
  return in;
}

void event_order::forget_quietest(std::vector<event>& out) {
  const auto quietest =
      std::min_element(rooms_.begin(), rooms_.end(), [](const auto& a, const auto& b) { return a.second.touched < b.second.touched; });
  if (quietest == rooms_.end()) return;
  // What it holds is still shown: late and after a gap is better than never.
  for (auto& [seq, one] : quietest->second.held) out.push_back(std::move(one));
  rooms_.erase(quietest);
}

void event_order::take_ready(room& of, std::vector<event>& out) {
  while (!of.held.empty() && of.held.begin()->first == of.next) {
    out.push_back(std::move(of.held.begin()->second));
    of.held.erase(of.held.begin());
    ++of.next;
    of.due.reset();
  }
}

void event_order::skip_to_held(room& of, std::vector<event>& out) {
  const auto first_held = of.held.begin()->first;
  if (of.next > 0) stats_.skipped += static_cast<std::uint64_t>(first_held - of.next);
  of.next = first_held;
  of.due.reset();
  take_ready(of, out);
}

void event_order::wait_if_held(room& of, steady_time now) const {
  if (of.held.empty()) {
    of.due.reset();
  } else if (!of.due) {
    of.due = now + (of.next == 0 ? limits_.settle : limits_.gap_wait);
  }
}

bool event_order::remember(const std::string& message_id) {
  if (!ids_.insert(message_id).second) return false;
  ids_in_order_.push_back(message_id);
  if (ids_in_order_.size() > limits_.remembered_ids) {
    ids_.erase(ids_in_order_.front());
    ids_in_order_.pop_front();
  }
  return true;
}

}  // namespace parley::chat
