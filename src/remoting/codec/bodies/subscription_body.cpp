// Subscriptions as JSON.
#include "bodies/subscription_body.hpp"

#include <charconv>

namespace parley::remoting {

subscription_data read_subscription(const body_object& in) {
  subscription_data out{.topic = in.text("topic"), .expression = in.text("subString"), .tags = in.texts("tagsSet")};
  // Go writes these numbers as strings: read as texts, both forms are the same.
  for (const auto& text : in.texts("codeSet")) {
    std::int32_t code{};
    const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), code);
    if (failure != std::errc{} || stop != text.data() + text.size()) in.body().refuse("codeSet", "32-bit integers");
    out.codes.push_back(code);
  }
  out.sub_version = in.int64("subVersion");
  out.class_filter = in.boolean("classFilterMode");
  out.expression_type = in.optional_text("expressionType").value_or("TAG");
  return out;
}

void write_subscription(json_writer& json, const subscription_data& in) {
  json.begin_object().member("topic", std::string_view(in.topic)).member("subString", std::string_view(in.expression));
  write_texts(json, "tagsSet", in.tags);
  json.key("codeSet").begin_array();
  for (const auto code : in.codes) json.value(code);
  json.end_array()
      .member("subVersion", in.sub_version)
      .member("classFilterMode", in.class_filter)
      .member("expressionType", std::string_view(in.expression_type))
      .end_object();
}

}  // namespace parley::remoting
