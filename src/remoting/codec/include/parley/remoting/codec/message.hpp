// The stored message: what a pull brings, and what a broker keeps. Layout: see docs/wire.md and Apache's MessageDecoder.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::remoting {

/// The address in a message header: 4 or 16 bytes and a port.
struct message_host {
  std::array<std::uint8_t, 16> address{};  ///< an IPv4 address stands in the first four bytes
  bool ipv6{false};
  std::int32_t port{0};
  friend bool operator==(const message_host&, const message_host&) = default;
};

/// A message's properties in order, keys unique: a flat map, since there are about ten.
class message_properties {
 public:
  using entry = std::pair<std::string, std::string>;
  void set(std::string_view key, std::string_view value);
  void erase(std::string_view key);
  [[nodiscard]] const std::string* find(std::string_view key) const noexcept;
  /// The value, or an empty view.
  [[nodiscard]] std::string_view text(std::string_view key) const noexcept;
  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
  [[nodiscard]] auto end() const noexcept { return entries_.end(); }
  friend bool operator==(const message_properties&, const message_properties&) = default;

 private:
  friend message_properties decode_properties(std::string_view in);

  std::vector<entry> entries_;
};

/// `key \x01 value \x02` repeated. `invalid_argument` for a key or value with \x01 or \x02 or an empty key;
/// `too_large` past limits::properties_bytes. Empty values are left out, as Java's parser would drop them.
result<std::string> encode_properties(const message_properties& in);
/// Java's reading: items without a \x01, with an empty key or value are dropped; extra \x01 stay in the value; the last of a repeated key wins.
[[nodiscard]] message_properties decode_properties(std::string_view in);

/// Bits of sys_flag.
namespace sys_flag {
inline constexpr std::int32_t compressed = 0x1;
inline constexpr std::int32_t multi_tags = 0x2;
inline constexpr std::int32_t transaction_mask = 0xC;
inline constexpr std::int32_t born_host_v6 = 0x10;
inline constexpr std::int32_t store_host_v6 = 0x20;
inline constexpr std::int32_t compression_mask = 0x700;
inline constexpr std::int32_t lz4 = 0x100;
inline constexpr std::int32_t zstd = 0x200;
inline constexpr std::int32_t zlib = 0x300;
}  // namespace sys_flag

struct stored_message {
  std::string topic;
  std::int32_t queue_id{0};
  std::int32_t flag{0};
  std::int64_t queue_offset{0};
  std::int64_t physical_offset{0};
  std::int32_t sys_flag{0};
  std::int64_t born_timestamp_ms{0};
  message_host born_host{};
  std::int64_t store_timestamp_ms{0};
  message_host store_host{};
  std::int32_t reconsume_times{0};
  std::int64_t prepared_transaction_offset{0};
  message_properties properties{};
  bytes body{};
  friend bool operator==(const stored_message&, const stored_message&) = default;
};

/// What to do with a compressed body and a CRC.
struct decode_options {
  bool inflate{true};  ///< inflate zlib, LZ4 frame and zstd bodies, bounded by limits::inflated_body_bytes, and clear sys_flag::compressed
  bool check_crc{true};  ///< refuse a body whose CRC-32 differs
};

/// Takes one message off the front of the reader. Magic V1 and V2. `malformed` says which field and where.
result<stored_message> decode_message(byte_reader& in, decode_options options = {});

/// All inflated bodies of one pull answer together; the messages past it come with the next pull.
inline constexpr std::size_t inflated_batch_bytes = 128U * 1024U * 1024U;

/// The body of a pull answer: messages back to back. As Java does, a message that does not decode ends the list;
/// here its error is kept, so that the caller can say so. `too_large` when the bodies together pass inflated_batch_bytes:
/// then the next pull is to begin behind the last message of the list, not where the answer says.
struct decoded_batch {
  std::vector<stored_message> messages;
  std::optional<error> damage{};
};
[[nodiscard]] decoded_batch decode_messages(byte_view in, decode_options options = {});

/// The record's bytes as a broker stores them; bodyCRC computed, host bits of sys_flag set from the hosts, V2 magic for a topic over 127 bytes.
/// The body is written as it is: compress first, see compression.hpp.
result<void> encode_message(const stored_message& in, bytes& out);

/// One message of a batch send (code 320).
struct batch_item {
  std::int32_t flag{0};
  message_properties properties{};
  bytes body{};
  friend bool operator==(const batch_item&, const batch_item&) = default;
};
result<void> encode_batch(std::span<const batch_item> in, bytes& out);
result<std::vector<batch_item>> decode_batch(byte_view in);

}  // namespace parley::remoting
