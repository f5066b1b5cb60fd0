// A chat client that keeps talking, for fault tests: what became of each message, and every event, as lines of JSON.
#include <parley/base/log.hpp>
#include <parley/chat/client/client.hpp>
#include <parley/io/deadline.hpp>
#include <parley/rocketmq/client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace parley::chat {
namespace {

constexpr milliseconds start_patience{30'000};
constexpr milliseconds stop_patience{5000};
constexpr milliseconds deadline_of_a_message{10'000};
constexpr milliseconds event_patience{60'000};

struct talk {
  std::string user;
  milliseconds pause{0};
};

/// What the talk shares with the messages that are under way.
struct progress {
  bool enough{false};  // SIGTERM came
  std::int64_t under_way{0};
  std::int64_t last_seq{0};
  std::int64_t seen_seq{0};
  std::int64_t held_up_ms{0};  // by how much timers came late since the start: the machine's doing, not the client's
};

std::string variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

void print(const boost::json::object& line) {
  std::puts(boost::json::serialize(line).c_str());
  std::fflush(stdout);
}

std::int64_t seq_of(const response& answer) {
  const auto* seq = answer.data.if_contains("seq");
  return seq != nullptr && seq->is_int64() ? seq->as_int64() : 0;
}

std::int64_t ms_since(steady_time begun) {
  return std::chrono::duration_cast<milliseconds>(system_clock().steady_now() - begun).count();
}

io::task<void> pause(progress& so_far, milliseconds length) {
  const auto begun = system_clock().steady_now();
  co_await io::sleep_for(length);
  so_far.held_up_ms += std::max<std::int64_t>(0, ms_since(begun) - length.count());
}

io::task<void> say(client& who, progress& so_far, std::string text, milliseconds until_late_is_known) {
  boost::json::object data;
  data.emplace("message", text);
  data.emplace("room_id", "fault");
  const auto begun = system_clock().steady_now();
  const auto held_up_before = so_far.held_up_ms;
  const auto answer = co_await who.request("send_message", std::move(data));
  const auto took = ms_since(begun);
  co_await io::sleep_for(until_late_is_known);
  --so_far.under_way;
  boost::json::object line{{"text", text}, {"ms", took}, {"held_up_ms", so_far.held_up_ms - held_up_before}};
  line.emplace("accepted", answer && answer->success);
  if (answer && answer->success) {
    line.emplace("seq", seq_of(*answer));
    so_far.last_seq = std::max(so_far.last_seq, seq_of(*answer));
  } else if (answer) {
    line.emplace("error", answer->failure ? answer->failure->code : "");
  } else {
    line.emplace("error", name_of(answer.error().code));
  }
  print(line);
}

io::task<void> keep_talking(boost::asio::io_context& context, client& who, progress& so_far, talk what) {
  for (std::int64_t number = 0; !so_far.enough; ++number) {
    ++so_far.under_way;
    boost::asio::co_spawn(context, say(who, so_far, what.user + " " + std::to_string(number), 2 * what.pause),
                          [](std::exception_ptr failure) {
                            if (failure) std::rethrow_exception(failure);
                          });
    co_await pause(so_far, what.pause);
  }
  const auto give_up = system_clock().steady_now() + event_patience;
  while (so_far.under_way > 0 || (so_far.seen_seq < so_far.last_seq && system_clock().steady_now() < give_up)) {
    co_await pause(so_far, milliseconds(20));
  }
}

io::task<int> live(boost::asio::io_context& context, rocketmq::client& bus, client& who, talk what) {
  progress so_far;
  boost::asio::signal_set signals(context, SIGTERM);
  signals.async_wait([&so_far](const boost::system::error_code& cancelled, int) { so_far.enough = !cancelled; });
  who.on_event("message_sent", [&so_far](const event& one) {
    so_far.seen_seq = one.seq;
    const boost::json::object line{{"event", one.seq}, {"text", one.message}};
    print(line);
  });
  const auto started = co_await who.start(system_clock().steady_now() + start_patience);
  if (started) {
    print({{"ready", true}});
    co_await keep_talking(context, who, so_far, std::move(what));
  } else {
    std::fprintf(stderr, "%s\n", started.error().message.c_str());
  }
  co_await who.stop(system_clock().steady_now() + stop_patience);
  co_await bus.async_stop(stop_patience);
  co_return started ? 0 : 4;
}

/// Warnings and worse, for whoever reads why a test failed.
class stderr_log : public log_sink {
 public:
  [[nodiscard]] bool enabled(log_level level) const noexcept override { return level >= log_level::info; }
  void write(log_level, std::string_view text, std::span<const log_field> fields) noexcept override {
    std::string line(text);
    for (const auto& field : fields) line.append(" ").append(field.key).append("=").append(field.value);
    std::fprintf(stderr, "%lld %s\n", static_cast<long long>(system_clock().wall_ms()), line.c_str());
  }
};

std::int64_t number_of(std::string_view text) {
  std::int64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

int run(int argc, char** argv) {
  if (argc != 3) return 2;
  boost::asio::io_context context(1);
  const logger log(std::make_shared<stderr_log>());
  rocketmq::client_options options;
  options.name_servers = variable("ROCKETMQ_NAMESERVER", "127.0.0.1:9876");
  options.log = log;
  rocketmq::client bus(options, context);
  if (!bus.start()) return 4;
  client_options how{.topics = topic_names::from_prefix(variable("CHAT_TOPIC_PREFIX", "TG001-chat-service"))};
  how.group = variable("ROCKETMQ_GROUP", "chat_client_group");
  how.user_id = argv[1];
  how.events = true;
  how.deadline = deadline_of_a_message;
  client who(bus, context.get_executor(), how, log);
  int status = 4;
  const talk what{.user = argv[1], .pause = milliseconds{number_of(argv[2])}};
  boost::asio::co_spawn(context, live(context, bus, who, what), [&status](std::exception_ptr failure, int given) {
    if (failure) std::rethrow_exception(failure);
    status = given;
  });
  context.run();
  return status;
}

}  // namespace
}  // namespace parley::chat

/// talker USER PAUSE_MS, until SIGTERM
int main(int argc, char** argv) { return parley::chat::run(argc, argv); }
