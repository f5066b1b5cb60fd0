// Rules for names.
#include "core/names.hpp"

#include <parley/base/limits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parley::rocketmq::core {
namespace {

constexpr std::string_view own_group_prefix = "CID_RMQ_SYS_";
constexpr std::array<std::string_view, 13> own_groups{"DEFAULT_CONSUMER",   "DEFAULT_PRODUCER",      "TOOLS_CONSUMER",    "SCHEDULE_CONSUMER",
                                                      "FILTERSRV_CONSUMER", "__MONITOR_CONSUMER",    "SELF_TEST_P_GROUP", "SELF_TEST_C_GROUP",
                                                      "CID_ONS-HTTP-PROXY", "CID_ONSAPI_PERMISSION", "CID_ONSAPI_OWNER",  "CID_ONSAPI_PULL",
                                                      "CLIENT_INNER_PRODUCER"};

bool allowed(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '%' || c == '|' || c == '_' || c == '-';
}

result<void> check_name(std::string_view what, std::string_view name, std::size_t most) {
  if (name.empty()) return fail(errc::invalid_argument, fmt::format("the {} is empty", what));
  if (name.size() > most) {
    return fail(errc::invalid_argument,
                fmt::format("the {} \"{}…\" has {} characters, {} are allowed", what, name.substr(0, 32), name.size(), most));
  }
  const auto bad = std::find_if_not(name.begin(), name.end(), allowed);
  if (bad != name.end()) {
    return fail(errc::invalid_argument, fmt::format("the {} \"{}\" has a character at position {} that is not one of [%|a-zA-Z0-9_-]",
                                                    what, name, bad - name.begin()));
  }
  return {};
}

}  // namespace

result<void> check_topic(std::string_view topic) {
  const bool of_a_group = topic.starts_with(retry_topic_prefix) || topic.starts_with(dead_letter_topic_prefix);
  return check_name("topic", topic, of_a_group ? limits::retry_topic_bytes : limits::topic_bytes);
}

result<void> check_group(std::string_view group) { return check_name("group", group, limits::group_bytes); }

bool is_own_group(std::string_view group) noexcept {
  return group.starts_with(own_group_prefix) || std::find(own_groups.begin(), own_groups.end(), group) != own_groups.end();
}

}  // namespace parley::rocketmq::core
