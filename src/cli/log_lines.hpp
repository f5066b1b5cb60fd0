// The program's log: one line a record, as text or JSON.
#pragma once

#include <parley/base/log.hpp>

#include <span>
#include <string>
#include <string_view>

namespace parley::cli {

enum class log_format : std::uint8_t { text, json };

/// Writes each record with one system call to a file descriptor, so that lines of several threads do not mix. Control
/// characters in values are escaped: a record stays one line.
class log_lines : public log_sink {
 public:
  /// Pod name and namespace go into every line where they are not empty.
  log_lines(int file, log_level least, log_format format, std::string pod_name, std::string pod_namespace);

  [[nodiscard]] bool enabled(log_level level) const noexcept override { return level >= least_; }
  void write(log_level level, std::string_view text, std::span<const log_field> fields) noexcept override;

 private:
  int file_;
  log_level least_;
  log_format format_;
  std::string pod_name_;
  std::string pod_namespace_;
};

/// One record as a line with its end, for `at_ms` since the epoch.
[[nodiscard]] std::string format_record(log_format format, std::int64_t at_ms, log_level level, std::string_view text,
                                        std::span<const log_field> fields);

}  // namespace parley::cli
