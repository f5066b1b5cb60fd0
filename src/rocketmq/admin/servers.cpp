// Requests to one server.
#include "admin/servers.hpp"

#include "core/wire.hpp"

#include <parley/remoting/codec/bodies/broker.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/version.hpp>

#include <fmt/format.h>

#include <chrono>

namespace parley::rocketmq::administration {
namespace {

struct timed_answer {
  remoting::command answer;
  milliseconds round_trip{0};
};

// A request without fields, answered with success.
io::task<result<timed_answer>> ask_server(core_ptr core, endpoint address, std::int32_t code, std::string what, steady_time deadline) {
  remoting::command request{.code = code};
  const auto begin = core->time().steady_now();
  auto outcome = co_await core->call(address, std::move(request), deadline);
  if (!outcome.answer)
    co_return std::move(outcome.answer).error().with_context(fmt::format("{} of {}: ", what, address.to_string()));
  timed_answer out{.answer = std::move(*outcome.answer)};
  out.round_trip = std::chrono::duration_cast<milliseconds>(core->time().steady_now() - begin);
  if (out.answer.code != remoting::response_code::success) co_return core::refusal(what, address.to_string(), out.answer);
  co_return out;
}

}  // namespace

io::task<result<name_server_view>> ask_name_server(core_ptr core, endpoint address, steady_time deadline) {
  auto asked = co_await ask_server(core, address, remoting::request_code::get_broker_cluster_info, "the list of brokers", deadline);
  if (!asked) co_return asked.error();
  auto brokers = core::decode_brokers(asked->answer);
  if (!brokers) co_return std::move(brokers).error().with_context(address.to_string() + ": ");
  name_server_view out;
  out.address = std::move(address);
  out.version = remoting::version_name(asked->answer.version);
  out.round_trip = asked->round_trip;
  out.brokers = std::move(*brokers);
  co_return out;
}

io::task<result<broker_status>> ask_broker(core_ptr core, endpoint address, steady_time deadline) {
  auto asked = co_await ask_server(core, address, remoting::request_code::get_broker_runtime_info, "the figures", deadline);
  if (!asked) co_return asked.error();
  auto info = remoting::runtime_info::decode(asked->answer.body);
  if (!info) co_return std::move(info).error().with_context(address.to_string() + ": ");
  broker_status out;
  out.address = std::move(address);
  out.round_trip = asked->round_trip;
  out.figures = std::move(info->table);
  co_return out;
}

io::task<result<settings_by_name>> broker_settings(core_ptr core, endpoint address, steady_time deadline) {
  auto asked = co_await ask_server(core, address, remoting::request_code::get_broker_config, "the configuration", deadline);
  if (!asked) co_return asked.error();
  auto config = remoting::broker_config::decode(asked->answer.body);
  if (!config) co_return std::move(config).error().with_context(address.to_string() + ": ");
  co_return std::move(config->settings);
}

}  // namespace parley::rocketmq::administration
