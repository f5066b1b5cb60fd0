// The envelope of one record in the log.
#include "store/record.hpp"

#include "store/crc32c.hpp"

#include <array>

namespace parley::broker::store {

namespace {

constexpr std::size_t checked_bytes = envelope_bytes - sizeof(std::uint32_t);

std::uint32_t seed(std::uint64_t store_id, std::uint64_t position) noexcept {
  std::array<std::uint8_t, 16> both{};
  for (std::size_t i = 0; i < 8; ++i) {
    both[i] = static_cast<std::uint8_t>(store_id >> (56U - 8U * i));
    both[8 + i] = static_cast<std::uint8_t>(position >> (56U - 8U * i));
  }
  return crc32c(0, both);
}

}  // namespace

void write_record(bytes& to, std::uint64_t store_id, std::uint64_t position, record_kind kind, std::uint64_t durable_before, byte_view payload) {
  const auto start = to.size();
  const auto begun = seed(store_id, position);
  byte_writer out(to);
  out.write(static_cast<std::uint32_t>(payload.size()));
  out.write(static_cast<std::uint32_t>(static_cast<std::uint32_t>(kind) << 24U));
  out.write(durable_before);
  out.write(crc32c(begun, payload));
  out.write(crc32c(begun, byte_view(to).subspan(start, checked_bytes)));
  out.append(payload);
  to.resize(start + record_bytes(payload.size()));
}

std::optional<envelope> read_envelope(byte_view in, std::uint64_t store_id, std::uint64_t position) noexcept {
  byte_reader from(in.first(envelope_bytes));
  envelope out;
  out.length = from.read<std::uint32_t>();
  const auto kind = from.read<std::uint32_t>();
  out.durable_before = from.read<std::uint64_t>();
  out.payload_checksum = from.read<std::uint32_t>();
  const auto own = from.read<std::uint32_t>();
  const bool known = kind == static_cast<std::uint32_t>(record_kind::payload) << 24U || kind == static_cast<std::uint32_t>(record_kind::roll) << 24U;
  if (!known || own != crc32c(seed(store_id, position), in.first(checked_bytes))) return std::nullopt;
  out.kind = static_cast<record_kind>(kind >> 24U);
  return out;
}

bool payload_is_whole(const envelope& of, byte_view payload, std::uint64_t store_id, std::uint64_t position) noexcept {
  return payload.size() == of.length && crc32c(seed(store_id, position), payload) == of.payload_checksum;
}

}  // namespace parley::broker::store
