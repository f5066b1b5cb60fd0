// What doctor tells: one finding a thing that was looked at, and what to type where it is not well.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parley::cli::doctor {

enum class severity : std::uint8_t {
  ok,
  skipped,  ///< could not be looked at, or was not to be; `seen` says why
  warning,  ///< the chat works, and somebody should know
  failure,  ///< the chat does not work for somebody
};
[[nodiscard]] std::string_view name_of(severity how) noexcept;

/// Where a remedy is to be typed or written.
enum class tool : std::uint8_t { shell, environment, broker_conf, parley, mqadmin, kubectl };
[[nodiscard]] std::string_view name_of(tool where) noexcept;

/// One way to mend it. `text` is complete but for words in capitals between < and >, which nobody here can know.
struct remedy {
  tool with{tool::shell};
  std::string text;
  std::string note{};  ///< when or where, if that has to be said
  friend bool operator==(const remedy&, const remedy&) = default;
};

struct finding {
  severity how{severity::ok};
  std::string code;     ///< stable: scripts may rely on it
  std::string subject;  ///< the address, topic, group or client that it is about
  std::string seen;
  std::string why{};  ///< why it matters; empty when all is well
  std::vector<remedy> remedies{};
};

}  // namespace parley::cli::doctor
