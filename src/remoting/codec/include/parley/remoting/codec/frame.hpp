// Frames: length, header type and length, header, body. A pure codec; framing of a byte stream is exchange/frame_buffer.hpp.
//
//   0        4                      8              8+H        4+L
//   | L i32  | type u8 | H u24      | header (H)   | body     |      L = 4 + H + body length
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/command.hpp>

namespace parley::remoting {

/// Appends the whole frame, length field included, in the header type that `in.type` names.
/// `too_large` when the frame would pass limits::frame_bytes; `invalid_argument` when a field does not fit its width
/// (a code above 32,767 in a binary header). On error `out` is as it was.
result<void> encode_frame(const command& in, bytes& out);

/// Decodes one whole frame, length field included. `malformed` names what is wrong; nothing is allocated from an unchecked length.
result<command> decode_frame(byte_view frame);

/// The size of the frame that begins with these bytes, length field included; 0 while fewer than four are there.
/// `malformed` for a negative or impossible length, `too_large` past limits::frame_bytes: the connection is to be closed.
result<std::size_t> frame_size(byte_view start);

}  // namespace parley::remoting
