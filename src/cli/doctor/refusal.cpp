// What an access-controlled cluster means by its refusals.
#include "doctor/refusal.hpp"

#include <string_view>

namespace parley::cli::doctor {
namespace {

/// What stands between two words of the text; empty where they do not.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const auto from = text.find(before);
  if (from == std::string_view::npos) return {};
  const auto rest = text.substr(from + before.size());
  const auto end = after.empty() ? rest.find_first_of(" ,;.") : rest.find(after);
  return rest.substr(0, end);
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

refusal read_refusal(const error& why) {
  const std::string_view text = why.message;
  if (why.remote_code < 0) return {};
  if (has(text, "username cannot be null") || has(text, "No accessKey is configured")) return {.kind = refusal_kind::key_missing};
  if (has(text, "heck signature failed")) {
    return {.kind = refusal_kind::signature_wrong, .user = std::string(between(text, "for accessKey=", ""))};
  }
  if (has(text, "No acl config for "))
    return {.kind = refusal_kind::key_unknown, .user = std::string(between(text, "No acl config for ", ""))};
  if (has(text, "User:") && (has(text, " is not found") || has(text, " not found."))) {
    return {.kind = refusal_kind::key_unknown, .user = std::string(between(text, "User:", " "))};
  }
  if (has(text, "User:") && has(text, " is disabled")) {
    return {.kind = refusal_kind::key_disabled, .user = std::string(between(text, "User:", " "))};
  }
  if (has(text, " has no permission to access ")) {
    return {.kind = refusal_kind::not_allowed,
            .user = std::string(between(text, "User:", " ")),
            .resource = std::string(between(text, " has no permission to access ", " from "))};
  }
  if (has(text, "No default permission for ")) {
    return {.kind = refusal_kind::not_allowed, .resource = std::string(between(text, "No default permission for ", ""))};
  }
  if (has(text, "Need admin permission")) return {.kind = refusal_kind::not_allowed};
  return {};
}

}  // namespace parley::cli::doctor
