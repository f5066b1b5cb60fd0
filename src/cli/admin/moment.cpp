// Moments as an administrator writes and reads them.
#include "admin/moment.hpp"

#include <parley/chat/contract/timestamp.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace parley::cli {
namespace {

constexpr std::int64_t the_end = -1;
constexpr std::int64_t least_ms = 100'000'000'000;  // March 1973; in seconds it is the year 5138

bool is_number(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

result<std::int64_t> parse_moment(std::string_view text) {
  if (text == "now") return the_end;
  if (text == "earliest" || text == "0") return 0;
  if (!is_number(text)) {
    const auto given = chat::parse_timestamp(text);
    if (given && *given >= 0) return *given;
    return fail(errc::invalid_argument,
                fmt::format("\"{:.64}\" is no moment: write now, earliest, 2026-11-24T09:30:00Z, or milliseconds since 1970", text));
  }
  std::int64_t ms = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (failure != std::errc{}) return fail(errc::invalid_argument, fmt::format("{:.64} milliseconds are too many", text));
  if (ms < least_ms) {
    return fail(errc::invalid_argument,
                fmt::format("{} milliseconds after 1970 are {}: are they seconds?", ms, chat::format_timestamp(ms)));
  }
  return ms;
}

std::string show_moment(std::int64_t ms) { return ms > 0 ? chat::format_timestamp(ms) : "-"; }

}  // namespace parley::cli
