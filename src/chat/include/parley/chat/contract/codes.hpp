// The codes of error_detail that our server gives.
#pragma once

#include <string_view>

namespace parley::chat::error_code {

// Business: the request was understood and refused.
inline constexpr std::string_view unknown_action = "UNKNOWN_ACTION";
inline constexpr std::string_view bad_request = "BAD_REQUEST";
inline constexpr std::string_view not_a_member = "NOT_A_MEMBER";
inline constexpr std::string_view not_owner = "NOT_OWNER";
inline constexpr std::string_view insufficient_balance = "INSUFFICIENT_BALANCE";
inline constexpr std::string_view abnormal_user_state = "ABNORMAL_USER_STATE";
inline constexpr std::string_view too_large = "TOO_LARGE";
inline constexpr std::string_view rate_limited = "RATE_LIMITED";
// System: something that should work does not.
inline constexpr std::string_view store_unavailable = "STORE_UNAVAILABLE";
inline constexpr std::string_view internal_error = "INTERNAL_ERROR";

}  // namespace parley::chat::error_code
