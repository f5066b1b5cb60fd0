// Requests for stored messages.
#include "admin/messages.hpp"

#include "core/names.hpp"
#include "core/received.hpp"

#include <parley/base/limits.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/message.hpp>
#include <parley/remoting/codec/requests/pull.hpp>

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

namespace parley::rocketmq::administration {
namespace {

namespace code = remoting::response_code;

constexpr std::int32_t most_messages = 64;  // maxMsgsNumBatch: what a broker gives for one key
constexpr std::size_t most_key_bytes = limits::properties_bytes;
constexpr std::int64_t index_step_ms = 1000;  // a broker's index knows seconds, rounded down

received_message to_received(remoting::stored_message&& in, const std::string& broker) {
  const message_queue from{in.topic, broker, in.queue_id};
  return core::to_received(std::move(in), from);
}

bool newer(const received_message& a, const received_message& b) noexcept {
  return a.store_timestamp_ms != b.store_timestamp_ms ? a.store_timestamp_ms > b.store_timestamp_ms
                                                      : a.commit_log_offset > b.commit_log_offset;
}

// What the masters of the topic's route have for the key: more than is wanted, since they look it up by hash. Newest first.
io::task<result<std::vector<received_message>>> query(core_ptr core, remoting::query_message_request request, steady_time deadline) {
  const auto what = "looking for a message of topic " + request.topic;
  const auto masters = co_await find_masters_of_topic(core, request.topic, deadline);
  if (!masters) co_return masters.error();
  std::vector<received_message> out;
  for (const auto& broker : *masters) {
    const auto answer = co_await ask(core, broker, request.to_command(), what, deadline);
    if (!answer) co_return answer.error();
    if (answer->code == code::query_not_found) continue;
    if (answer->code != code::success) co_return refusal(broker, what, *answer);
    auto batch = remoting::decode_messages(answer->body);
    if (batch.damage) co_return unreadable(broker, what, std::move(*batch.damage));
    for (auto& one : batch.messages) {
      if (one.topic == request.topic) out.push_back(to_received(std::move(one), broker.name));
    }
  }
  std::sort(out.begin(), out.end(), newer);
  co_return out;
}

io::task<result<received_message>> find_by_unique_key(core_ptr core, std::string topic, std::string id, steady_time deadline) {
  remoting::query_message_request request;
  request.topic = topic;
  request.key = id;
  request.end_ms = std::numeric_limits<std::int64_t>::max();
  request.unique_key = true;
  auto found = co_await query(core, std::move(request), deadline);
  if (!found) co_return found.error();
  for (auto& one : *found) {
    if (one.property("UNIQ_KEY") == id) co_return std::move(one);
  }
  co_return fail(errc::not_found, fmt::format("no broker of topic {} has a message {}", topic, id));
}

endpoint address_of(const remoting::message_host& host) {
  namespace ip = boost::asio::ip;
  ip::address_v4::bytes_type four{};
  std::copy_n(host.address.begin(), four.size(), four.begin());
  auto text = host.ipv6 ? ip::address_v6(host.address).to_string() : ip::address_v4(four).to_string();
  return {.host = std::move(text), .port = static_cast<std::uint16_t>(host.port)};
}

// The name that goes with the address. An id has a numeric address, which a broker that advertises a host name does not show:
// then the only one with this port is meant.
std::string broker_named(const std::vector<broker_info>& brokers, const endpoint& address) {
  std::set<std::string> of_port;
  for (const auto& broker : brokers) {
    for (const auto& [id, known] : broker.addresses) {
      if (known == address) return broker.name;
      if (known.port == address.port) of_port.insert(broker.name);
    }
  }
  return of_port.size() == 1 ? *of_port.begin() : std::string();
}

io::task<result<received_message>> find_by_offset_id(core_ptr core, std::string topic, remoting::offset_message_id id,
                                                     steady_time deadline) {
  const auto brokers = co_await find_brokers(core, deadline);
  if (!brokers) co_return brokers.error();
  const auto address = address_of(id.store_host);
  const master broker{.name = broker_named(*brokers, address), .address = address};
  const auto what = fmt::format("looking for a message at {}", id.physical_offset);
  const auto absent = fail(
      errc::not_found, fmt::format("broker {} has no message of topic {} at {}", address.to_string(), topic, id.physical_offset));
  remoting::view_message_request request;
  request.physical_offset = id.physical_offset;
  request.topic = topic;
  const auto answer = co_await ask(core, broker, request.to_command(), what, deadline);
  if (!answer) co_return answer.error();
  if (answer->code == code::system_error) co_return absent;  // the only thing that a broker says so of this request
  if (answer->code != code::success) co_return refusal(broker, what, *answer);
  // A place inside of another message gives bytes that are none.
  auto batch = remoting::decode_messages(answer->body);
  if (batch.messages.empty() || batch.messages.front().physical_offset != id.physical_offset) co_return absent;
  const bool stored_there = batch.messages.front().topic == topic;
  auto found = to_received(std::move(batch.messages.front()), broker.name);
  if (!stored_there && found.topic != topic) co_return absent;
  co_return found;
}

}  // namespace

std::optional<remoting::offset_message_id> as_offset_id(std::string_view text) {
  auto id = remoting::parse_offset_message_id(text);
  if (!id || id->store_host.port < 1 || id->store_host.port > std::numeric_limits<std::uint16_t>::max() || id->physical_offset < 0)
    return std::nullopt;
  return *id;
}

bool has_key(const received_message& message, std::string_view key) noexcept {
  for (std::string_view left = message.keys; !left.empty();) {
    const auto one = left.substr(0, left.find(' '));
    if (one == key) return true;
    left.remove_prefix(std::min(left.size(), one.size() + 1));
  }
  return false;
}

io::task<result<received_message>> find_message(core_ptr core, std::string topic, std::string id, steady_time deadline) {
  if (auto checked = core::check_topic(topic); !checked) co_return checked.error();
  if (id.empty() || id.size() > most_key_bytes)
    co_return fail(errc::invalid_argument, fmt::format("a message's id has 1 to {} bytes", most_key_bytes));
  const auto of_a_copy = as_offset_id(id);
  if (!of_a_copy) {
    auto found = co_await find_by_unique_key(core, std::move(topic), std::move(id), deadline);
    co_return found;
  }
  auto copy = co_await find_by_offset_id(core, topic, *of_a_copy, deadline);
  if (copy) co_return copy;
  // One unique key in many looks like it: that of a process whose number ends in 16 zero bits.
  auto found = co_await find_by_unique_key(core, std::move(topic), std::move(id), deadline);
  if (found) co_return found;
  co_return copy;
}

io::task<result<std::vector<received_message>>> find_messages(core_ptr core, std::string topic, std::string key, std::int32_t most,
                                                              std::int64_t from_ms, std::int64_t to_ms, steady_time deadline) {
  if (auto checked = core::check_topic(topic); !checked) co_return checked.error();
  if (key.empty() || key.size() > most_key_bytes)
    co_return fail(errc::invalid_argument, fmt::format("a key has 1 to {} bytes", most_key_bytes));
  if (most < 1 || most > most_messages)
    co_return fail(errc::invalid_argument, fmt::format("{} messages: 1 to {} are allowed", most, most_messages));
  if (from_ms < 0 || to_ms < from_ms)
    co_return fail(errc::invalid_argument, "the moments are milliseconds since 1970, the earlier one first");
  remoting::query_message_request request;
  request.topic = std::move(topic);
  request.key = key;
  request.max_messages = most;
  request.begin_ms = std::max<std::int64_t>(0, from_ms - index_step_ms);
  request.end_ms = to_ms;
  auto found = co_await query(core, std::move(request), deadline);
  if (!found) co_return found;
  std::erase_if(*found, [&](const received_message& one) {
    return one.store_timestamp_ms < from_ms || one.store_timestamp_ms > to_ms || !has_key(one, key);
  });
  if (found->size() > static_cast<std::size_t>(most)) found->resize(static_cast<std::size_t>(most));
  co_return found;
}

}  // namespace parley::rocketmq::administration
