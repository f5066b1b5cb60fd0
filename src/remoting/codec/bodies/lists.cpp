// Lists of names as JSON.
#include <parley/remoting/codec/bodies/lists.hpp>

#include "bodies/body_writer.hpp"
#include "bodies/json_body.hpp"

namespace parley::remoting {
namespace {

result<bytes> encode_names(std::string_view what, std::string_view member, const std::vector<std::string>& names) {
  return write_body(what, [&](json_writer& json) {
    json.begin_object();
    write_texts(json, member, names);
    json.end_object();
  });
}

}  // namespace

result<bytes> consumer_list::encode() const { return encode_names("consumer list", "consumerIdList", client_ids); }

result<consumer_list> consumer_list::decode(byte_view in) {
  json_body body(in, "consumer list");
  consumer_list out{.client_ids = body.root().texts("consumerIdList")};
  return body.finish(std::move(out));
}

result<bytes> topic_list::encode() const { return encode_names("topic list", "topicList", topics); }

result<topic_list> topic_list::decode(byte_view in) {
  json_body body(in, "topic list");
  topic_list out{.topics = body.root().texts("topicList")};
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
