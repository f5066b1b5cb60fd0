// Random commands and messages.
#include "generator.hpp"

#include <parley/remoting/codec/header.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <array>

namespace parley::interop {
namespace {

void append_point(std::string& out, std::uint64_t point) {
  const auto unit = [&](std::uint64_t bits) { out.push_back(static_cast<char>(bits)); };
  if (point < 0x80) {
    unit(point);
  } else if (point < 0x800) {
    unit(0xC0U | (point >> 6U));
    unit(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    unit(0xE0U | (point >> 12U));
    unit(0x80U | ((point >> 6U) & 0x3FU));
    unit(0x80U | (point & 0x3FU));
  } else {
    unit(0xF0U | (point >> 18U));
    unit(0x80U | ((point >> 12U) & 0x3FU));
    unit(0x80U | ((point >> 6U) & 0x3FU));
    unit(0x80U | (point & 0x3FU));
  }
}

/// A JSON string with every character written as an escape.
std::string escaped(std::string_view ascii) {
  std::string out = "\"";
  for (const char c : ascii) out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return out + "\"";
}

}  // namespace

std::string generator::name() {
  constexpr std::array<std::string_view, 4> tails{"", "\u00e9", "\u6807", "\U0001F600"};
  return fmt::format("n{}_{}{}", names_++, below(1000), tails[below(tails.size())]);
}

std::string generator::text(std::size_t least, std::size_t most) {
  std::string out;
  const auto size = least + below(most - least + 1);
  for (std::size_t i = 0; i < size; ++i) {
    switch (below(8)) {
      case 0: append_point(out, below(0x20)); break;
      case 1: append_point(out, 0x80 + below(0xD800 - 0x80)); break;
      case 2: append_point(out, 0x10000 + below(0x100000)); break;
      case 3: out.push_back("\"\\/'<&{}[]:,"[below(12)]); break;
      case 4: append_point(out, 0xE000 + below(0x2000)); break;
      default: append_point(out, 0x20 + below(0x5F)); break;
    }
  }
  return out;
}

bytes generator::noise(std::size_t size) {
  bytes out(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(below(256));
  return out;
}

std::string generator::scramble() {
  constexpr std::string_view alphabet = "abc\x01\x01\x02\x02";
  std::string out;
  for (auto left = below(60); left > 0; --left) out.push_back(alphabet[below(alphabet.size())]);
  return out;
}

remoting::command generator::command(remoting::header_type type) {
  remoting::command out{.code = static_cast<std::int32_t>(below(32768)),
                        .lang = static_cast<remoting::language>(below(14)),
                        .version = static_cast<std::int32_t>(below(600)),
                        .opaque = int32(),
                        .flag = static_cast<std::int32_t>(below(4)),
                        .type = type};
  // In binary a text of no length is absence.
  const std::size_t least = type == remoting::header_type::json ? 0 : 1;
  if (coin()) out.remark = text(least, 40);
  for (auto left = below(12); left > 0; --left) out.fields.set(name(), text(least, 60));
  out.always_write_fields = coin();
  if (coin()) out.body = noise(1 + below(300));
  return out;
}

bytes generator::loose_frame(const remoting::command& in) {
  std::vector<std::string> members{fmt::format("\"code\" : {}", in.code),
                                   fmt::format("\"flag\":{}", in.flag),
                                   fmt::format("{}:\"{}\"", escaped("language"), remoting::name_of(in.lang)),
                                   fmt::format("\n\"version\":\t{}", in.version),
                                   fmt::format("\"opaque\":{}", in.opaque),
                                   R"("unknown":[{"a":[null,-1.5e3,"}"]},true])"};
  if (!in.remark) members.emplace_back("\"remark\":null");
  std::string fields;
  for (const auto& [key, value] : in.fields) {
    const bool bare = value == "true" || value == "false" ||
                      (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos);
    fields += fmt::format("{}{}: {}", fields.empty() ? "" : " ,", escaped(key), bare ? value : escaped(value));
  }
  members.push_back("\"extFields\":{" + fields + "}");
  for (std::size_t i = members.size() - 1; i > 0; --i) std::swap(members[i], members[below(i + 1)]);
  std::string header = " {";
  for (std::size_t i = 0; i < members.size(); ++i) header.append(i == 0 ? "" : ", ").append(members[i]);
  header += "} ";
  bytes out;
  byte_writer writer(out);
  writer.write(static_cast<std::uint32_t>(4 + header.size() + in.body.size()));
  writer.write(static_cast<std::uint32_t>(header.size()));
  writer.append(header);
  writer.append(byte_view(in.body));
  return out;
}

remoting::message_properties generator::properties() {
  remoting::message_properties out;
  for (auto left = below(10); left > 0; --left) {
    auto value = text(1, 30);
    std::erase_if(value, [](char c) { return c == '\x01' || c == '\x02'; });
    if (!value.empty()) out.set(name(), value);
  }
  return out;
}

remoting::message_host generator::host() {
  remoting::message_host out{.ipv6 = below(3) == 0, .port = static_cast<std::int32_t>(below(65536))};
  const auto address = noise(out.ipv6 ? 16 : 4);
  std::copy(address.begin(), address.end(), out.address.begin());
  // Java turns an IPv4 address that is mapped into IPv6 back into IPv4.
  if (out.ipv6) out.address[0] = 0x20;
  return out;
}

remoting::stored_message generator::message() {
  remoting::stored_message out{.topic = text(1, 20),
                               .queue_id = int32(),
                               .flag = int32(),
                               .queue_offset = int64(),
                               .physical_offset = int64() & INT64_MAX,
                               .sys_flag = static_cast<std::int32_t>(below(4) << 2U),
                               .born_timestamp_ms = int64(),
                               .born_host = host(),
                               .store_timestamp_ms = int64(),
                               .store_host = host(),
                               .reconsume_times = int32(),
                               .prepared_transaction_offset = int64(),
                               .properties = properties()};
  // The second form of records is for long topics: Java chooses it by the topic's length, too.
  if (below(4) == 0) out.topic = "%RETRY%" + std::string(121 + below(128), 'g');
  if (out.topic.size() > 127 && out.topic[0] != '%') out.topic = name();
  out.body = coin() ? noise(1 + below(300)) : bytes(1 + below(9000), 'x');
  if (out.born_host.ipv6) out.sys_flag |= remoting::sys_flag::born_host_v6;
  if (out.store_host.ipv6) out.sys_flag |= remoting::sys_flag::store_host_v6;
  return out;
}

remoting::stored_message generator::stored(const remoting::stored_message& in) {
  auto out = in;
  const auto choice = below(5);
  if (choice > 2) return out;
  const auto kind = static_cast<remoting::compression>(choice);
  out.body = remoting::deflate(in.body, kind).value();
  out.sys_flag |= remoting::flags_of(kind);
  return out;
}

std::vector<remoting::batch_item> generator::batch() {
  std::vector<remoting::batch_item> out;
  for (auto left = 1 + below(5); left > 0; --left) {
    out.push_back({.flag = int32(), .properties = properties(), .body = noise(1 + below(50))});
  }
  return out;
}

remoting::message_queue generator::queue() {
  return {.topic = name(), .broker_name = name(), .queue_id = static_cast<std::int32_t>(below(16))};
}

}  // namespace parley::interop
