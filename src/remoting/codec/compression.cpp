// The three compressions over their libraries' streaming interfaces, which let the bound hold during inflation.
#include <parley/remoting/codec/compression.hpp>

#include <parley/base/limits.hpp>
#include <parley/remoting/codec/message.hpp>

#include <fmt/format.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>
#include <algorithm>
#include <memory>

namespace parley::remoting {
namespace {

/// The buffer that an inflation fills: it grows by doubling, up to one byte past the limit, which then proves a bomb.
class bounded_output {
 public:
  bounded_output(std::size_t compressed, std::size_t limit) : limit_(limit) {
    out_.resize(std::min(limit_ + 1, std::max<std::size_t>(4 * std::min(compressed, limit_), 4096)));
  }
  [[nodiscard]] std::uint8_t* free() noexcept { return out_.data() + used_; }
  [[nodiscard]] std::size_t room() const noexcept { return out_.size() - used_; }
  [[nodiscard]] bool over() const noexcept { return used_ > limit_; }
  /// Notes what was written and makes room again.
  void advance(std::size_t written) {
    used_ += written;
    if (room() == 0 && !over()) out_.resize(std::min(limit_ + 1, 2 * out_.size()));
  }
  [[nodiscard]] error too_large() const {
    return fail(errc::too_large, fmt::format("a compressed body inflates past {} bytes", limit_));
  }
  [[nodiscard]] bytes finish() && {
    out_.resize(used_);
    return std::move(out_);
  }

 private:
  bytes out_;
  std::size_t used_{0};
  std::size_t limit_;
};

error damaged(std::string_view kind, std::string_view why) {
  return fail(errc::malformed, fmt::format("a {} body does not inflate: {}", kind, why));
}

result<bytes> inflate_zlib(byte_view in, std::size_t limit) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return fail(errc::internal, "zlib does not start");
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> guard(&stream, &inflateEnd);
  stream.next_in = const_cast<Bytef*>(in.data());  // zlib's interface predates const; it does not write there
  stream.avail_in = static_cast<uInt>(in.size());
  bounded_output out(in.size(), limit);
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    const auto room = out.room();
    stream.next_out = out.free();
    stream.avail_out = static_cast<uInt>(room);
    state = inflate(&stream, Z_NO_FLUSH);
    out.advance(room - stream.avail_out);
    if (out.over()) return out.too_large();
    if (state != Z_OK && state != Z_STREAM_END) {
      return damaged("zlib", state == Z_BUF_ERROR ? "it ends early" : (stream.msg != nullptr ? stream.msg : "bad data"));
    }
  }
  return std::move(out).finish();
}

result<bytes> inflate_lz4(byte_view in, std::size_t limit) {
  LZ4F_dctx* raw = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&raw, LZ4F_VERSION)) != 0U) return fail(errc::internal, "LZ4 does not start");
  const std::unique_ptr<LZ4F_dctx, decltype(&LZ4F_freeDecompressionContext)> context(raw, &LZ4F_freeDecompressionContext);
  bounded_output out(in.size(), limit);
  while (true) {
    std::size_t written = out.room();
    std::size_t read = in.size();
    // What the decoder still wants; 0 at the end of a frame, after which another may follow.
    const auto hint = LZ4F_decompress(context.get(), out.free(), &written, in.data(), &read, nullptr);
    if (LZ4F_isError(hint) != 0U) return damaged("LZ4", LZ4F_getErrorName(hint));
    in = in.subspan(read);
    out.advance(written);
    if (out.over()) return out.too_large();
    if (hint == 0 && in.empty()) return std::move(out).finish();
    if (read == 0 && written == 0) return damaged("LZ4", "it ends early");
  }
}

result<bytes> inflate_zstd(byte_view in, std::size_t limit) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  if (!context) return fail(errc::internal, "zstd does not start");
  // A frame's header names the window that the decoder allocates: no more than the largest body that we take.
  constexpr int window_log = 25;
  if (ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, window_log)) != 0U) {
    return fail(errc::internal, "zstd does not take its bound");
  }
  bounded_output out(in.size(), limit);
  ZSTD_inBuffer source{.src = in.data(), .size = in.size(), .pos = 0};
  while (true) {
    ZSTD_outBuffer target{.dst = out.free(), .size = out.room(), .pos = 0};
    const auto before = source.pos;
    const auto hint = ZSTD_decompressStream(context.get(), &target, &source);
    if (ZSTD_isError(hint) != 0U) return damaged("zstd", ZSTD_getErrorName(hint));
    out.advance(target.pos);
    if (out.over()) return out.too_large();
    if (hint == 0 && source.pos == source.size) return std::move(out).finish();
    if (source.pos == before && target.pos == 0) return damaged("zstd", "it ends early");
  }
}

