// `parley admin topic`: list, create, delete, route, status.
#include "admin/consent.hpp"
#include "admin/subjects.hpp"
#include "admin/topic_views.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>

namespace parley::cli {
namespace {

struct topic_config : admin_config {
  std::string name;
  bool all{false};
  bool yes{false};
  bool update{false};
  std::int32_t queues{8};
  std::string permission{"read-write"};
  std::string cluster;
};

const std::map<std::string, std::int32_t> permissions{{"read-write", 6}, {"read", 4}, {"write", 2}};

io::task<result<document>> list(rocketmq::admin& over, topic_config config, milliseconds deadline) {
  auto topics = co_await over.async_topics(deadline);
  if (!topics) co_return topics.error();
  if (config.all) co_return show_topics(*topics);
  const auto brokers = co_await over.async_brokers(deadline);
  if (!brokers) co_return brokers.error();
  std::erase_if(*topics, [&](const std::string& topic) { return is_internal(topic, *brokers); });
  co_return show_topics(*topics);
}

io::task<result<document>> create(rocketmq::admin& over, topic_config config, milliseconds deadline) {
  if (!config.update) {
    const auto there = co_await over.async_route(config.name, deadline);
    if (there) co_return fail(errc::refused, fmt::format("the topic {} is there already: --update changes it", config.name));
    if (there.error().code != errc::not_found) co_return there.error();
  }
  rocketmq::topic_settings settings{.name = config.name};
  settings.read_queues = config.queues;
  settings.write_queues = config.queues;
  settings.permission = permissions.at(config.permission);
  settings.cluster = config.cluster;
  const auto made = co_await over.async_create_topic(std::move(settings), deadline, false);
  if (!made) co_return made.error();
  const auto route = co_await over.async_route(config.name, deadline);
  if (!route) co_return route.error();
  co_return show_route(*route);
}

io::task<result<document>> remove(rocketmq::admin& over, topic_config config, milliseconds deadline) {
  const auto gone = co_await over.async_delete_topic(config.name, deadline);
  if (!gone) co_return gone.error();
  document out{.text = fmt::format("the topic {} is deleted\n", config.name), .json = {{"topic", config.name}, {"deleted", true}}};
  co_return out;
}

int run_remove(const topic_config& config) {
  const auto what = fmt::format("The topic {} and all its messages will be gone, on every broker.", config.name);
  if (const auto status = withheld(config.yes, what, config.name)) return *status;
  return run_admin(config, [&](rocketmq::admin& over, milliseconds deadline) { return remove(over, config, deadline); });
}

io::task<result<document>> route(rocketmq::admin& over, topic_config config, milliseconds deadline) {
  const auto found = co_await over.async_route(config.name, deadline);
  if (!found) co_return found.error();
  co_return show_route(*found);
}

io::task<result<document>> status(rocketmq::admin& over, topic_config config, milliseconds deadline) {
  const auto found = co_await over.async_topic_status(config.name, deadline);
  if (!found) co_return found.error();
  co_return show_status(config.name, *found);
}

using topic_work = io::task<result<document>> (*)(rocketmq::admin&, topic_config, milliseconds);

CLI::App* add(CLI::App& to, chosen_command& chosen, const std::shared_ptr<topic_config>& config, const std::string& name,
              const std::string& description, topic_work work) {
  auto* command = to.add_subcommand(name, description);
  command->callback([&chosen, config, work] {
    chosen = [config, work] {
      return run_admin(*config, [&](rocketmq::admin& over, milliseconds deadline) { return work(over, *config, deadline); });
    };
  });
  return command;
}

void add_create(CLI::App& topic, chosen_command& chosen) {
  const auto config = std::make_shared<topic_config>();
  auto* command = add(topic, chosen, config, "create", "make a topic on every master and wait until it can be used", create);
  command->add_option("NAME", config->name, "the topic")->required();
  command->add_option("--queues", config->queues, "queues on each broker")->check(CLI::Range(1, 1024))->capture_default_str();
  command->add_option("--permission", config->permission, "what clients may do")
      ->check(CLI::IsMember({"read-write", "read", "write"}))
      ->capture_default_str();
  command->add_option("--cluster", config->cluster, "only on this cluster's brokers; default: all");
  command->add_flag("--update", config->update, "change a topic that is there");
  add_admin_flags(*command, *config);
}

void add_delete(CLI::App& topic, chosen_command& chosen) {
  const auto config = std::make_shared<topic_config>();
  auto* command = topic.add_subcommand("delete", "delete a topic with its messages, after asking");
  command->add_option("NAME", config->name, "the topic")->required();
  command->add_flag("--yes", config->yes, "do not ask");
  add_admin_flags(*command, *config);
  command->callback([&chosen, config] { chosen = [config] { return run_remove(*config); }; });
}

}  // namespace

void add_admin_topic(CLI::App& to, chosen_command& chosen) {
  auto* topic = to.add_subcommand("topic", "topics");
  topic->require_subcommand(1);
  const auto listed = std::make_shared<topic_config>();
  auto* command = add(*topic, chosen, listed, "list", "name the topics", list);
  command->add_flag("--all", listed->all, "RocketMQ's own, and those for retries and dead letters, too");
  add_admin_flags(*command, *listed);
  add_create(*topic, chosen);
  add_delete(*topic, chosen);
  const auto routed = std::make_shared<topic_config>();
  command = add(*topic, chosen, routed, "route", "show where a topic's queues are", route);
  command->add_option("NAME", routed->name, "the topic")->required();
  add_admin_flags(*command, *routed);
  const auto measured = std::make_shared<topic_config>();
  command = add(*topic, chosen, measured, "status", "show how far each queue of a topic reaches", status);
  command->add_option("NAME", measured->name, "the topic")->required();
  add_admin_flags(*command, *measured);
}

}  // namespace parley::cli
