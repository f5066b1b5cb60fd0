// Messages by the clock, or by the answers.
#include "bench/load.hpp"

#include <parley/io/deadline.hpp>

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <utility>

namespace parley::cli {

namespace {

constexpr std::string_view action = "send_message";

chat::action_tally tally_of(const chat::client& who) { return who.tally().by_action().find(action)->second; }

chat::action_tally since(const chat::action_tally& before, const chat::action_tally& now) {
  return {.ok = now.ok - before.ok,
          .business = now.business - before.business,
          .system = now.system - before.system,
          .timed_out = now.timed_out - before.timed_out};
}

steady_time::duration after(std::size_t number, double per_second) {
  return std::chrono::duration_cast<steady_time::duration>(std::chrono::duration<double>(static_cast<double>(number) / per_second));
}

}  // namespace

load::load(boost::asio::any_io_executor executor, chat::client& who, load_plan what)
    : who_(who), what_(what), text_(what.message_bytes, 'x'), gate_(executor), ended_(executor) {}

io::task<result<chat::response>> load::say(std::size_t number) {
  boost::json::object data;
  data.emplace("message", text_);
  data.emplace("room_id", fmt::format("load_{}", number % what_.rooms));
  auto answer = co_await who_.request(std::string(action), std::move(data));
  co_return answer;
}

io::task<void> load::say_timed(std::size_t number) {
  const auto begun = system_clock().steady_now();
  const auto answer = co_await say(number);
  if (answer && answer->success) {
    took_us_.push_back(std::chrono::duration<double, std::micro>(system_clock().steady_now() - begun).count());
  }
  --under_way_;
  ended_.notify_all();
}

io::task<result<load_outcome>> load::run(std::function<bool()> enough) {
  const auto first = co_await say(0);
  if (!first) co_return first.error();
  if (!first->success) co_return fail(errc::refused, first->failure ? first->failure->message : "the first message was refused");
  const auto before = tally_of(who_);
  const auto begun = system_clock().steady_now();
  for (std::size_t number = 0; !enough(); ++number) {
    if (what_.per_second > 0) co_await io::sleep_until(begun + after(number, what_.per_second));
    while (under_way_ >= what_.in_flight) co_await ended_.wait();
    if (system_clock().steady_now() >= begun + what_.length) break;
    ++under_way_;
    gate_.spawn(say_timed(number));
  }
  // Each has its deadline, so this ends.
  while (under_way_ > 0) co_await ended_.wait();
  load_outcome out{.ended = since(before, tally_of(who_)), .took_us = std::move(took_us_)};
  out.seconds = std::chrono::duration<double>(system_clock().steady_now() - begun).count();
  co_return out;
}

}  // namespace parley::cli