result<bytes> deflate_zlib(byte_view in, int level) {
  auto size = compressBound(static_cast<uLong>(in.size()));
  bytes out(size);
  if (compress2(out.data(), &size, in.data(), static_cast<uLong>(in.size()), level) != Z_OK) {
    return fail(errc::internal, "zlib does not compress");
  }
  out.resize(size);
  return out;
}

result<bytes> deflate_lz4(byte_view in, int level) {
  LZ4F_preferences_t preferences{};
  preferences.compressionLevel = level;
  preferences.frameInfo.contentSize = in.size();
  bytes out(LZ4F_compressFrameBound(in.size(), &preferences));
  const auto size = LZ4F_compressFrame(out.data(), out.size(), in.data(), in.size(), &preferences);
  if (LZ4F_isError(size) != 0U) return fail(errc::internal, "LZ4 does not compress");
  out.resize(size);
  return out;
}

result<bytes> deflate_zstd(byte_view in, int level) {
  bytes out(ZSTD_compressBound(in.size()));
  const auto size = ZSTD_compress(out.data(), out.size(), in.data(), in.size(), level);
  if (ZSTD_isError(size) != 0U) return fail(errc::internal, "zstd does not compress");
  out.resize(size);
  return out;
}

}  // namespace

result<compression> compression_of(std::int32_t flags) {
  switch (flags & sys_flag::compression_mask) {
    case 0:
    case sys_flag::zlib: return compression::zlib;
    case sys_flag::lz4: return compression::lz4;
    case sys_flag::zstd: return compression::zstd;
    default: return fail(errc::malformed, fmt::format("the compression of sysFlag {:#x} is not known", flags));
  }
}

std::int32_t flags_of(compression kind) noexcept {
  switch (kind) {
    case compression::zlib: return sys_flag::compressed | sys_flag::zlib;
    case compression::lz4: return sys_flag::compressed | sys_flag::lz4;
    case compression::zstd: return sys_flag::compressed | sys_flag::zstd;
  }
  return 0;
}

result<bytes> deflate(byte_view in, compression kind, int level) {
  if (level < 1 || level > 9) return fail(errc::invalid_argument, fmt::format("compression level {} is not in 1 to 9", level));
  if (in.size() > limits::inflated_body_bytes) {
    return fail(errc::too_large, fmt::format("a body of {} bytes would not inflate again", in.size()));
  }
  switch (kind) {
    case compression::zlib: return deflate_zlib(in, level);
    case compression::lz4: return deflate_lz4(in, level);
    case compression::zstd: return deflate_zstd(in, level);
  }
  return fail(errc::invalid_argument, "the compression is not known");
}

result<bytes> inflate(byte_view in, compression kind, std::size_t limit) {
  limit = std::min(limit, limits::inflated_body_bytes);
  if (in.size() > limits::frame_bytes) return fail(errc::too_large, "a compressed body is larger than a frame");
  switch (kind) {
    case compression::zlib: return inflate_zlib(in, limit);
    case compression::lz4: return inflate_lz4(in, limit);
    case compression::zstd: return inflate_zstd(in, limit);
  }
  return fail(errc::invalid_argument, "the compression is not known");
}

void compress_for_send(bytes& body, std::int32_t& flags) {
  if (body.size() < compress_from_bytes) return;
  auto smaller = deflate(body, compression::zlib, compress_level);
  if (!smaller || smaller->size() >= body.size()) return;
  body = std::move(*smaller);
  flags = (flags & ~sys_flag::compression_mask) | flags_of(compression::zlib);
}

std::int32_t body_crc(byte_view in) noexcept { return static_cast<std::int32_t>(crc32_z(0, in.data(), in.size()) & 0x7FFFFFFFU); }

}  // namespace parley::remoting
