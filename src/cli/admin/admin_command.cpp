// What the administrator's commands share.
#include "admin/admin_command.hpp"

#include "client_program.hpp"
#include "exit_status.hpp"
#include "program.hpp"
#include "terminal/harmless.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>

namespace parley::cli {
namespace {

constexpr double longest_timeout_seconds = 86'400;

void say(const std::string& what) { std::fprintf(stderr, "parley admin: %s\n", harmless(what).c_str()); }

bool print(const document& what, bool json) {
  if (json) return print_line(boost::json::serialize(what.json));
  return std::fwrite(what.text.data(), 1, what.text.size(), stdout) == what.text.size() && std::fflush(stdout) == 0;
}

io::task<int> live(program& on, admin_config config, admin_work work) {
  rocketmq::admin over(on.bus());
  auto doing = work(over, to_milliseconds(config.timeout_seconds));
  const auto done = co_await std::move(doing);
  if (!done) {
    say(done.error().message);
    co_return exit_status_of(done.error());
  }
  if (!print(*done, config.json)) co_return exit_system;
  if (done->missing.empty()) co_return exit_ok;
  say(done->missing);
  co_return exit_system;
}

}  // namespace

void add_admin_flags(CLI::App& to, admin_config& config) {
  to.add_flag("--json", config.json, "print one JSON document");
  to.add_option("--timeout", config.timeout_seconds, "seconds that the command may take")
      ->envname("PARLEY_TIMEOUT")
      ->check(CLI::Range(0.001, longest_timeout_seconds))
      ->capture_default_str();
  add_cluster_flags(to, config.bus);
}

int run_admin(const admin_config& config, const admin_work& work) {
  program on(config.bus);
  // Nothing is worth waiting for: what is under way fails at once.
  on.on_stop([&on] {
    boost::asio::co_spawn(on.executor(), on.bus().async_stop(milliseconds{0}), [](const std::exception_ptr&, const result<void>&) {});
  });
  return on.run([&] { return live(on, config, work); });
}

int exit_status_of(const error& why) noexcept {
  switch (why.code) {
    case errc::invalid_argument: return exit_usage;
    case errc::not_found:
    case errc::refused:
    case errc::permission: return exit_business;
    default: return exit_system;
  }
}

}  // namespace parley::cli
