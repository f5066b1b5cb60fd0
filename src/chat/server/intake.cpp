// What a message of the requests topic asks.
#include <parley/chat/server/intake.hpp>

#include <parley/chat/contract/names.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace parley::chat {

namespace {

constexpr std::size_t reply_to_bytes = 64;

std::string reply_to_of(const rocketmq::received_message& message) {
  const auto text = message.property(property::reply_to);
  return valid_reply_to(text) ? std::string(text) : std::string{};
}

std::string id_of(const rocketmq::received_message& message, std::string_view name) {
  const auto text = message.property(name);
  return valid_id(text) ? std::string(text) : std::string{};
}

}  // namespace

bool valid_reply_to(std::string_view text) noexcept {
  return !text.empty() && text.size() <= reply_to_bytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

asked read_request(const rocketmq::received_message& message) {
  auto decoded = decode_request(message.body);
  if (decoded) {
    request out = std::move(decoded).value();
    out.reply_to = reply_to_of(message);
    out.trace_id = id_of(message, property::trace_id);
    return out;
  }
  refusal out{std::move(decoded).error(), reply_to_of(message)};
  // A body's id goes back as it came, even an empty one; the property serves only where the body has none.
  if (!out.what.answerable) {
    out.what.request_id = id_of(message, property::request_id);
    out.what.answerable = !out.what.request_id.empty();
  }
  if (out.what.action.empty()) out.what.action = id_of(message, property::action);
  if (out.what.user_id.empty()) out.what.user_id = id_of(message, property::user_id);
  return out;
}

}  // namespace parley::chat
