// The canonical form of what the codec reads.
#include "canonical.hpp"

#include <parley/remoting/codec/frame.hpp>
#include <parley/remoting/codec/header.hpp>
#include <parley/remoting/codec/message_id.hpp>
#include <parley/remoting/codec/tags.hpp>

#include <fmt/format.h>
#include <set>

namespace parley::interop {
namespace {

std::string hex(std::string_view in) { return to_hex(as_bytes(in)); }

/// Maps without an order, sorted by what they look like.
template <class Map>
std::string entries(const Map& in) {
  std::set<std::string> sorted;
  for (const auto& [key, value] : in) sorted.insert(hex(key) + ":" + hex(value));
  std::string out;
  for (const auto& entry : sorted) out.append(out.empty() ? "" : ",").append(entry);
  return out;
}

std::string host(const remoting::message_host& in) {
  return fmt::format("{}:{}", to_hex(byte_view(in.address).first(in.ipv6 ? 16 : 4)), in.port);
}

}  // namespace

std::string canonical(const remoting::command& in) {
  return fmt::format("{};{};{};{};{};{};{};{}", in.code, remoting::name_of(in.lang), in.version, in.opaque, in.flag,
                     in.remark ? hex(*in.remark) : "-", entries(in.fields), to_hex(in.body));
}

std::string canonical(const remoting::stored_message& in) {
  const remoting::offset_message_id id{.store_host = in.store_host, .physical_offset = in.physical_offset};
  return fmt::format("{};{};{};{};{};{};{};{};{};{};{};{};{};{};{}", hex(in.topic), in.queue_id, in.flag, in.queue_offset,
                     in.physical_offset, in.sys_flag & ~remoting::sys_flag::compressed, in.born_timestamp_ms, host(in.born_host),
                     in.store_timestamp_ms, host(in.store_host), in.reconsume_times, in.prepared_transaction_offset,
                     to_hex(in.body), canonical(in.properties), id.to_string());
}

std::string canonical(const remoting::message_properties& in) { return entries(in); }

std::string canonical(std::span<const remoting::batch_item> in) {
  std::string out;
  for (const auto& item : in) out += fmt::format("{}/{}/{}|", item.flag, to_hex(item.body), canonical(item.properties));
  return out;
}

result<std::string> decode_canonical(std::string_view kind, byte_view raw) {
  if (kind == "frame") {
    const auto in = remoting::decode_frame(raw);
    if (!in) return in.error();
    return canonical(*in);
  }
  if (kind == "message") {
    byte_reader reader(raw);
    const auto in = remoting::decode_message(reader);
    if (!in) return in.error();
    return canonical(*in);
  }
  if (kind == "batch") {
    const auto in = remoting::decode_batch(raw);
    if (!in) return in.error();
    return canonical(*in);
  }
  if (kind == "properties") return canonical(remoting::decode_properties(as_text(raw)));
  if (kind == "hash") return std::to_string(remoting::java_hash(as_text(raw)));
  return fail(errc::invalid_argument, fmt::format("'{}' is no kind", kind));
}

}  // namespace parley::interop
