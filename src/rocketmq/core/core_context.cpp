// Construction of what the core's parts share.
#include "core/core_context.hpp"

#include <parley/io/deadline.hpp>
#include <parley/io/stream.hpp>

namespace parley::rocketmq::core {
namespace {

// A broker that is back is to be found within a second: the longest pause between two attempts is half of that.
constexpr milliseconds longest_backoff{500};

remoting::dialer_options dialing(const client_options& options) {
  remoting::dialer_options out;
  out.connect_timeout = options.connect_timeout;
  out.backoff_most = longest_backoff;
  out.connection.log = options.log;
  return out;
}

}  // namespace

core_context::core_context(client_options given, std::string id, boost::asio::any_io_executor on)
    : options(std::move(given)),
      client_id(std::move(id)),
      time(system_clock()),
      executor(std::move(on)),
      random(random_source::from_system()),
      gate(executor),
      dialer(io::make_tcp_connector(executor), executor, dialing(options), random_source(random.next()), time) {
  if (options.address_map) dialer.map_addresses(options.address_map);
}

io::task<bool> core_context::sleep(milliseconds duration) {
  if (gate.stopping()) co_return false;
  const auto slept = co_await io::sleep_for(duration);
  co_return slept.has_value() && !gate.stopping();
}

}  // namespace parley::rocketmq::core
