// Where a library says what it does: silent unless given a sink.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace parley {

enum class log_level : std::uint8_t { debug, info, warn, error };
[[nodiscard]] std::string_view name_of(log_level level) noexcept;

/// One named value of a log line. The views live only during the call.
struct log_field {
  std::string_view key;
  std::string_view value;
};

/// Takes log lines. Called from any thread of the library that holds it; must not throw and should not block.
class log_sink {
 public:
  log_sink() = default;
  log_sink(const log_sink&) = delete;
  log_sink& operator=(const log_sink&) = delete;
  virtual ~log_sink() = default;

  [[nodiscard]] virtual bool enabled(log_level level) const noexcept = 0;
  virtual void write(log_level level, std::string_view text, std::span<const log_field> fields) noexcept = 0;
};

/// A handle to a sink, or to nothing. Cheap to copy; never a message body or a credential goes through it.
class logger {
 public:
  logger() = default;
  explicit logger(std::shared_ptr<log_sink> sink) noexcept : sink_(std::move(sink)) {}

  [[nodiscard]] bool enabled(log_level level) const noexcept { return sink_ && sink_->enabled(level); }
  void operator()(log_level level, std::string_view text, std::initializer_list<log_field> fields = {}) const noexcept {
    if (enabled(level)) sink_->write(level, text, std::span(fields.begin(), fields.size()));
  }
  void debug(std::string_view text, std::initializer_list<log_field> fields = {}) const noexcept {
    (*this)(log_level::debug, text, fields);
  }
  void info(std::string_view text, std::initializer_list<log_field> fields = {}) const noexcept {
    (*this)(log_level::info, text, fields);
  }
  void warn(std::string_view text, std::initializer_list<log_field> fields = {}) const noexcept {
    (*this)(log_level::warn, text, fields);
  }
  void error(std::string_view text, std::initializer_list<log_field> fields = {}) const noexcept {
    (*this)(log_level::error, text, fields);
  }

 private:
  std::shared_ptr<log_sink> sink_;
};

}  // namespace parley
