// Requests about consumer groups.
#include "admin/groups.hpp"

#include "admin/group_pages.hpp"
#include "admin/topics.hpp"
#include "core/names.hpp"

#include <parley/remoting/codec/bodies/config.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/group.hpp>

#include <fmt/format.h>

namespace parley::rocketmq::administration {
namespace {

namespace code = remoting::response_code;

// The masters that say that they do not have the group. One that does not know the question is not among them.
io::task<result<std::vector<master>>> masters_without(core_ptr core, std::string group, std::vector<master> masters,
                                                      steady_time deadline) {
  std::vector<master> out;
  for (const auto& broker : masters) {
    remoting::group_config_request question;
    question.group = group;
    const auto answer = co_await ask(core, broker, question.to_command(), "looking for group " + group, deadline);
    if (!answer) co_return answer.error();
    if (answer->code == code::subscription_group_not_exist) out.push_back(broker);
  }
  co_return out;
}

io::task<result<std::vector<master>>> masters_with(core_ptr core, std::string group, std::vector<master> masters,
                                                   steady_time deadline) {
  std::vector<master> out;
  for (const auto& broker : masters) {
    const auto known = co_await groups_of(core, broker, deadline);
    if (!known) co_return known.error();
    if (known->contains(group)) out.push_back(broker);
  }
  co_return out;
}

// A broker of 5.5 that creates groups by itself makes one again, in the act of deleting it, whose offsets are kept.
io::task<result<void>> check_gone(core_ptr core, std::string group, std::vector<master> masters, steady_time deadline) {
  const auto left = co_await masters_with(core, group, std::move(masters), deadline);
  if (!left) co_return left.error();
  if (left->empty()) co_return result<void>();
  co_return fail(errc::refused,
                 fmt::format("broker {} has made the group {} again: it creates groups by itself, and does so unless the "
                             "group's offsets are deleted, too",
                             left->front().name, group));
}

error unknown_group(const core_ptr& core, const std::string& group) {
  return fail(errc::not_found, fmt::format("no broker behind {} knows the group {}", core->name_servers(), group));
}

}  // namespace

io::task<result<std::set<std::string, std::less<>>>> groups_of(core_ptr core, master broker, steady_time deadline) {
  const std::string what = "the list of groups";
  group_pages pages;
  while (true) {
    const auto answer = co_await ask(core, broker, pages.next().to_command(), what, deadline);
    if (!answer) co_return answer.error();
    if (answer->code != code::success) co_return refusal(broker, what, *answer);
    const auto page = remoting::subscription_groups::decode(answer->body);
    if (!page) co_return unreadable(broker, what, page.error());
    const auto header = remoting::all_groups_response::read(answer->fields);
    if (!header) co_return unreadable(broker, what, header.error());
    const auto more = pages.take(*page, *header);
    if (!more) co_return unreadable(broker, what, more.error());
    if (!*more) co_return pages.names();
  }
}

io::task<result<void>> check_group_exists(core_ptr core, std::string group, std::vector<master> masters, steady_time deadline) {
  const auto knowing = co_await masters_with(core, group, std::move(masters), deadline);
  if (!knowing) co_return knowing.error();
  if (knowing->empty()) co_return unknown_group(core, group);
  co_return result<void>();
}

io::task<result<void>> create_group(core_ptr core, group_settings settings, bool only_if_missing, steady_time deadline) {
  if (auto checked = core::check_group(settings.name); !checked) co_return checked;
  remoting::subscription_group_config config;
  config.group = settings.name;
  config.retry_queues = settings.retry_queues;
  config.retry_max_times = settings.retry_max_times;
  config.consume_broadcast_enable = settings.consume_broadcast;
  auto body = config.encode();
  if (!body) co_return body.error();
  remoting::command request{.code = remoting::request_code::update_and_create_subscription_group};
  request.body = std::move(*body);
  auto masters = co_await find_masters(core, settings.cluster, deadline);
  if (masters && only_if_missing) masters = co_await masters_without(core, settings.name, std::move(*masters), deadline);
  if (!masters) co_return masters.error();
  auto what = fmt::format("creating group {}", settings.name);
  auto told = co_await tell_all(core, std::move(*masters), std::move(request), std::move(what), deadline);
  co_return told;
}

io::task<result<std::vector<std::string>>> groups(core_ptr core, steady_time deadline) {
  const auto masters = co_await find_masters(core, all_clusters, deadline);
  if (!masters) co_return masters.error();
  std::set<std::string, std::less<>> names;
  for (const auto& broker : *masters) {
    auto known = co_await groups_of(core, broker, deadline);
    if (!known) co_return known.error();
    names.merge(*known);
  }
  std::erase_if(names, core::is_own_group);
  co_return std::vector<std::string>(names.begin(), names.end());
}

io::task<result<void>> delete_group(core_ptr core, std::string group, bool offsets_too, steady_time deadline) {
  if (auto checked = core::check_group(group); !checked) co_return checked;
  auto masters = co_await find_masters(core, all_clusters, deadline);
  if (!masters) co_return masters.error();
  auto holders = co_await masters_with(core, group, std::move(*masters), deadline);
  if (!holders) co_return holders.error();
  if (holders->empty()) co_return unknown_group(core, group);
  remoting::delete_group_request request;
  request.group = group;
  request.offsets_too = offsets_too;
  auto told = co_await tell_all(core, *holders, request.to_command(), "deleting group " + group, deadline);
  if (!told) co_return told;
  for (const auto prefix : {core::retry_topic_prefix, core::dead_letter_topic_prefix}) {
    auto removed = co_await delete_topic(core, std::string(prefix) + group, deadline);
    if (!removed && removed.error().code != errc::not_found) co_return removed;
  }
  if (offsets_too) co_return result<void>();
  auto gone = co_await check_gone(core, std::move(group), std::move(*holders), deadline);
  co_return gone;
}

}  // namespace parley::rocketmq::administration
