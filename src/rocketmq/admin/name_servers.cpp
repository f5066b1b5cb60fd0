// Asking each NameServer.
#include "admin/name_servers.hpp"

#include "core/wire.hpp"

#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/topic.hpp>

#include <fmt/format.h>

#include <functional>

namespace parley::rocketmq::administration {
namespace {

namespace code = remoting::response_code;

// Asks each; the answers are for `read`, which gives an error for those that are none. The first error is kept, and one server
// that is silent leaves time for those after it.
io::task<result<void>> ask_each(core_ptr core, remoting::command request, std::string what, steady_time deadline,
                                std::function<result<void>(const endpoint&, const remoting::command&)> read) {
  const auto servers = parse_endpoints(core->options().name_servers);
  if (!servers) co_return servers.error();
  result<void> out;
  for (std::size_t i = 0; i < servers->size(); ++i) {
    const auto& server = (*servers)[i];
    const auto now = core->time().steady_now();
    const auto until = now + (deadline - now) / static_cast<std::int64_t>(servers->size() - i);
    auto copy = request;
    const auto outcome = co_await core->call(server, std::move(copy), until);
    auto outcome_of_this = outcome.answer ? read(server, *outcome.answer) : result<void>(outcome.answer.error());
    if (!outcome_of_this && out) {
      out = std::move(outcome_of_this).error().with_context(fmt::format("{} on NameServer {}: ", what, server.to_string()));
    }
  }
  co_return out;
}

}  // namespace

io::task<result<bool>> any_name_server_knows(core_ptr core, std::string topic, steady_time deadline) {
  const auto what = "the route of topic " + topic;
  bool known = false;
  auto read = [&known, &what](const endpoint& server, const remoting::command& answer) -> result<void> {
    if (answer.code == code::success) known = true;
    if (answer.code == code::success || answer.code == code::topic_not_exist) return {};
    return core::refusal(what, server.to_string(), answer);
  };
  auto asked = co_await ask_each(core, core::route_request(topic), what, deadline, std::move(read));
  if (!known && !asked) co_return asked.error();
  co_return known;
}

io::task<result<void>> forget_topic(core_ptr core, std::string topic, steady_time deadline) {
  const auto what = "deleting topic " + topic;
  remoting::delete_topic_in_namesrv_request request;
  request.topic = topic;
  auto read = [&what](const endpoint& server, const remoting::command& answer) -> result<void> {
    if (answer.code == code::success) return {};
    return core::refusal(what, server.to_string(), answer);
  };
  auto told = co_await ask_each(core, request.to_command(), what, deadline, std::move(read));
  co_return told;
}

}  // namespace parley::rocketmq::administration
