// A member of a server's group that is not quite like the server, for tests of doctor: takes requests and answers none.
#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/push_consumer.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

std::string variable(const char* name, const char* otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

int run() {
  using namespace parley::rocketmq;
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  client_options options;
  options.name_servers = variable("ROCKETMQ_NAMESERVER", "127.0.0.1:9876");
  // Every copy of it has the same name, unless it is told one, as a program has whose author did not think of that.
  options.instance_name = variable("POD_NAME", "twin");
  client bus(std::move(options));
  if (const auto started = bus.start(); !started) return std::fprintf(stderr, "%s\n", started.error().message.c_str()), 1;
  push_consumer_options how;
  how.group = variable("ROCKETMQ_GROUP", "") + "_consumer";
  how.subscriptions.emplace(variable("CHAT_TOPIC_PREFIX", "") + "-requests", filter{});
  push_consumer member(bus, std::move(how), [](const received_message&) { return consume_verdict::done; });
  if (const auto started = member.start(); !started) return std::fprintf(stderr, "%s\n", started.error().message.c_str()), 1;
  std::puts("started");
  std::fflush(stdout);
  int which = 0;
  sigwait(&ending, &which);
  const auto stopped = bus.stop();
  return stopped ? 0 : 1;
}

}  // namespace

int main() { return run(); }
