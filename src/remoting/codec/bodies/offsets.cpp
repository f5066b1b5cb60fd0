// Offsets by queue as Java's JSON.
#include <parley/remoting/codec/bodies/offsets.hpp>

#include "bodies/body_writer.hpp"
#include "bodies/json_body.hpp"

namespace parley::remoting {
namespace {

result<bytes> encode_table(std::string_view what, std::string_view member, const queue_offsets& offsets) {
  return write_body(what, [&](json_writer& json) {
    json.begin_object().key(member).begin_object();
    for (const auto& [queue, offset] : offsets) {
      write_queue(json, queue);
      json.end_key().value(offset);
    }
    json.end_object().end_object();
  });
}

queue_offsets read_table(const body_object& in, std::string_view member) {
  queue_offsets out;
  in.each_member(member, [&](std::string_view key, const boost::json::value& value) {
    out.insert_or_assign(in.body().queue_of_key(key), in.as_int64(member, value));
  });
  return out;
}

queue_offsets read_list(const body_object& in, std::string_view member) {
  queue_offsets out;
  in.each(member, [&](const body_object& entry) { out.insert_or_assign(entry.queue(), entry.int64("offset")); });
  return out;
}

}  // namespace

result<bytes> offset_table::encode() const { return encode_table("offset table", "offsetTable", offsets); }

result<offset_table> offset_table::decode(byte_view in) {
  json_body body(in, "offset table");
  const auto root = body.root();
  offset_table out{.offsets = root.is_array("offsetTable") ? read_list(root, "offsetTable") : read_table(root, "offsetTable")};
  return body.finish(std::move(out));
}

result<bytes> consumer_status::encode() const { return encode_table("consumer status", "messageQueueTable", offsets); }

result<consumer_status> consumer_status::decode(byte_view in) {
  json_body body(in, "consumer status");
  consumer_status out{.offsets = read_table(body.root(), "messageQueueTable")};
  return body.finish(std::move(out));
}

}  // namespace parley::remoting
