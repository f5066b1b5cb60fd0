// The two ways in which a command's header is written. Frames use them; they stand alone for tests and fuzzing.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/command.hpp>

#include <cstddef>

namespace parley::remoting {

/// More fields than this in one header are taken for an attack: look-up is a scan.
inline constexpr std::size_t header_fields_max = 512;

/// Appends the header as JSON: code, language, version, opaque, flag, remark if any, extFields if any. All extFields are
/// strings, as foreign clients expect. `invalid_argument` for text that is not UTF-8; `out` is then unspecified past its old size.
result<void> encode_json_header(const command& in, bytes& out);

/// Reads a JSON header into everything of a command but its body. Keys may come in any order; unknown ones are skipped;
/// missing ones keep zero; extFields may be strings, numbers or booleans, whose text is kept, or null, which is absence.
/// Nesting past limits::json_depth and text that is not UTF-8 are `malformed`.
result<command> decode_json_header(byte_view in);

/// Appends the header in RocketMQ's binary form:
///
///     code i16 | language u8 | version i16 | opaque i32 | flag i32 | remark i32+n | fields i32+n
///     and the fields: key i16+n, value i32+n, repeated
///
/// `invalid_argument` for what does not fit: code or version past 16 bits, a key past 32,767 bytes.
result<void> encode_binary_header(const command& in, bytes& out);

/// Reads a binary header. A string of no length is absence, as in Java; bytes left over are `malformed`.
result<command> decode_binary_header(byte_view in);

/// Apache's name of a language, such as "JAVA".
[[nodiscard]] std::string_view name_of(language in) noexcept;
/// The language of that name; `other` for one that is not known.
[[nodiscard]] language language_of(std::string_view name) noexcept;
/// The language of that number; `other` for one that is not known.
[[nodiscard]] language language_of(std::uint8_t number) noexcept;

}  // namespace parley::remoting
