// The stored message's record, both ways.
#include <parley/remoting/codec/message.hpp>

#include <parley/base/limits.hpp>
#include <parley/remoting/codec/compression.hpp>

#include <fmt/format.h>
#include <algorithm>

namespace parley::remoting {
namespace {

constexpr std::uint32_t magic_v1 = 0xDAA320A7;  // the topic's length in one byte
constexpr std::uint32_t magic_v2 = 0xDAA320AB;  // in two
constexpr std::size_t record_bytes_min = 91;    // V1, IPv4, all variable parts empty
constexpr std::size_t size_field_bytes = 4;
constexpr std::size_t address_v4_bytes = 4;

/// Reads one record whose bounds are known, and says where it failed.
class record_reader {
 public:
  record_reader(byte_view record, decode_options options, std::size_t inflated_max)
      : in_(record.subspan(size_field_bytes)), size_(record.size()), options_(options), inflated_max_(inflated_max) {}

  result<stored_message> read() {
    magic_ = in_.read<std::uint32_t>();
    if (magic_ != magic_v1 && magic_ != magic_v2) return malformed(fmt::format("its magic is {:08X}", magic_));
    fixed_part();
    if (auto done = body(); !done) return done.error();
    if (!topic()) return malformed("the topic's length is wrong");
    const auto properties = in_.take(in_.read<std::int16_t>());
    if (!in_.ok()) return malformed("the properties' length is wrong");
    out_.properties = decode_properties(as_text(properties));
    if (in_.remaining() > 0) return malformed("something follows the properties");
    return std::move(out_);
  }

 private:
  void fixed_part() {
    crc_ = in_.read<std::int32_t>();
    out_.queue_id = in_.read<std::int32_t>();
    out_.flag = in_.read<std::int32_t>();
    out_.queue_offset = in_.read<std::int64_t>();
    out_.physical_offset = in_.read<std::int64_t>();
    out_.sys_flag = in_.read<std::int32_t>();
    out_.born_timestamp_ms = in_.read<std::int64_t>();
    out_.born_host = host((out_.sys_flag & sys_flag::born_host_v6) != 0);
    out_.store_timestamp_ms = in_.read<std::int64_t>();
    out_.store_host = host((out_.sys_flag & sys_flag::store_host_v6) != 0);
    out_.reconsume_times = in_.read<std::int32_t>();
    out_.prepared_transaction_offset = in_.read<std::int64_t>();
  }

  message_host host(bool ipv6) {
    message_host out{.ipv6 = ipv6};
    const auto address = in_.take(static_cast<std::int64_t>(ipv6 ? out.address.size() : address_v4_bytes));
    std::copy(address.begin(), address.end(), out.address.begin());
    out.port = in_.read<std::int32_t>();
    return out;
  }

  result<void> body() {
    const auto stored = in_.take(in_.read<std::int32_t>());
    if (!in_.ok()) return malformed("the body's length is wrong");
    if (options_.check_crc && body_crc(stored) != crc_) {
      return malformed(fmt::format("the body's CRC is {}, the record says {}", body_crc(stored), crc_));
    }
    if (!options_.inflate || (out_.sys_flag & sys_flag::compressed) == 0) {
      out_.body.assign(stored.begin(), stored.end());
      return {};
    }
    const auto kind = compression_of(out_.sys_flag);
    if (!kind) return kind.error();
    auto inflated = inflate(stored, *kind, inflated_max_);
    if (!inflated) return inflated.error().with_context(where());
    out_.body = std::move(*inflated);
    out_.sys_flag &= ~sys_flag::compressed;
    return {};
  }

  bool topic() {
    const std::int64_t length = magic_ == magic_v1 ? in_.read<std::int8_t>() : in_.read<std::int16_t>();
    out_.topic = as_text(in_.take(length));
    return in_.ok();
  }

  [[nodiscard]] std::string where() const {
    return fmt::format("message record of {} bytes, at byte {}: ", size_, size_ - in_.remaining());
  }
  [[nodiscard]] error malformed(std::string_view what) const { return fail(errc::malformed, where().append(what)); }

