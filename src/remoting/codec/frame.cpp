// The frame around header and body: lengths checked before anything is believed.
#include <parley/remoting/codec/frame.hpp>

#include <parley/base/limits.hpp>
#include <parley/remoting/codec/header.hpp>

#include <fmt/format.h>

namespace parley::remoting {
namespace {

constexpr std::size_t prefix_bytes = 8;  // the length and the header word
constexpr std::uint32_t header_length_mask = 0xFFFFFF;

/// A guess that saves the buffer from growing step by step: JSON escapes a little, and names what binary does not.
std::size_t expected_size(const command& in) noexcept {
  std::size_t size = prefix_bytes + 128 + in.body.size() + (in.remark ? in.remark->size() : 0);
  for (const auto& [key, value] : in.fields) size += key.size() + value.size() + value.size() / 4 + 8;
  return size;
}

result<void> append_frame(const command& in, bytes& out) {
  const auto start = out.size();
  byte_writer writer(out);
  writer.write(std::uint64_t{0});
  auto header = in.type == header_type::json ? encode_json_header(in, out) : encode_binary_header(in, out);
  if (!header) return header;
  const auto header_size = out.size() - start - prefix_bytes;
  if (header_size > header_length_mask || out.size() - start + in.body.size() > limits::frame_bytes) {
    return fail(errc::too_large, fmt::format("the frame of request {} would have {} bytes, {} are allowed", in.code,
                                             out.size() - start + in.body.size(), limits::frame_bytes));
  }
  writer.append(byte_view(in.body));
  writer.patch_int32(start, static_cast<std::uint32_t>(out.size() - start - 4));
  const auto word = static_cast<std::uint32_t>(in.type) << 24U | static_cast<std::uint32_t>(header_size);
  writer.patch_int32(start + 4, word);
  return {};
}

result<command> decode_header(std::uint8_t type, byte_view header) {
  if (type == static_cast<std::uint8_t>(header_type::json)) return decode_json_header(header);
  if (type == static_cast<std::uint8_t>(header_type::binary)) return decode_binary_header(header);
  return fail(errc::malformed, fmt::format("the frame's header type is {}, neither JSON (0) nor binary (1)", type));
}

}  // namespace

result<void> encode_frame(const command& in, bytes& out) {
  const auto start = out.size();
  // Several frames often go into one buffer: at least doubling keeps the whole linear.
  if (const auto needed = start + expected_size(in); out.capacity() < needed) out.reserve(std::max(needed, 2 * out.capacity()));
  auto done = append_frame(in, out);
  if (!done) out.resize(start);
  return done;
}

result<std::size_t> frame_size(byte_view start) {
  if (start.size() < 4) return std::size_t{0};
  const auto length = byte_reader(start).read<std::int32_t>();
  if (length < 4) return fail(errc::malformed, fmt::format("a frame claims a length of {}", length));
  const auto size = static_cast<std::size_t>(length) + 4;
  if (size > limits::frame_bytes) {
    return fail(errc::too_large, fmt::format("a frame claims {} bytes, {} are allowed", size, limits::frame_bytes));
  }
  return size;
}

result<command> decode_frame(byte_view frame) {
  const auto size = frame_size(frame);
  if (!size) return size.error();
  if (*size != frame.size() || frame.size() < prefix_bytes) {
    return fail(errc::malformed, fmt::format("a frame of {} bytes claims {}", frame.size(), *size));
  }
  byte_reader in(frame.subspan(4));
  const auto word = in.read<std::uint32_t>();
  const auto header = in.take(word & header_length_mask);
  if (!in.ok()) {
    return fail(errc::malformed, fmt::format("a frame of {} bytes claims a header of {}", frame.size(), word & header_length_mask));
  }
  auto out = decode_header(static_cast<std::uint8_t>(word >> 24U), header);
  if (!out) return out;
  const auto body = in.rest();
  out->body.assign(body.begin(), body.end());
  return out;
}

}  // namespace parley::remoting
