// What the version number in a header stands for.
#pragma once

#include <cstdint>
#include <string>

namespace parley::remoting {

/// Apache's name of an MQVersion ordinal, such as "V5_5_0", for 4.0.0 to 5.9.9; other numbers in parentheses: "(37)".
[[nodiscard]] std::string version_name(std::int32_t ordinal);

}  // namespace parley::remoting
