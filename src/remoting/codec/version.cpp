// Names of versions.
#include <parley/remoting/codec/version.hpp>

#include <fmt/format.h>

namespace parley::remoting {
namespace {

// From here on MQVersion names every version that has three digits, each first as a snapshot: 200 versions, 400 numbers.
constexpr std::int32_t first = 212;  // V4_0_0_SNAPSHOT
constexpr std::int32_t behind_last = 612;
constexpr std::int32_t first_major = 4;

}  // namespace

std::string version_name(std::int32_t ordinal) {
  if (ordinal < first || ordinal >= behind_last) return fmt::format("({})", ordinal);
  const auto version = (ordinal - first) / 2;
  const bool snapshot = (ordinal - first) % 2 == 0;
  return fmt::format("V{}_{}_{}{}", first_major + version / 100, version / 10 % 10, version % 10, snapshot ? "_SNAPSHOT" : "");
}

}  // namespace parley::remoting
