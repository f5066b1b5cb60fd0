// Brings messages to a topic as they are, or takes a group's messages and gives them back: what no chat program would do.
#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace parley::rocketmq {
namespace {

constexpr milliseconds patience{30'000};

std::string text_of(const boost::json::object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  return value != nullptr ? boost::json::value_to<std::string>(*value) : std::string{};
}

/// Each line of standard input: {"body": "…", "tag": "…", "properties": {"name": "value"}}.
int bring(client& bus, const std::string& topic) {
  producer out(bus, {.group = "courier_producer", .send_timeout = patience});
  for (std::string line; std::getline(std::cin, line);) {
    const auto what = boost::json::parse(line).as_object();
    message one{.topic = topic, .body = text_of(what, "body"), .tag = text_of(what, "tag")};
    if (const auto* given = what.if_contains("properties")) {
      for (const auto& [name, value] : given->as_object())
        one.properties.emplace(name, boost::json::value_to<std::string>(value));
    }
    const auto outcome = out.send(std::move(one));
    if (outcome.stored()) continue;
    std::fprintf(stderr, "%s\n", outcome.cause.message.c_str());
    return 1;
  }
  return 0;
}

void say(const char* line) {
  std::puts(line);
  std::fflush(stdout);
}

/// As a member of the group, until standard input ends: "taken" for each message, at the end how many the broker has back.
int give_back(client& bus, const std::string& topic, const std::string& group) {
  push_consumer_options how{.group = group};
  how.subscriptions.emplace(topic, filter{});
  how.start = start_from::earliest;
  push_consumer member(bus, std::move(how), [](const received_message&) {
    say("taken");
    return consume_verdict::retry_later;
  });
  if (const auto started = member.start(); !started) {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
    return 1;
  }
  for (std::string line; std::getline(std::cin, line);) {
  }
  if (const auto stopped = member.stop(); !stopped) {
    std::fprintf(stderr, "%s\n", stopped.error().message.c_str());
    return 1;
  }
  say(std::to_string(member.stats().retried).c_str());
  return 0;
}

int run(int argc, char** argv) {
  const char* servers = std::getenv("ROCKETMQ_NAMESERVER");
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (servers == nullptr || (what != "bring" && what != "give-back") || argc != (what == "bring" ? 3 : 4)) {
    std::fprintf(stderr, "usage: ROCKETMQ_NAMESERVER=… chat_courier bring TOPIC | give-back TOPIC GROUP\n");
    return 2;
  }
  client bus({.name_servers = servers});
  if (!bus.start()) return 1;
  return what == "bring" ? bring(bus, argv[2]) : give_back(bus, argv[2], argv[3]);
}

}  // namespace
}  // namespace parley::rocketmq

int main(int argc, char** argv) { return parley::rocketmq::run(argc, argv); }
