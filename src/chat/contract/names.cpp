// The topics of an installation.
#include <parley/chat/contract/names.hpp>

namespace parley::chat {

topic_names topic_names::from_prefix(std::string_view prefix) {
  const std::string base(prefix);
  return {.requests = base + "-requests", .responses = base + "-responses", .events = base + "-events"};
}

}  // namespace parley::chat
