// The chat's bodies, cursors and timestamps: any text.
#include "require.hpp"

#include <parley/chat/contract/cursor.hpp>
#include <parley/chat/contract/event.hpp>
#include <parley/chat/contract/request.hpp>
#include <parley/chat/contract/response.hpp>
#include <parley/chat/contract/timestamp.hpp>

using namespace parley;
using namespace parley::chat;

namespace {

void refused(const bad_request& what) {
  fuzz::require(!what.cause.message.empty(), "a refusal has a sentence");
  fuzz::require(what.answerable || what.request_id.empty(), "an id is known only where there is one");
  response answer;
  answer.request_id = what.request_id;
  answer.failure = chat_error{.code = "BAD_REQUEST", .message = what.cause.message};
  const auto body = encode_response(answer);
  if (what.request_id.empty()) return;
  const auto back = decode_response(body);
  fuzz::require(back && back->request_id == what.request_id, "whoever is known can be answered");
}

void requests(std::string_view in) {
  const auto first = decode_request(in);
  if (!first) return refused(first.error());
  fuzz::require(in.size() <= max_request_bytes, "a request is bounded");
  fuzz::require(valid_id(first->request_id) && valid_id(first->user_id) && valid_id(first->action), "ids are valid");
  fuzz::require(content_hash(*first).size() == 64, "every request has a hash");
  const auto out = encode_request(*first);
  if (!out) return fuzz::require(out.error().code == errc::too_large, "a request that was read can be written, but for its size");
  const auto second = decode_request(*out);
  fuzz::require(second && second->request_id == first->request_id && second->user_id == first->user_id &&
                    second->action == first->action && second->data.size() == first->data.size(),
                "requests are read as they were written");
}

void responses(std::string_view in) {
  const auto first = decode_response(in);
  if (!fuzz::decoded(first)) return;
  fuzz::require(first->success != first->failure.has_value(), "success or a failure");
  fuzz::require(!first->failure || (!first->failure->code.empty() && !first->failure->message.empty()),
                "a failure says what it is");
  const auto second = decode_response(encode_response(*first));
  // What was wrapped or nested to the limit may be one level too deep now.
  if (second) fuzz::require(second->success == first->success && second->request_id == first->request_id, "read as written");
}

void events(std::string_view in) {
  const auto first = decode_event(in);
  if (!fuzz::decoded(first)) return;
  fuzz::require(first->seq >= 0, "no seq is negative");
  const auto second = decode_event(encode_event(*first));
  fuzz::require(second && second->type == first->type && second->seq == first->seq && second->message == first->message &&
                    second->message_id == first->message_id && second->timestamp == first->timestamp,
                "events are read as they were written");
}

void small_texts(std::string_view in) {
  if (const auto cursor = decode_cursor(in)) {
    fuzz::require(decode_cursor(encode_cursor(*cursor)) == cursor, "cursors are read as they were written");
  }
  if (const auto after = decode_list_cursor(in)) {
    fuzz::require(decode_list_cursor(encode_list_cursor(*after)) == after, "list cursors are read as they were written");
  }
  const auto ms = parse_timestamp(in);
  // An offset can carry the first and last hours of the calendar out of it.
  if (ms && *ms >= -62167219200000 && *ms <= 253402300799999) {
    fuzz::require(parse_timestamp(format_timestamp(*ms)) == ms, "times are read as they were written");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = as_text({data, size});
  requests(text);
  responses(text);
  events(text);
  small_texts(text);
  return 0;
}
