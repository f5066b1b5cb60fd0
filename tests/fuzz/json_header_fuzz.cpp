// Headers as JSON: what decodes is written again as a header that decodes to the same.
#include "require.hpp"

#include <parley/remoting/codec/header.hpp>

using namespace parley;
using namespace parley::remoting;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto first = decode_json_header({data, size});
  if (!fuzz::decoded(first)) return 0;
  bytes out;
  fuzz::require(encode_json_header(*first, out).has_value(), "a decoded header can be written");
  const auto second = decode_json_header(out);
  fuzz::require(second.has_value() && *second == *first, "a header is read as it was written");
  return 0;
}
