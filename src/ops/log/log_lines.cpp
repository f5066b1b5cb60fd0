// A program's log: one line a record, as text or JSON.
#include <parley/ops/log_lines.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <exception>
#include <utility>
#include <vector>

namespace parley::ops {

namespace {

std::string timestamp(std::int64_t at_ms) {
  const std::time_t seconds = at_ms / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                     utc.tm_min, utc.tm_sec, at_ms % 1000);
}

std::string quoted(std::string_view text) { return boost::json::serialize(boost::json::string_view(text.data(), text.size())); }

bool plain(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || byte == 0x7f || c == '"' || c == '=' || c == '\\') return false;
  }
  return !text.empty();
}

// Written as JSON numbers. Documented in docs/operations.md.
constexpr std::array<std::string_view, 14> numbers{"latency_ms", "offset",  "seq",     "first_seq", "last_seq", "rows",  "from",
                                                   "to",         "pause_ms", "added",  "removed",   "all",      "left_out", "attempts"};

bool is_number(std::string_view value) {
  if (value.starts_with('-')) value.remove_prefix(1);
  constexpr std::size_t most_digits = 19;
  if (value.empty() || value.size() > most_digits || (value.size() > 1 && value.front() == '0')) return false;
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string json_value(const log_field& field) {
  const bool number = std::find(numbers.begin(), numbers.end(), field.key) != numbers.end() && is_number(field.value);
  return number ? std::string(field.value) : quoted(field.value);
}

/// Such a record is written once for each request; the number of requests is not the log's to limit.
bool is_of_a_request(std::span<const log_field> fields) {
  return std::any_of(fields.begin(), fields.end(), [](const log_field& one) { return one.key == "request_id" || one.key == "trace_id"; });
}

int number_of(std::optional<log_level> least) { return least ? static_cast<int>(*least) : static_cast<int>(log_level::error) + 1; }

/// The text without what could end or forge a line.
void append_one_line(std::string& to, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    to += byte < ' ' || byte == 0x7f ? ' ' : c;
  }
}

}  // namespace

std::string format_record(log_format format, std::int64_t at_ms, log_level level, std::string_view text, std::span<const log_field> fields) {
  std::string out;
  if (format == log_format::json) {
    out = fmt::format(R"({{"ts":"{}","level":"{}","msg":{})", timestamp(at_ms), name_of(level), quoted(text));
    for (const auto& field : fields) {
      if (!field.value.empty()) out += fmt::format(",{}:{}", quoted(field.key), json_value(field));
    }
    out += "}\n";
    return out;
  }
  out = fmt::format("{} {:5} ", timestamp(at_ms), name_of(level));
  append_one_line(out, text);
  for (const auto& field : fields) {
    if (!field.value.empty()) out += fmt::format(" {}={}", field.key, plain(field.value) ? std::string(field.value) : quoted(field.value));
  }
  out += '\n';
  return out;
}

bool parse_log_level(std::string_view text, std::optional<log_level>& into) {
  std::string word(text);
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (word == "off" || word == "none") {
    into.reset();
  } else if (word == "debug" || word == "trace") {
    into = log_level::debug;
  } else if (word == "info") {
    into = log_level::info;
  } else if (word == "warn" || word == "warning") {
    into = log_level::warn;
  } else if (word == "error" || word == "critical" || word == "fatal") {
    into = log_level::error;
  } else {
    return false;
  }
  return true;
}

log_lines::log_lines(log_settings settings, const clock& time)
    : settings_(std::move(settings)), time_(time), least_(number_of(settings_.least)) {}

void log_lines::set_level(std::optional<log_level> least) noexcept { least_.store(number_of(least), std::memory_order_relaxed); }

void log_lines::write(log_level level, std::string_view text, std::span<const log_field> fields) noexcept {
  try {
    std::optional<std::uint64_t> left_out{0};
    if (level != log_level::debug && !is_of_a_request(fields)) {
      const std::lock_guard own(limit_owner_);
      left_out = limit_.admit(text, time_.steady_now());
    }
    if (!left_out) return;
    const auto count = std::to_string(*left_out);
    std::vector<log_field> all(fields.begin(), fields.end());
    if (*left_out > 0) all.push_back({"left_out", count});
    if (!settings_.pod.empty()) all.push_back({"pod", settings_.pod});
    if (!settings_.pod_namespace.empty()) all.push_back({"namespace", settings_.pod_namespace});
    const auto line = format_record(settings_.format, time_.wall_ms(), level, text, all);
    // A log that cannot be written is no reason to stop.
    [[maybe_unused]] const auto written = ::write(settings_.file, line.data(), line.size());
  } catch (const std::exception&) {
    // Out of memory: the record is lost, the program goes on.
  }
}

}  // namespace parley::ops
