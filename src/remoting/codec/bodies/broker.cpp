// A broker's figures as JSON and its configuration as lines.
#include <parley/remoting/codec/bodies/broker.hpp>

#include "bodies/body_writer.hpp"
#include "bodies/json_body.hpp"

#include <parley/base/utf8.hpp>

#include <algorithm>

namespace parley::remoting {
namespace {

constexpr std::string_view info_name = "runtime info";

bool is_line(std::string_view text) noexcept { return text.find('\n') == std::string_view::npos; }

}  // namespace

result<bytes> runtime_info::encode() const {
  return write_body(info_name, [&](json_writer& json) {
    json.begin_object().key("table").begin_object();
    for (const auto& [name, text] : table) json.member(name, std::string_view(text));
    json.end_object().end_object();
  });
}

result<runtime_info> runtime_info::decode(byte_view in) {
  json_body body(in, info_name);
  const auto root = body.root();
  runtime_info out;
  root.each_member("table", [&](std::string_view name, const boost::json::value& value) {
    out.table.insert_or_assign(std::string(name), root.as_text("table", value));
  });
  return body.finish(std::move(out));
}

result<bytes> broker_config::encode() const {
  std::string out;
  for (const auto& [name, value] : settings) {
    if (name.empty() || name.find('=') != std::string::npos || !is_line(name) || !is_line(value)) {
      return fail(errc::invalid_argument, fmt::format("broker config: {:.64} is no line of name=value", name));
    }
    out.append(name).append(1, '=').append(value).append(1, '\n');
  }
  const auto raw = as_bytes(out);
  return bytes(raw.begin(), raw.end());
}

result<broker_config> broker_config::decode(byte_view in) {
  auto text = as_text(in);
  if (!valid_utf8(text)) return fail(errc::malformed, "broker config: the text is not UTF-8");
  broker_config out;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto split = line.find('=');
    if (split == std::string_view::npos || split == 0) continue;
    out.settings.insert_or_assign(std::string(line.substr(0, split)), std::string(line.substr(split + 1)));
  }
  return out;
}

}  // namespace parley::remoting
