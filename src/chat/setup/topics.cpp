// Sees to it that an installation's topics exist.
#include <parley/chat/setup/topics.hpp>

#include <parley/rocketmq/admin.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace parley::chat {

namespace {

milliseconds left_until(steady_time deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - system_clock().steady_now());
  return std::max(left, milliseconds{1});
}

std::string remedy(const rocketmq::topic_settings& topic, std::string_view name_servers) {
  return fmt::format("create it with: mqadmin updateTopic -n '{}' -c DefaultCluster -t {} -r {} -w {}", name_servers, topic.name,
                     topic.read_queues, topic.write_queues);
}

}  // namespace

bool may_pass(const error& cause) noexcept {
  return cause.code != errc::permission && cause.code != errc::invalid_argument && cause.code != errc::too_large &&
         cause.code != errc::refused;
}

io::task<result<void>> make_missing_topics(rocketmq::client& bus, topic_names names, topic_sizes sizes, std::string name_servers,
                                           steady_time deadline) {
  rocketmq::admin at(bus);
  const std::array wanted{std::pair{names.requests, sizes.requests}, std::pair{names.responses, sizes.responses},
                          std::pair{names.events, sizes.events}};
  for (const auto& [name, queues] : wanted) {
    rocketmq::topic_settings settings{.name = name, .read_queues = queues, .write_queues = queues};
    auto made = co_await at.async_create_topic(settings, left_until(deadline), true);
    if (made) continue;
    auto cause = std::move(made).error();
    if (!may_pass(cause)) cause.message += "; " + remedy(settings, name_servers);
    co_return std::move(cause).with_context("topic " + name + ": ");
  }
  co_return result<void>{};
}

io::task<result<void>> make_missing_group(rocketmq::client& bus, std::string group, std::string name_servers, steady_time deadline) {
  rocketmq::admin at(bus);
  rocketmq::group_settings settings{.name = group};
  auto made = co_await at.async_create_group(settings, left_until(deadline), true);
  if (made) co_return made;
  auto cause = std::move(made).error();
  if (!may_pass(cause)) {
    cause.message += fmt::format("; create it with: mqadmin updateSubGroup -n '{}' -c DefaultCluster -g {}", name_servers, group);
  }
  co_return std::move(cause).with_context("group " + group + ": ");
}

}  // namespace parley::chat
