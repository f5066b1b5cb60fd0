// A program that holds one chat client: connects, does its work, says goodbye.
#include "client_program.hpp"

#include "exit_status.hpp"
#include "operations/reports.hpp"

#include <cstdio>
#include <utility>

namespace parley::cli {

namespace {

constexpr milliseconds goodbye_at_most{5000};

io::task<int> live(program& on, chat::client& who, client_work work, milliseconds patience) {
  const auto started = co_await who.start(system_clock().steady_now() + patience);
  int status = exit_system;
  if (started) {
    auto doing = work(on, who);
    status = co_await std::move(doing);
  } else if (on.stop_asked()) {
    status = exit_ok;
  } else {
    std::fprintf(stderr, "parley: cannot connect: %s\n", started.error().message.c_str());
  }
  const auto stopped = co_await who.stop(system_clock().steady_now() + goodbye_at_most);
  if (!stopped) on.log().warn("the client did not stop cleanly", {{"error", stopped.error().message}});
  co_return status;
}

chat::chat_error as_chat_error(const error& cause) {
  chat::chat_error out{.code = "SYSTEM", .system = true, .retryable = true, .message = cause.message};
  if (cause.code == errc::timed_out) out.code = "TIMEOUT";
  if (cause.code == errc::invalid_argument || cause.code == errc::too_large) {
    out = {.code = "BAD_REQUEST", .message = cause.message};
  }
  return out;
}

}  // namespace

chat::client_options chat_options(const client_config& config) {
  chat::client_options out{.topics = chat::topic_names::from_prefix(config.bus.topic_prefix)};
  out.name_servers = config.bus.name_servers;
  out.group = config.bus.group;
  out.user_id = config.user_id;
  out.watch = !config.ops.empty();
  out.deadline = to_milliseconds(config.timeout_seconds);
  return out;
}

int run_client(const client_config& config, chat::client_options options, const client_work& work, const client_setup& setup) {
  const auto patience = options.deadline;
  return run_client(config, std::move(options), patience, work, setup);
}

int run_client(const client_config& config, chat::client_options options, milliseconds patience, const client_work& work,
               const client_setup& setup) {
  program on(config.bus);
  chat::client who(on.bus(), on.executor(), std::move(options), on.log());
  if (setup) setup(on, who);
  on.on_stop([&who] { who.give_up(); });
  if (const auto served = on.serve_operations(config.ops, [&] { return report_of(who, on.bus()); }); !served) {
    std::fprintf(stderr, "parley: %s\n", served.error().message.c_str());
    return exit_system;
  }
  return on.run([&] { return live(on, who, work, patience); });
}

bool print_line(std::string_view line) {
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0;
}

int report_answer(const result<chat::response>& answer, std::string_view request_id) {
  chat::response shown;
  if (answer) {
    shown = *answer;
  } else {
    shown.request_id = request_id;
    shown.failure = as_chat_error(answer.error());
  }
  if (!print_line(chat::encode_response(shown))) return exit_system;
  if (shown.success) return exit_ok;
  return shown.failure && shown.failure->system ? exit_system : exit_business;
}

}  // namespace parley::cli
