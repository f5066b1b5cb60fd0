// A program's log: one line a record, as text or JSON, its level changeable while it runs, floods cut short.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/log.hpp>
#include <parley/ops/log_limit.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley::ops {

enum class log_format : std::uint8_t { text, json };

struct log_settings {
  int file{2};                           ///< a file descriptor, not closed
  std::optional<log_level> least{};      ///< nothing = off
  log_format format{log_format::json};
  std::string pod{};                     ///< these two go into every line where they are not empty
  std::string pod_namespace{};
};

/// Writes each record with one system call, so that lines of several threads do not mix. Control characters in values are
/// escaped: a record stays one line. A record that belongs to no request (has neither request_id nor trace_id) is subject to a
/// log_limit by its text, debug excepted. Thread-safe.
class log_lines : public log_sink {
 public:
  explicit log_lines(log_settings settings, const clock& time = system_clock());

  [[nodiscard]] bool enabled(log_level level) const noexcept override { return static_cast<int>(level) >= least_.load(std::memory_order_relaxed); }
  void write(log_level level, std::string_view text, std::span<const log_field> fields) noexcept override;
  /// From the next record on; nothing = off.
  void set_level(std::optional<log_level> least) noexcept;

 private:
  log_settings settings_;
  const clock& time_;
  std::atomic<int> least_;
  std::mutex limit_owner_;
  log_limit limit_;
};

/// "debug", "info", "warn", "error" or "off" in any case, and what other programs call them: trace, warning, critical, fatal, none.
/// False when it is no level.
[[nodiscard]] bool parse_log_level(std::string_view text, std::optional<log_level>& into);

/// One record as a line with its end, for `at_ms` since the epoch. Fields without a value are left out. Values of the fields that are numbers (latency_ms, offset, seq and
/// the like, see docs/operations.md) are written as numbers.
[[nodiscard]] std::string format_record(log_format format, std::int64_t at_ms, log_level level, std::string_view text,
                                        std::span<const log_field> fields);

}  // namespace parley::ops
