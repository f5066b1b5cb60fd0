// Bodies of batch sends: written again as they were read.
#include "require.hpp"

#include <parley/remoting/codec/message.hpp>

using namespace parley;
using namespace parley::remoting;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto first = decode_batch({data, size});
  if (!fuzz::decoded(first)) return 0;
  bytes out;
  const auto done = encode_batch(*first, out);
  if (!done) {
    fuzz::require(done.error().code == errc::invalid_argument, "only a property with a separator in it cannot be written");
    return 0;
  }
  const auto second = decode_batch(out);
  fuzz::require(second.has_value() && *second == *first, "a batch is read as it was written");
  return 0;
}
