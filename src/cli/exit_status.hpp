// What the program's exit status says to scripts.
#pragma once

namespace parley::cli {

inline constexpr int exit_ok = 0;
inline constexpr int exit_usage = 2;
inline constexpr int exit_business = 3;  ///< the request was understood and refused
inline constexpr int exit_system = 4;    ///< network, broker, store, time-out

}  // namespace parley::cli
