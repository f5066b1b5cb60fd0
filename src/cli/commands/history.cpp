// `parley history`: a room's messages, oldest first, one line of JSON each.
#include "client_program.hpp"
#include "commands.hpp"
#include "exit_status.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace parley::cli {

namespace {

struct history_config {
  client_config client;
  std::string room{"room_001"};
  std::int64_t limit{50};
  std::string cursor, sender, since, until, text;
  bool all{false};
  bool show_cursor{false};
};

boost::json::object question(const history_config& config, const std::string& cursor) {
  boost::json::object data;
  data.emplace("room_id", config.room);
  data.emplace("limit", config.limit);
  const std::pair<const char*, const std::string*> optional[] = {
      {"cursor", &cursor}, {"user_id", &config.sender}, {"since", &config.since}, {"until", &config.until}, {"text", &config.text}};
  for (const auto& [name, value] : optional) {
    if (!value->empty()) data.emplace(name, *value);
  }
  return data;
}

std::string next_cursor(const chat::response& page) {
  const auto* cursor = page.data.if_contains("next_cursor");
  return cursor != nullptr && cursor->is_string() ? std::string(cursor->as_string()) : std::string{};
}

int print_pages(const std::vector<boost::json::array>& newest_first, const std::string& cursor) {
  for (auto page = newest_first.rbegin(); page != newest_first.rend(); ++page) {
    for (const auto& message : *page) {
      if (!print_line(boost::json::serialize(message))) return exit_system;
    }
  }
  if (cursor.empty()) return exit_ok;
  const boost::json::object last{{"next_cursor", cursor}};
  return print_line(boost::json::serialize(last)) ? exit_ok : exit_system;
}

io::task<int> show(chat::client& who, history_config config) {
  std::vector<boost::json::array> pages;
  std::string cursor = config.cursor;
  do {
    auto data = question(config, cursor);
    auto answer = co_await who.request("get_history", std::move(data));
    if (!answer || !answer->success) co_return report_answer(answer);
    auto* messages = answer->data.if_contains("messages");
    if (messages != nullptr && messages->is_array()) pages.push_back(std::move(messages->as_array()));
    const auto next = next_cursor(*answer);
    if (!next.empty() && next == cursor) break;  // a foreign server's habit must not keep us here for ever
    cursor = next;
  } while (config.all && !cursor.empty());
  co_return print_pages(pages, config.show_cursor ? cursor : std::string{});
}

int run_history(const history_config& config) {
  return run_client(config.client, chat_options(config.client), [&](program&, chat::client& who) { return show(who, config); });
}

}  // namespace

void add_history(CLI::App& app, chosen_command& chosen) {
  const auto config = std::make_shared<history_config>();
  auto* command = app.add_subcommand("history", "print a room's messages, oldest first");
  command->add_option("--room", config->room, "the room")->envname("CHAT_ROOM")->capture_default_str();
  command->add_option("--limit", config->limit, "messages a page, at most 200")->check(CLI::Range(1, 200))->capture_default_str();
  command->add_flag("--all", config->all, "every page, not only the newest");
  command->add_option("--cursor", config->cursor, "the page that this cursor names");
  command->add_flag("--show-cursor", config->show_cursor, "ends with {\"next_cursor\":…} where there is more");
  command->add_option("--sender", config->sender, "only this user's messages");
  command->add_option("--since", config->since, "not before this time (RFC 3339)");
  command->add_option("--until", config->until, "not after this time (RFC 3339)");
  command->add_option("--text", config->text, "only messages that contain this");
  add_client_flags(*command, config->client);
  command->callback([&chosen, config] { chosen = [config] { return run_history(*config); }; });
}

}  // namespace parley::cli
