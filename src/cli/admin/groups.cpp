// `parley admin group`: list, progress, reset, connections, delete.
#include "admin/consent.hpp"
#include "admin/group_views.hpp"
#include "admin/moment.hpp"
#include "admin/subjects.hpp"

#include <fmt/format.h>

#include <memory>

namespace parley::cli {
namespace {

struct group_config : admin_config {
  std::string name;
  std::string topic;
  std::string to;
  bool yes{false};
  bool keep_offsets{false};
};

std::string check_moment(const std::string& text) {
  const auto parsed = parse_moment(text);
  return parsed ? std::string{} : parsed.error().message;
}

io::task<result<document>> list(rocketmq::admin& over, group_config, milliseconds deadline) {
  const auto groups = co_await over.async_groups(deadline);
  if (!groups) co_return groups.error();
  co_return show_groups(*groups);
}

io::task<result<document>> progress(rocketmq::admin& over, group_config config, milliseconds deadline) {
  const auto found = co_await over.async_progress(config.name, config.topic, deadline);
  if (!found) co_return found.error();
  co_return show_progress(config.name, *found);
}

io::task<result<document>> connections(rocketmq::admin& over, group_config config, milliseconds deadline) {
  const auto found = co_await over.async_connections(config.name, deadline);
  if (!found) co_return found.error();
  co_return show_connections(config.name, *found);
}

io::task<result<document>> reset(rocketmq::admin& over, group_config config, milliseconds deadline) {
  const auto moment = parse_moment(config.to);
  if (!moment) co_return moment.error();
  const auto positions = co_await over.async_reset_offsets(config.name, config.topic, *moment, deadline);
  if (!positions) co_return positions.error();
  co_return show_positions(config.name, config.topic, *moment, *positions);
}

io::task<result<document>> remove(rocketmq::admin& over, group_config config, milliseconds deadline) {
  const auto gone = co_await over.async_delete_group(config.name, !config.keep_offsets, deadline);
  if (!gone) co_return gone.error();
  document out{.text = fmt::format("the group {} is deleted\n", config.name), .json = {{"group", config.name}, {"deleted", true}}};
  co_return out;
}

using group_work = io::task<result<document>> (*)(rocketmq::admin&, group_config, milliseconds);

int run(const group_config& config, group_work work) {
  return run_admin(config, [&](rocketmq::admin& over, milliseconds deadline) { return work(over, config, deadline); });
}

int run_reset(const group_config& config) {
  const auto what = fmt::format(
      "The group {} will go on with topic {} at {}: what it has consumed since comes again, what it has not consumed before is "
      "skipped.",
      config.name, config.topic, config.to);
  if (const auto status = withheld(config.yes, what, config.name)) return *status;
  return run(config, reset);
}

int run_remove(const group_config& config) {
  const auto what = fmt::format(
      "The group {} will be gone on every broker{}, and with it its messages for retries and its dead letters.", config.name,
      config.keep_offsets ? "" : " with what it has committed");
  if (const auto status = withheld(config.yes, what, config.name)) return *status;
  return run(config, remove);
}

CLI::App* add(CLI::App& to, chosen_command& chosen, const std::shared_ptr<group_config>& config, const std::string& name,
              const std::string& description, int (*what)(const group_config&)) {
  auto* command = to.add_subcommand(name, description);
  if (name != "list") command->add_option("GROUP", config->name, "the consumer group")->required();
  command->callback([&chosen, config, what] { chosen = [config, what] { return what(*config); }; });
  return command;
}

}  // namespace

void add_admin_group(CLI::App& to, chosen_command& chosen) {
  auto* group = to.add_subcommand("group", "consumer groups");
  group->require_subcommand(1);
  auto config = std::make_shared<group_config>();
  auto* command = add(*group, chosen, config, "list", "name the groups, without RocketMQ's own",
                      [](const group_config& c) { return run(c, list); });
  add_admin_flags(*command, *config);

  config = std::make_shared<group_config>();
  command = add(*group, chosen, config, "progress", "show what a group has committed and how far that is behind",
                [](const group_config& c) { return run(c, progress); });
  command->add_option("--topic", config->topic, "only of this topic");
  add_admin_flags(*command, *config);

  config = std::make_shared<group_config>();
  command = add(*group, chosen, config, "reset", "let a group go on at another moment, after asking", run_reset);
  command->add_option("--topic", config->topic, "the topic")->required();
  command->add_option("--to", config->to, "now (the end), earliest, 2026-11-24T09:30:00Z, or milliseconds since 1970")
      ->required()
      ->check(CLI::Validator(check_moment, "TIME", "moment"));
  command->add_flag("--yes", config->yes, "do not ask");
  add_admin_flags(*command, *config);

  config = std::make_shared<group_config>();
  command = add(*group, chosen, config, "connections", "show who consumes as a group, and what",
                [](const group_config& c) { return run(c, connections); });
  add_admin_flags(*command, *config);

  config = std::make_shared<group_config>();
  command = add(*group, chosen, config, "delete", "delete a group with its retries and dead letters, after asking", run_remove);
  command->add_flag("--keep-offsets", config->keep_offsets, "a group of this name goes on where this one ended");
  command->add_flag("--yes", config->yes, "do not ask");
  add_admin_flags(*command, *config);
}

}  // namespace parley::cli
