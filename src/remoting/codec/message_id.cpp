// Message ids as hexadecimal.
#include <parley/remoting/codec/message_id.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <ctime>

namespace parley::remoting {
namespace {

constexpr std::size_t id_bytes_v4 = 16;
constexpr std::size_t id_bytes_v6 = 28;
constexpr std::uint32_t keys_per_ms = 65536;

byte_view address_of(const message_host& host) noexcept {
  return byte_view(host.address).first(host.ipv6 ? host.address.size() : 4);
}

/// When the month that lies `ahead` of `now_ms`'s began, by the machine's time zone.
std::int64_t month_start_ms(std::int64_t now_ms, int ahead) noexcept {
  const auto seconds = static_cast<std::time_t>(now_ms / 1000);
  std::tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return now_ms;
  std::tm start{};
  start.tm_year = local.tm_year;
  start.tm_mon = local.tm_mon + ahead;
  start.tm_mday = 1;
  start.tm_isdst = -1;
  return static_cast<std::int64_t>(std::mktime(&start)) * 1000;
}

}  // namespace

std::string offset_message_id::to_string() const {
  bytes raw;
  byte_writer writer(raw);
  writer.append(address_of(store_host));
  writer.write(store_host.port);
  writer.write(physical_offset);
  return to_hex(raw);
}

result<offset_message_id> parse_offset_message_id(std::string_view text) {
  const auto raw = from_hex(text);
  if (!raw || (raw->size() != id_bytes_v4 && raw->size() != id_bytes_v6)) {
    return fail(errc::invalid_argument, fmt::format("'{:.64}' is not an offset message id: 32 or 56 hexadecimal digits", text));
  }
  byte_reader in(*raw);
  offset_message_id out;
  out.store_host.ipv6 = raw->size() == id_bytes_v6;
  const auto address = in.take(out.store_host.ipv6 ? 16 : 4);
  std::copy(address.begin(), address.end(), out.store_host.address.begin());
  out.store_host.port = in.read<std::int32_t>();
  out.physical_offset = in.read<std::int64_t>();
  return out;
}

unique_key_generator::unique_key_generator(const clock& time, random_source& random, const message_host& host, std::uint16_t pid)
    : clock_(time) {
  bytes raw;
  byte_writer writer(raw);
  writer.append(address_of(host));
  writer.write(pid);
  writer.write(static_cast<std::uint32_t>(random.next()));
  prefix_ = to_hex(raw);
}

std::string unique_key_generator::next() {
  // A clock that stands or goes back must not make a key twice: time only ever goes on here.
  const auto now = clock_.wall_ms();
  if (now > last_ms_) {
    last_ms_ = now;
    given_in_ms_ = 0;
  } else if (given_in_ms_ == keys_per_ms) {
    ++last_ms_;
    given_in_ms_ = 0;
  }
  ++given_in_ms_;
  if (last_ms_ >= month_end_ms_) begin_month(last_ms_);
  bytes raw;
  byte_writer writer(raw);
  writer.write(static_cast<std::uint32_t>(last_ms_ - month_begin_ms_));
  writer.write(counter_++);
  return prefix_ + to_hex(raw);
}

void unique_key_generator::begin_month(std::int64_t now_ms) noexcept {
  month_begin_ms_ = month_start_ms(now_ms, 0);
  month_end_ms_ = month_start_ms(now_ms, 1);
}

}  // namespace parley::remoting
