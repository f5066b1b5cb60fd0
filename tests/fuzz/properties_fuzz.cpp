// Property blocks and tag expressions: any text.
#include "require.hpp"

#include <parley/base/limits.hpp>
#include <parley/remoting/codec/message.hpp>
#include <parley/remoting/codec/tags.hpp>

using namespace parley;
using namespace parley::remoting;

namespace {

void properties(std::string_view in) {
  const auto first = decode_properties(in);
  for (const auto& [key, value] : first) {
    fuzz::require(!key.empty() && !value.empty(), "no property is empty");
    fuzz::require(first.text(key) == value, "names are unique");
  }
  const auto out = encode_properties(first);
  if (!out) return;
  fuzz::require(out->size() <= limits::properties_bytes, "the block is bounded");
  fuzz::require(decode_properties(*out) == first, "properties are read as they were written");
}

void tags(std::string_view in) {
  const auto subscription = parse_tag_expression("topic", in);
  if (!subscription) return;
  fuzz::require(subscription->codes.size() <= subscription->tags.size(), "a tag has one code");
  for (const auto& tag : subscription->tags) fuzz::require(!tag.empty() && matches(*subscription, tag), "a tag matches itself");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text({data, size});
  properties(text);
  if (size <= 4096) tags(text);
  return 0;
}
