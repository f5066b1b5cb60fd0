// What a server or client knows of the things it needs: for whoever asks whether it is ready.
#pragma once

#include <parley/base/clock.hpp>

#include <optional>
#include <string>

namespace parley::chat {

/// How often those look that have been told to.
inline constexpr milliseconds watch_period{1000};
/// Past this age a finding is no news: the look itself hangs.
inline constexpr milliseconds finding_lasts{3500};

/// The last look at one thing.
struct finding {
  std::optional<steady_time> seen_at{};  ///< none = nobody has looked yet
  std::string error{};                   ///< empty = it was good
};

}  // namespace parley::chat
