// The program's log: one line a record, as text or JSON.
#include "log_lines.hpp"

#include <parley/base/clock.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <cctype>
#include <ctime>
#include <exception>
#include <utility>
#include <vector>

namespace parley::cli {

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
    for (const auto& field : fields) out += fmt::format(",{}:{}", quoted(field.key), quoted(field.value));
    out += "}\n";
    return out;
  }
  out = fmt::format("{} {:5} ", timestamp(at_ms), name_of(level));
  append_one_line(out, text);
  for (const auto& field : fields) out += fmt::format(" {}={}", field.key, plain(field.value) ? std::string(field.value) : quoted(field.value));
  out += '\n';
  return out;
}

log_lines::log_lines(int file, log_level least, log_format format, std::string pod_name, std::string pod_namespace)
    : file_(file), least_(least), format_(format), pod_name_(std::move(pod_name)), pod_namespace_(std::move(pod_namespace)) {}

void log_lines::write(log_level level, std::string_view text, std::span<const log_field> fields) noexcept {
  try {
    std::vector<log_field> all(fields.begin(), fields.end());
    if (!pod_name_.empty()) all.push_back({"pod_name", pod_name_});
    if (!pod_namespace_.empty()) all.push_back({"pod_namespace", pod_namespace_});
    const auto line = format_record(format_, system_clock().wall_ms(), level, text, all);
    // A log that cannot be written is no reason to stop.
    [[maybe_unused]] const auto written = ::write(file_, line.data(), line.size());
  } catch (const std::exception&) {
    // Out of memory: the record is lost, the program goes on.
  }
}

}  // namespace parley::cli
