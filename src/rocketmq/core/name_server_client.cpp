// Calls to NameServers.
#include "core/name_server_client.hpp"

#include <parley/remoting/codec/codes.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace parley::rocketmq::core {
namespace {

// A server that is only slow must not be given up at once when the deadline is far.
constexpr milliseconds least_share{300};

bool is_an_answer(std::int32_t code) noexcept {
  return code != remoting::response_code::system_error && code != remoting::response_code::system_busy;
}

}  // namespace

name_server_client::name_server_client(core_context& context, std::vector<endpoint> servers)
    : context_(context), servers_(std::move(servers), context.random.next()) {}

io::task<result<remoting::command>> name_server_client::call(remoting::command request, steady_time deadline) {
  const auto order = servers_.in_order();
  std::string failures;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto now = context_.now();
    if (now >= deadline && !failures.empty()) break;
    const auto share = (deadline - now) / static_cast<std::int64_t>(order.size() - i);
    const auto until = std::min(deadline, now + std::max<steady_time::duration>(share, least_share));
    auto copy = request;
    auto outcome = co_await context_.dialer.call(order[i], std::move(copy), until);
    if (outcome.answer.has_value() && is_an_answer(outcome.answer->code)) {
      servers_.answered(order[i]);
      co_return std::move(*outcome.answer);
    }
    if (!outcome.answer && outcome.answer.error().code == errc::stopped) co_return outcome.answer.error();
    const auto why = outcome.answer ? fmt::format("answered {}: {}", outcome.answer->code, outcome.answer->remark.value_or(""))
                                    : outcome.answer.error().message;
    if (!failures.empty()) failures += "; ";
    failures += fmt::format("{}: {}", order[i].to_string(), why);
  }
  co_return fail(errc::unreachable, fmt::format("no NameServer of {} answers ({})", servers_.to_string(), failures));
}

}  // namespace parley::rocketmq::core
