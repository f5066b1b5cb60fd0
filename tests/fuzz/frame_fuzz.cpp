// Whole frames: what decodes is written again as a frame that decodes to the same; no request's fields break its reader.
#include "require.hpp"

#include <parley/remoting/codec/frame.hpp>
#include <parley/remoting/codec/requests.hpp>

using namespace parley;
using namespace parley::remoting;

namespace {

template <class... Requests>
void read_fields_as(const ext_fields& in) {
  (static_cast<void>(fuzz::decoded(Requests::read(in))), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const byte_view in(data, size);
  fuzz::decoded(frame_size(in));
  const auto first = decode_frame(in);
  if (!fuzz::decoded(first)) return 0;
  bytes out;
  fuzz::require(encode_frame(*first, out).has_value(), "a decoded frame can be written");
  const auto second = decode_frame(out);
  fuzz::require(second.has_value() && *second == *first, "a frame is read as it was written");
  fuzz::decoded(send_request::read(*first));
  read_fields_as<send_response, send_back_request, pull_request, pull_response, query_consumer_offset_request,
                 update_consumer_offset_request, max_offset_request, search_offset_request, offset_response, heartbeat_response,
                 unregister_request, reset_offset_request, consume_directly_request, create_topic_request, route_request,
                 end_transaction_request, check_transaction_request>(first->fields);
  return 0;
}
