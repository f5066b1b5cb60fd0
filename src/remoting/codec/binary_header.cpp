// Headers in RocketMQ's binary form: half the bytes of JSON and nothing to escape.
#include <parley/remoting/codec/header.hpp>

#include <parley/base/utf8.hpp>

#include <fmt/format.h>
#include <limits>

namespace parley::remoting {
namespace {

template <class Narrow>
bool fits(std::int64_t value) noexcept {
  return value >= std::numeric_limits<Narrow>::min() && value <= std::numeric_limits<Narrow>::max();
}

error malformed(std::string_view what) { return fail(errc::malformed, fmt::format("binary header: {}", what)); }

result<void> check_widths(const command& in) {
  if (!fits<std::int16_t>(in.code)) {
    return fail(errc::invalid_argument, fmt::format("code {} does not fit a binary header: use JSON", in.code));
  }
  if (!fits<std::int16_t>(in.version)) {
    return fail(errc::invalid_argument, fmt::format("version {} does not fit a binary header", in.version));
  }
  if (in.remark && !valid_utf8(*in.remark)) {
    return fail(errc::invalid_argument, fmt::format("the remark of request {} is not UTF-8", in.code));
  }
  return {};
}

result<void> encode_fields(const ext_fields& in, byte_writer& out) {
  for (const auto& [key, value] : in) {
    if (key.empty() || !fits<std::int16_t>(static_cast<std::int64_t>(key.size()))) {
      return fail(errc::invalid_argument, fmt::format("a field name of {} bytes does not fit a binary header", key.size()));
    }
    if (!valid_utf8(key) || !valid_utf8(value)) {
      return fail(errc::invalid_argument, fmt::format("header field {} is not UTF-8", valid_utf8(key) ? key : "name"));
    }
    if (!fits<std::int32_t>(static_cast<std::int64_t>(value.size()))) {
      return fail(errc::too_large, fmt::format("header field {} has {} bytes", key, value.size()));
    }
    out.write(static_cast<std::int16_t>(key.size()));
    out.append(key);
    out.write(static_cast<std::int32_t>(value.size()));
    out.append(value);
  }
  return {};
}

result<void> decode_fields(byte_view block, ext_fields& out) {
  byte_reader in(block);
  while (in.remaining() > 0) {
    const auto key = as_text(in.take(in.read<std::int16_t>()));
    const auto value = as_text(in.take(in.read<std::int32_t>()));
    if (!in.ok()) return malformed("a field's length points past the fields");
    if (!valid_utf8(key) || !valid_utf8(value)) return malformed("a field is not UTF-8");
    if (key.empty() || value.empty()) continue;
    if (out.size() == header_fields_max) return malformed("there are too many fields");
    out.set(key, value);
  }
  return {};
}

}  // namespace

result<void> encode_binary_header(const command& in, bytes& out) {
  if (auto done = check_widths(in); !done) return done;
  byte_writer writer(out);
  writer.write(static_cast<std::int16_t>(in.code));
  writer.write(static_cast<std::uint8_t>(in.lang));
  writer.write(static_cast<std::int16_t>(in.version));
  writer.write(in.opaque);
  writer.write(in.flag);
  const std::string_view remark = in.remark ? std::string_view(*in.remark) : std::string_view{};
  if (!fits<std::int32_t>(static_cast<std::int64_t>(remark.size()))) return fail(errc::too_large, "the remark is too long");
  writer.write(static_cast<std::int32_t>(remark.size()));
  writer.append(remark);
  const auto length_at = writer.size();
  writer.write(std::int32_t{0});
  if (auto done = encode_fields(in.fields, writer); !done) return done;
  const auto length = writer.size() - length_at - 4;
  if (!fits<std::int32_t>(static_cast<std::int64_t>(length))) return fail(errc::too_large, "the header fields are too long");
  writer.patch_int32(length_at, static_cast<std::uint32_t>(length));
  return {};
}

result<command> decode_binary_header(byte_view in) {
  byte_reader reader(in);
  command out{.type = header_type::binary};
  out.code = reader.read<std::int16_t>();
  out.lang = language_of(reader.read<std::uint8_t>());
  out.version = reader.read<std::int16_t>();
  out.opaque = reader.read<std::int32_t>();
  out.flag = reader.read<std::int32_t>();
  const auto remark = as_text(reader.take(reader.read<std::int32_t>()));
  const auto block = reader.take(reader.read<std::int32_t>());
  if (!reader.ok()) return malformed("it ends before its fields do");
  if (reader.remaining() > 0) return malformed("something follows the fields");
  if (!valid_utf8(remark)) return malformed("the remark is not UTF-8");
  if (!remark.empty()) out.remark.emplace(remark);
  if (auto done = decode_fields(block, out.fields); !done) return done.error();
  return out;
}

}  // namespace parley::remoting
