// Construction of what the core's parts share.
#include "core/core_context.hpp"

#include <parley/io/deadline.hpp>
#include <parley/io/stream.hpp>
#include <parley/io/tls.hpp>
#include <parley/remoting/acl.hpp>

#include <memory>
#include <utility>

namespace parley::rocketmq::core {
namespace {

// A broker that is back is to be found within a second: the longest pause between two attempts is half of that.
constexpr milliseconds longest_backoff{500};

/// TCP, or TLS over it. Where the TLS options cannot be used, `unusable` says why and nothing is dialled.
std::unique_ptr<io::connector> connecting(const client_options& options, const boost::asio::any_io_executor& executor,
                                          std::optional<error>& unusable) {
  if (!options.tls.enabled) return io::make_tcp_connector(executor);
  const io::tls_options tls{.ca_file = options.tls.ca_file,
                            .certificate_file = options.tls.certificate_file,
                            .key_file = options.tls.key_file,
                            .verify = options.tls.verify};
  auto made = io::make_tls_connector(executor, tls);
  if (made) return std::move(*made);
  unusable = made.error();
  return io::make_tcp_connector(executor);
}

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
      dialer(connecting(options, executor, unusable), executor, dialing(options), random_source(random.next()), time) {
  if (options.address_map) dialer.map_addresses(options.address_map);
  if (options.acl.access_key.empty()) return;
  dialer.sign_with([with = remoting::acl_credentials{options.acl.access_key, options.acl.secret_key, options.acl.security_token}](
                       remoting::command& request) { remoting::sign(request, with); });
}

io::task<bool> core_context::sleep(milliseconds duration) {
  if (gate.stopping()) co_return false;
  const auto slept = co_await io::sleep_for(duration);
  co_return slept.has_value() && !gate.stopping();
}

}  // namespace parley::rocketmq::core
