// Stored messages as people and programs are shown them.
#include "admin/message_views.hpp"

#include "admin/moment.hpp"
#include "terminal/harmless.hpp"

#include <parley/base/bytes.hpp>
#include <parley/base/utf8.hpp>

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace parley::cli {
namespace {

namespace json = boost::json;
using rocketmq::received_message;

// JSON is UTF-8; properties are whatever their producer wrote.
json::string text_of(std::string_view in) {
  if (valid_utf8(in)) return json::string(in);
  return json::string(to_utf8(code_points(in)));
}

void add_body(std::string& out, std::string_view body) {
  if (!valid_utf8(body)) {
    out += fmt::format("\n  no text, in hexadecimal: {}\n", to_hex(as_bytes(body)));
    return;
  }
  out += '\n';
  while (!body.empty()) {
    const auto line = body.substr(0, body.find('\n'));
    out += fmt::format("  {}\n", harmless(line));
    body.remove_prefix(std::min(body.size(), line.size() + 1));
  }
}

std::string as_text(const received_message& one, bool with_body) {
  std::string out;
  const auto add = [&out](std::string_view name, std::string_view value) {
    out += fmt::format("{:<18}{}\n", name, harmless(value));
  };
  add("message id", one.message_id);
  add("offset id", one.offset_message_id);
  add("topic", one.topic);
  if (one.queue.topic != one.topic) add("stored in topic", one.queue.topic);
  add("queue", fmt::format("{} of {}, at {}", one.queue.queue_id, one.queue.broker_name.empty() ? "?" : one.queue.broker_name,
                           one.queue_offset));
  add("tag", one.tag.empty() ? "-" : one.tag);
  add("keys", one.keys.empty() ? "-" : one.keys);
  add("sent", show_moment(one.born_timestamp_ms));
  add("stored", show_moment(one.store_timestamp_ms));
  add("given back", fmt::format("{} times", one.reconsume_times));
  add("body", fmt::format("{} bytes", one.body.size()));
  for (const auto& [name, value] : one.properties) add("property", name + "=" + value);
  if (with_body) add_body(out, one.body);
  return out;
}

json::object as_json(const received_message& one, bool with_body) {
  json::object properties;
  for (const auto& [name, value] : one.properties) properties.emplace(text_of(name), text_of(value));
  json::object out{{"message_id", text_of(one.message_id)},
                   {"offset_message_id", one.offset_message_id},
                   {"topic", one.topic},
                   {"stored_topic", one.queue.topic},
                   {"broker", one.queue.broker_name},
                   {"queue", one.queue.queue_id},
                   {"queue_offset", one.queue_offset},
                   {"tag", text_of(one.tag)},
                   {"keys", text_of(one.keys)},
                   {"born_ms", one.born_timestamp_ms},
                   {"stored_ms", one.store_timestamp_ms},
                   {"reconsume_times", one.reconsume_times},
                   {"body_bytes", one.body.size()}};
  out.emplace("properties", std::move(properties));
  if (!with_body) return out;
  if (valid_utf8(one.body)) {
    out.emplace("body", one.body);
  } else {
    out.emplace("body_hex", to_hex(as_bytes(one.body)));
  }
  return out;
}

}  // namespace

document show_messages(const std::vector<received_message>& messages, bool with_bodies) {
  document out;
  json::array all;
  for (const auto& one : messages) {
    if (!out.text.empty()) out.text += '\n';
    out.text += as_text(one, with_bodies);
    all.push_back(as_json(one, with_bodies));
  }
  out.json.emplace("messages", std::move(all));
  return out;
}

}  // namespace parley::cli
