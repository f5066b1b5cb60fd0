// `parley admin message show`: a stored message by its id, or messages by a key.
#include "admin/message_views.hpp"
#include "admin/subjects.hpp"

#include <fmt/format.h>

#include <limits>
#include <memory>

namespace parley::cli {
namespace {

struct message_config : admin_config {
  std::string id;
  std::string topic;
  std::int32_t most{8};
  bool body{false};
};

// By id first: an id is never a key by chance.
io::task<result<document>> show(rocketmq::admin& over, message_config config, milliseconds deadline) {
  auto one = co_await over.async_find_message(config.topic, config.id, deadline);
  if (one) {
    std::vector<rocketmq::received_message> alone;
    alone.push_back(std::move(*one));
    co_return show_messages(alone, config.body);
  }
  if (one.error().code != errc::not_found) co_return one.error();
  const auto now = std::numeric_limits<std::int64_t>::max();
  const auto found = co_await over.async_find_messages(config.topic, config.id, config.most, 0, now, deadline);
  if (!found) co_return found.error();
  if (found->empty())
    co_return fail(errc::not_found, fmt::format("topic {} has no message with the id or key {:.64}", config.topic, config.id));
  co_return show_messages(*found, config.body);
}

int run_show(const message_config& config) {
  return run_admin(config, [&](rocketmq::admin& over, milliseconds deadline) { return show(over, config, deadline); });
}

}  // namespace

void add_admin_message(CLI::App& to, chosen_command& chosen) {
  auto* message = to.add_subcommand("message", "stored messages");
  message->require_subcommand(1);
  const auto config = std::make_shared<message_config>();
  auto* command = message->add_subcommand("show", "show a message by its id, or the newest with a key");
  command->add_option("ID", config->id, "the producer's or a broker's id of the message, or one of its keys")->required();
  command->add_option("--topic", config->topic, "its topic")->required();
  command->add_flag("--body", config->body, "print its body, too");
  command->add_option("--most", config->most, "of messages with the key, so many at most")->check(CLI::Range(1, 64))->capture_default_str();
  add_admin_flags(*command, *config);
  command->callback([&chosen, config] { chosen = [config] { return run_show(*config); }; });
}

}  // namespace parley::cli
