// What an access-controlled cluster means by its refusals.
#pragma once

#include <parley/base/error.hpp>

#include <cstdint>
#include <string>

namespace parley::cli::doctor {

enum class refusal_kind : std::uint8_t {
  none,             ///< not access control's
  key_missing,      ///< it wants to know who we are
  key_unknown,      ///< it does not know who we say we are
  key_disabled,     ///< it does, and has switched that user off
  signature_wrong,  ///< the secret does not belong to the key
  not_allowed,      ///< it knows us, and does not let us do that
};

struct refusal {
  refusal_kind kind{refusal_kind::none};
  std::string user{};      ///< as the broker names us
  std::string resource{};  ///< "Topic:orders", where the broker says it
};

/// By the broker's own words, which are RocketMQ's of 5 (its auth module) and of 4 (plain ACL).
[[nodiscard]] refusal read_refusal(const error& why);
/// Nothing at all is allowed to whom this is said.
[[nodiscard]] constexpr bool concerns_key(refusal_kind kind) noexcept {
  return kind != refusal_kind::none && kind != refusal_kind::not_allowed;
}

}  // namespace parley::cli::doctor
