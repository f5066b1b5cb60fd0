// Compressed bodies: the first byte chooses which. What inflates stays under its bound; what is compressed inflates again.
#include "require.hpp"

#include <parley/remoting/codec/compression.hpp>

#include <algorithm>

using namespace parley;
using namespace parley::remoting;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto kind = static_cast<compression>(data[0] % 3);
  const byte_view in(data + 1, size - 1);
  constexpr std::size_t limit = 1U << 20U;
  const auto out = inflate(in, kind, limit);
  if (fuzz::decoded(out)) fuzz::require(out->size() <= limit, "inflation is bounded");
  const auto small = deflate(in, kind);
  fuzz::require(small.has_value(), "anything can be compressed");
  const auto again = inflate(*small, kind, in.size());
  fuzz::require(again.has_value() && std::ranges::equal(*again, in), "what was compressed inflates to the same");
  return 0;
}
