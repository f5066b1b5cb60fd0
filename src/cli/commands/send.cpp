// `parley send`: one message, and its answer as a line of JSON.
#include "client_program.hpp"
#include "commands.hpp"

#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

namespace parley::cli {

namespace {

struct send_config {
  client_config client;
  std::string room{"room_001"};
  std::string request_id;
  std::vector<std::string> words;
};

io::task<int> send_one(chat::client& who, boost::json::object data, std::string request_id) {
  if (request_id.empty()) request_id = who.new_request_id();
  const chat::request_options how{.request_id = request_id};
  const auto answer = co_await who.request("send_message", std::move(data), how);
  co_return report_answer(answer, request_id);
}

int run_send(const send_config& config) {
  return run_client(config.client, chat_options(config.client), [&](program&, chat::client& who) {
    boost::json::object data;
    data.emplace("message", fmt::format("{}", fmt::join(config.words, " ")));
    data.emplace("room_id", config.room);
    return send_one(who, std::move(data), config.request_id);
  });
}

}  // namespace

void add_send(CLI::App& app, chosen_command& chosen) {
  const auto config = std::make_shared<send_config>();
  auto* command = app.add_subcommand("send", "send one message and print the answer");
  command->add_option("message", config->words, "the text; several words are joined with blanks")->required();
  command->add_option("--room", config->room, "the room")->envname("CHAT_ROOM")->capture_default_str();
  command->add_option("--request-id", config->request_id, "repeating a request with its id never sends it twice");
  add_client_flags(*command, config->client);
  command->callback([&chosen, config] { chosen = [config] { return run_send(*config); }; });
}

}  // namespace parley::cli
