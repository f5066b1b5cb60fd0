// The body of a batch send: several messages of one topic, short records back to back.
//
//   size i32 | magic 0 i32 | crc 0 i32 | flag i32 | body i32+n | properties i16+n
#include <parley/remoting/codec/message.hpp>

#include <parley/base/limits.hpp>

#include <fmt/format.h>

namespace parley::remoting {
namespace {

constexpr std::int32_t item_bytes_min = 22;
error malformed(std::size_t index, std::string_view what) {
  return fail(errc::malformed, fmt::format("item {} of a batch: {}", index, what));
}

result<void> append_item(const batch_item& in, bytes& out) {
  const auto properties = encode_properties(in.properties);
  if (!properties) return properties.error();
  if (in.body.size() > limits::message_body_bytes) {
    return fail(errc::too_large,
                fmt::format("an item of a batch has {} bytes, {} are allowed", in.body.size(), limits::message_body_bytes));
  }
  const auto start = out.size();
  byte_writer writer(out);
  writer.write(std::int32_t{0});
  writer.write(std::int32_t{0});
  writer.write(std::int32_t{0});
  writer.write(in.flag);
  writer.write(static_cast<std::int32_t>(in.body.size()));
  writer.append(byte_view(in.body));
  writer.write(static_cast<std::int16_t>(properties->size()));
  writer.append(*properties);
  writer.patch_int32(start, static_cast<std::uint32_t>(out.size() - start));
  return {};
}

result<batch_item> read_item(byte_view record, std::size_t index) {
  byte_reader in(record);
  batch_item out;
  in.take(12);  // the size, known by now; magic and CRC, which nobody fills
  out.flag = in.read<std::int32_t>();
  const auto body = in.take(in.read<std::int32_t>());
  if (!in.ok()) return malformed(index, "the body's length is wrong");
  const auto properties = in.take(in.read<std::int16_t>());
  if (!in.ok()) return malformed(index, "the properties' length is wrong");
  if (in.remaining() > 0) return malformed(index, "something follows the properties");
  out.body.assign(body.begin(), body.end());
  out.properties = decode_properties(as_text(properties));
  return out;
}

}  // namespace

result<void> encode_batch(std::span<const batch_item> in, bytes& out) {
  const auto start = out.size();
  for (const auto& item : in) {
    auto done = append_item(item, out);
    if (done && out.size() - start > limits::frame_bytes) done = fail(errc::too_large, "the batch does not fit a frame");
    if (!done) {
      out.resize(start);
      return done;
    }
  }
  return {};
}

result<std::vector<batch_item>> decode_batch(byte_view in) {
  std::vector<batch_item> out;
  byte_reader reader(in);
  while (reader.remaining() > 0) {
    const auto size = byte_reader(reader.rest()).read<std::int32_t>();
    if (size < item_bytes_min || static_cast<std::size_t>(size) > reader.remaining()) {
      return malformed(out.size(), fmt::format("it claims {} bytes where {} are left", size, reader.remaining()));
    }
    auto item = read_item(reader.take(size), out.size());
    if (!item) return item.error();
    out.push_back(std::move(*item));
  }
  return out;
}

}  // namespace parley::remoting