  byte_reader in_;
  std::size_t size_;
  decode_options options_;
  std::size_t inflated_max_;
  std::uint32_t magic_{0};
  std::int32_t crc_{0};
  stored_message out_;
};

result<stored_message> decode_record(byte_reader& in, decode_options options, std::size_t inflated_max) {
  const auto size = byte_reader(in.rest()).read<std::int32_t>();
  if (size < static_cast<std::int32_t>(record_bytes_min) || static_cast<std::size_t>(size) > in.remaining()) {
    return fail(errc::malformed, fmt::format("a message record claims {} bytes where {} are left", size, in.remaining()));
  }
  return record_reader(in.take(size), options, inflated_max).read();
}

void append_host(byte_writer& out, const message_host& host) {
  out.append(byte_view(host.address).first(host.ipv6 ? host.address.size() : address_v4_bytes));
  out.write(host.port);
}

std::int32_t flags_with_hosts(const stored_message& in) noexcept {
  auto flags = in.sys_flag & ~(sys_flag::born_host_v6 | sys_flag::store_host_v6);
  if (in.born_host.ipv6) flags |= sys_flag::born_host_v6;
  if (in.store_host.ipv6) flags |= sys_flag::store_host_v6;
  return flags;
}

result<void> check_sizes(const stored_message& in) {
  if (in.topic.empty() || in.topic.size() > limits::retry_topic_bytes) {
    return fail(errc::invalid_argument,
                fmt::format("a topic of {} bytes: 1 to {} are allowed", in.topic.size(), limits::retry_topic_bytes));
  }
  if (in.body.size() > limits::inflated_body_bytes) {
    return fail(errc::too_large, fmt::format("a body of {} bytes is too large for topic {}", in.body.size(), in.topic));
  }
  return {};
}

}  // namespace

result<stored_message> decode_message(byte_reader& in, decode_options options) {
  return decode_record(in, options, limits::inflated_body_bytes);
}

decoded_batch decode_messages(byte_view in, decode_options options) {
  decoded_batch out;
  byte_reader reader(in);
  auto budget = inflated_batch_bytes;
  while (reader.remaining() > 0) {
    auto next = decode_record(reader, options, std::min(budget, limits::inflated_body_bytes));
    if (!next) {
      out.damage = next.error();
      break;
    }
    budget -= std::min(budget, next->body.size());
    out.messages.push_back(std::move(*next));
  }
  return out;
}

result<void> encode_message(const stored_message& in, bytes& out) {
  if (auto done = check_sizes(in); !done) return done;
  const auto properties = encode_properties(in.properties);
  if (!properties) return properties.error();
  const bool long_topic = in.topic.size() > limits::topic_bytes;
  const auto start = out.size();
  byte_writer writer(out);
  writer.write(std::int32_t{0});
  writer.write(long_topic ? magic_v2 : magic_v1);
  writer.write(body_crc(in.body));
  writer.write(in.queue_id);
  writer.write(in.flag);
  writer.write(in.queue_offset);
  writer.write(in.physical_offset);
  writer.write(flags_with_hosts(in));
  writer.write(in.born_timestamp_ms);
  append_host(writer, in.born_host);
  writer.write(in.store_timestamp_ms);
  append_host(writer, in.store_host);
  writer.write(in.reconsume_times);
  writer.write(in.prepared_transaction_offset);
  writer.write(static_cast<std::int32_t>(in.body.size()));
  writer.append(byte_view(in.body));
  if (long_topic) {
    writer.write(static_cast<std::int16_t>(in.topic.size()));
  } else {
    writer.write(static_cast<std::int8_t>(in.topic.size()));
  }
  writer.append(in.topic);
  writer.write(static_cast<std::int16_t>(properties->size()));
  writer.append(*properties);
  writer.patch_int32(start, static_cast<std::uint32_t>(out.size() - start));
  return {};
}

}  // namespace parley::remoting
