// Pages of lists that are sorted by name.
#pragma once

#include "service/fields.hpp"

#include <parley/chat/contract/cursor.hpp>

#include <string>

namespace parley::chat {

struct list_query {
  std::string after;
  std::int64_t limit{0};
};

/// The fields `limit` (default 100, at most 200) and `cursor`.
[[nodiscard]] inline list_query list_query_from(field_reader& fields) {
  list_query out{.after = {}, .limit = fields.limit(100, 200)};
  const auto text = fields.optional_text("cursor");
  if (text.empty()) return out;
  auto after = decode_list_cursor(text);
  if (!after) fields.reject("cursor", "is none that this server gave");
  out.after = std::move(after).value_or("");
  return out;
}

}  // namespace parley::chat
