// One remoting command: what a frame carries, in either direction.
#pragma once

#include <parley/base/bytes.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::remoting {

/// Byte 4 of a frame: how its header is written. Each frame is decoded by its own.
enum class header_type : std::uint8_t { json = 0, binary = 1 };

/// Who speaks (Apache's LanguageCode). Unknown names and numbers decode to `other`.
enum class language : std::uint8_t {
  java = 0,
  cpp = 1,
  dotnet = 2,
  python = 3,
  delphi = 4,
  erlang = 5,
  ruby = 6,
  other = 7,
  http = 8,
  go = 9,
  php = 10,
  oms = 11,
  rust = 12,
  node_js = 13,
};

/// MQVersion ordinal that we announce: V5_5_0.
inline constexpr std::int32_t own_version = 513;

/// The named string values of a header, in order of insertion. A few dozen at most, so look-up is a scan.
class ext_fields {
 public:
  using entry = std::pair<std::string, std::string>;

  /// Sets or replaces. Numbers and booleans are written the way Java prints them ("5", "true").
  void set(std::string_view key, std::string_view value);
  void set(std::string_view key, const char* value) { set(key, std::string_view(value)); }
  void set(std::string_view key, std::int64_t value);
  void set(std::string_view key, std::int32_t value) { set(key, static_cast<std::int64_t>(value)); }
  void set(std::string_view key, bool value);
  /// As set, without copying: for decoders.
  void take(std::string&& key, std::string&& value);

  [[nodiscard]] const std::string* find(std::string_view key) const noexcept;
  /// The value, or an empty view.
  [[nodiscard]] std::string_view text(std::string_view key) const noexcept;
  /// The value as a decimal integer; nothing when absent, not a number or out of range.
  [[nodiscard]] std::optional<std::int64_t> int64(std::string_view key) const noexcept;
  [[nodiscard]] std::optional<std::int32_t> int32(std::string_view key) const noexcept;
  /// "true" in any case is true, anything else present is false (Java's Boolean.parseBoolean).
  [[nodiscard]] std::optional<bool> boolean(std::string_view key) const noexcept;

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
  [[nodiscard]] auto end() const noexcept { return entries_.end(); }
  void reserve(std::size_t count) { entries_.reserve(count); }
  friend bool operator==(const ext_fields&, const ext_fields&) = default;

 private:
  std::vector<entry> entries_;
};

/// A request or a response. Owns its bytes; a value type.
///
///     command request{.code = request_code::get_max_offset};
///     request.fields.set("topic", "orders");
///     request.fields.set("queueId", 0);
struct command {
  static constexpr std::int32_t response_flag = 1;
  static constexpr std::int32_t oneway_flag = 2;

  std::int32_t code{0};  ///< request code, or response code in a response; see codes.hpp
  language lang{language::cpp};
  std::int32_t version{own_version};
  std::int32_t opaque{0};  ///< set by the connection that sends it; any int32
  std::int32_t flag{0};
  std::optional<std::string> remark{};
  ext_fields fields{};
  /// A response whose header class is empty carries `{}` in Java, and Java's client dereferences it: keep the key.
  bool always_write_fields{false};
  bytes body{};
  header_type type{header_type::json};

  [[nodiscard]] bool is_response() const noexcept { return (flag & response_flag) != 0; }
  [[nodiscard]] bool is_oneway() const noexcept { return (flag & oneway_flag) != 0; }
  friend bool operator==(const command&, const command&) = default;
};

/// A response to `request`: its opaque and header type, the response flag set.
[[nodiscard]] command respond_to(const command& request, std::int32_t code, std::string_view remark = {});

}  // namespace parley::remoting
