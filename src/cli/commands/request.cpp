// `parley request`: any action of the contract, and its answer as a line of JSON.
#include "client_program.hpp"
#include "commands.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <utility>

namespace parley::cli {

namespace {

struct request_config {
  client_config client;
  std::string action;
  std::string data{"{}"};
  std::string request_id;
};

std::string check_object(const std::string& text) {
  boost::system::error_code wrong;
  const auto value = boost::json::parse(text, wrong);
  return !wrong && value.is_object() ? std::string{} : "must be a JSON object, such as '{\"room_id\":\"room_001\"}'";
}

io::task<int> ask_one(chat::client& who, std::string action, boost::json::object data, std::string request_id) {
  if (request_id.empty()) request_id = who.new_request_id();
  const chat::request_options how{.request_id = request_id};
  const auto answer = co_await who.request(std::move(action), std::move(data), how);
  co_return report_answer(answer, request_id);
}

int run_request(const request_config& config) {
  return run_client(config.client, chat_options(config.client), [&](program&, chat::client& who) {
    return ask_one(who, config.action, boost::json::parse(config.data).as_object(), config.request_id);
  });
}

}  // namespace

void add_request(CLI::App& app, chosen_command& chosen) {
  const auto config = std::make_shared<request_config>();
  auto* command = app.add_subcommand("request", "ask any action and print the answer");
  command->add_option("action", config->action, "such as list_rooms")->required();
  command->add_option("--data", config->data, "the request's data")
      ->check(CLI::Validator(check_object, "JSON", "object"))
      ->capture_default_str();
  command->add_option("--request-id", config->request_id, "repeating a request with its id never does it twice");
  add_client_flags(*command, config->client);
  command->callback([&chosen, config] { chosen = [config] { return run_request(*config); }; });
}

}  // namespace parley::cli
