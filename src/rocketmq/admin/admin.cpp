// The public admin: each operation is a coroutine of its subject, in a blocking and an awaited form.
#include <parley/rocketmq/admin.hpp>

#include "admin/forms.hpp"
#include "admin/groups.hpp"
#include "admin/members.hpp"
#include "admin/messages.hpp"
#include "admin/offsets.hpp"
#include "admin/servers.hpp"
#include "admin/topics.hpp"

namespace parley::rocketmq {

namespace work = administration;

admin::admin(client& owner) : core_(owner.internals()) {}

result<void> admin::create_topic(topic_settings settings, milliseconds deadline, bool only_if_missing) {
  return work::blocking(work::create_topic, core_, deadline, std::move(settings), only_if_missing);
}
awaitable<result<void>> admin::async_create_topic(topic_settings settings, milliseconds deadline, bool only_if_missing) {
  return work::awaited(work::create_topic, core_, deadline, std::move(settings), only_if_missing);
}

result<void> admin::create_group(group_settings settings, milliseconds deadline, bool only_if_missing) {
  return work::blocking(work::create_group, core_, deadline, std::move(settings), only_if_missing);
}
awaitable<result<void>> admin::async_create_group(group_settings settings, milliseconds deadline, bool only_if_missing) {
  return work::awaited(work::create_group, core_, deadline, std::move(settings), only_if_missing);
}

result<topic_route> admin::route(std::string topic, milliseconds deadline) {
  return work::blocking(work::route, core_, deadline, std::move(topic));
}
awaitable<result<topic_route>> admin::async_route(std::string topic, milliseconds deadline) {
  return work::awaited(work::route, core_, deadline, std::move(topic));
}

result<std::vector<std::string>> admin::topics(milliseconds deadline) { return work::blocking(work::topics, core_, deadline); }
awaitable<result<std::vector<std::string>>> admin::async_topics(milliseconds deadline) {
  return work::awaited(work::topics, core_, deadline);
}

result<std::vector<broker_info>> admin::brokers(milliseconds deadline) {
  return work::blocking(work::find_brokers, core_, deadline);
}
awaitable<result<std::vector<broker_info>>> admin::async_brokers(milliseconds deadline) {
  return work::awaited(work::find_brokers, core_, deadline);
}

result<name_server_view> admin::ask_name_server(endpoint address, milliseconds deadline) {
  return work::blocking(work::ask_name_server, core_, deadline, std::move(address));
}
awaitable<result<name_server_view>> admin::async_ask_name_server(endpoint address, milliseconds deadline) {
  return work::awaited(work::ask_name_server, core_, deadline, std::move(address));
}

result<broker_status> admin::ask_broker(endpoint address, milliseconds deadline) {
  return work::blocking(work::ask_broker, core_, deadline, std::move(address));
}
awaitable<result<broker_status>> admin::async_ask_broker(endpoint address, milliseconds deadline) {
  return work::awaited(work::ask_broker, core_, deadline, std::move(address));
}

result<std::map<std::string, std::string, std::less<>>> admin::broker_settings(endpoint address, milliseconds deadline) {
  return work::blocking(work::broker_settings, core_, deadline, std::move(address));
}
awaitable<result<std::map<std::string, std::string, std::less<>>>> admin::async_broker_settings(endpoint address,
                                                                                                milliseconds deadline) {
  return work::awaited(work::broker_settings, core_, deadline, std::move(address));
}

result<void> admin::delete_topic(std::string topic, milliseconds deadline) {
  return work::blocking(work::delete_topic, core_, deadline, std::move(topic));
}
awaitable<result<void>> admin::async_delete_topic(std::string topic, milliseconds deadline) {
  return work::awaited(work::delete_topic, core_, deadline, std::move(topic));
}

result<std::vector<queue_status>> admin::topic_status(std::string topic, milliseconds deadline) {
  return work::blocking(work::topic_status, core_, deadline, std::move(topic));
}
awaitable<result<std::vector<queue_status>>> admin::async_topic_status(std::string topic, milliseconds deadline) {
  return work::awaited(work::topic_status, core_, deadline, std::move(topic));
}

result<std::vector<std::string>> admin::groups(milliseconds deadline) { return work::blocking(work::groups, core_, deadline); }
awaitable<result<std::vector<std::string>>> admin::async_groups(milliseconds deadline) {
  return work::awaited(work::groups, core_, deadline);
}

result<void> admin::delete_group(std::string group, bool offsets_too, milliseconds deadline) {
  return work::blocking(work::delete_group, core_, deadline, std::move(group), offsets_too);
}
awaitable<result<void>> admin::async_delete_group(std::string group, bool offsets_too, milliseconds deadline) {
  return work::awaited(work::delete_group, core_, deadline, std::move(group), offsets_too);
}

result<group_connections> admin::connections(std::string group, milliseconds deadline) {
  return work::blocking(work::connections, core_, deadline, std::move(group));
}
awaitable<result<group_connections>> admin::async_connections(std::string group, milliseconds deadline) {
  return work::awaited(work::connections, core_, deadline, std::move(group));
}

result<member_state> admin::member(std::string group, std::string client_id, milliseconds deadline) {
  return work::blocking(work::member, core_, deadline, std::move(group), std::move(client_id));
}
awaitable<result<member_state>> admin::async_member(std::string group, std::string client_id, milliseconds deadline) {
  return work::awaited(work::member, core_, deadline, std::move(group), std::move(client_id));
}

result<group_progress> admin::progress(std::string group, std::string topic, milliseconds deadline) {
  return work::blocking(work::progress, core_, deadline, std::move(group), std::move(topic));
}
awaitable<result<group_progress>> admin::async_progress(std::string group, std::string topic, milliseconds deadline) {
  return work::awaited(work::progress, core_, deadline, std::move(group), std::move(topic));
}

result<std::vector<queue_position>> admin::reset_offsets(std::string group, std::string topic, std::int64_t to_ms,
                                                         milliseconds deadline) {
  return work::blocking(work::reset_offsets, core_, deadline, std::move(group), std::move(topic), to_ms);
}
awaitable<result<std::vector<queue_position>>> admin::async_reset_offsets(std::string group, std::string topic,
                                                                          std::int64_t to_ms, milliseconds deadline) {
  return work::awaited(work::reset_offsets, core_, deadline, std::move(group), std::move(topic), to_ms);
}

result<received_message> admin::find_message(std::string topic, std::string id, milliseconds deadline) {
  return work::blocking(work::find_message, core_, deadline, std::move(topic), std::move(id));
}
awaitable<result<received_message>> admin::async_find_message(std::string topic, std::string id, milliseconds deadline) {
  return work::awaited(work::find_message, core_, deadline, std::move(topic), std::move(id));
}

result<std::vector<received_message>> admin::find_messages(std::string topic, std::string key, std::int32_t most,
                                                           std::int64_t from_ms, std::int64_t to_ms, milliseconds deadline) {
  return work::blocking(work::find_messages, core_, deadline, std::move(topic), std::move(key), most, from_ms, to_ms);
}
awaitable<result<std::vector<received_message>>> admin::async_find_messages(std::string topic, std::string key, std::int32_t most,
                                                                            std::int64_t from_ms, std::int64_t to_ms,
                                                                            milliseconds deadline) {
  return work::awaited(work::find_messages, core_, deadline, std::move(topic), std::move(key), most, from_ms, to_ms);
}

}  // namespace parley::rocketmq
