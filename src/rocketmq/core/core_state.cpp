// Making and unmaking of the core's parts.
#include "core/core_state.hpp"

#include "core/client_id.hpp"

#include <exception>

namespace parley::rocketmq::core {
namespace {

std::string client_id_of(const client_options& options) {
  auto random = random_source::from_system();
  return make_client_id(own_ipv4(), options.instance_name, random);
}

std::vector<endpoint> usable(const result<std::vector<endpoint>>& parsed) {
  // Never asked: start() refuses.
  return parsed ? *parsed : std::vector<endpoint>{endpoint{}};
}

}  // namespace

client_core::state::state(client_options options, boost::asio::io_context* callers)
    : own_context_(callers == nullptr ? std::make_unique<boost::asio::io_context>(1) : nullptr),
      io_(callers == nullptr ? *own_context_ : *callers),
      context(options, client_id_of(options), io_.get_executor()),
      name_servers(parse_endpoints(options.name_servers)),
      servers(context, usable(name_servers)),
      routes(context, servers),
      groups(context, routes),
      watch(context, routes, groups, servers),
      stop_ended(context.executor) {
  context.dialer.on_request([this](const std::shared_ptr<remoting::connection>& from, remoting::command request) {
    return groups.on_request(request, [weak = std::weak_ptr(from)](remoting::command answer) {
      const auto still = weak.lock();
      if (still) static_cast<void>(still->reply(std::move(answer)));  // gone: nobody waits for it any more
    });
  });
  context.dialer.on_lost([this](const endpoint& address, const error& why) {
    context.log().info("a connection is lost", {{"address", address.to_string()}, {"error", why.message}});
    groups.connection_lost(address);
  });
}

client_core::state::~state() {
  if (!thread.joinable()) return;
  if (thread.get_id() == std::this_thread::get_id()) {
    thread.detach();
  } else {
    thread.join();
  }
}

void client_core::state::run() {
  while (true) {
    try {
      io_.run();
      return;
    } catch (const std::exception& thrown) {
      context.log().error("an exception left a callback on the client's thread", {{"error", thrown.what()}});
    } catch (...) {
      context.log().error("something was thrown out of a callback on the client's thread");
    }
  }
}

}  // namespace parley::rocketmq::core
