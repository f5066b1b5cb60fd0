// What a consumer subscribes to: a part of heartbeats, and of what a client tells of itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::remoting {

/// The expression that stands for every message.
inline constexpr std::string_view all_tags = "*";

struct subscription_data {
  std::string topic;
  std::string expression{all_tags};   ///< subString: what the user wrote
  std::vector<std::string> tags{};    ///< tagsSet; empty for all
  std::vector<std::int32_t> codes{};  ///< codeSet: java_hash of each tag
  std::int64_t sub_version{0};        ///< milliseconds of the last change; a broker refuses pulls that are ahead of it
  bool class_filter{false};
  std::string expression_type{"TAG"};
  friend bool operator==(const subscription_data&, const subscription_data&) = default;
};

}  // namespace parley::remoting
