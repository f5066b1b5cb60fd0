// Headers as JSON: what every peer speaks, and what a broker answers by default.
#include <parley/remoting/codec/header.hpp>

#include "json_scanner.hpp"
#include "json_writer.hpp"

#include <fmt/format.h>
#include <charconv>

namespace parley::remoting {
namespace {

/// Reads one header. A class for the sake of its buffers, which all members share.
class json_header_reader {
 public:
  explicit json_header_reader(byte_view in) noexcept : scan_(as_text(in)) {}

  result<command> read() {
    if (object([this] { return member(); }) && !scan_.at_end()) scan_.refuse("something follows the header");
    if (!scan_.ok()) {
      return fail(errc::malformed, fmt::format("JSON header: {} at byte {}", scan_.why(), scan_.position()));
    }
    return std::move(out_);
  }

 private:
  /// `{`, then for each key (left in key_) what takes its value, then `}`.
  template <class Member>
  bool object(Member take_value) {
    if (!scan_.expect('{', "an object was expected")) return false;
    if (scan_.accept('}')) return true;
    do {
      if (!scan_.string(key_) || !scan_.expect(':', "a colon was expected") || !take_value()) return false;
    } while (scan_.accept(','));
    return scan_.expect('}', "a comma or a closing brace was expected");
  }

  bool member() {
    if (key_ == "code") return integer(out_.code);
    if (key_ == "language") return speaker();
    if (key_ == "version") return integer(out_.version);
    if (key_ == "opaque") return integer(out_.opaque);
    if (key_ == "flag") return integer(out_.flag);
    if (key_ == "remark") return remark();
    if (key_ == "extFields") return fields();
    return scan_.skip();
  }

  /// A string or a scalar's own text into text_; false in present_ for null.
  bool text() {
    present_ = true;
    if (scan_.peek() == '"') return scan_.string(text_);
    std::string_view token;
    if (!scan_.scalar(token)) return false;
    present_ = token != "null";
    text_.assign(token);
    return true;
  }

  bool integer(std::int32_t& out) {
    if (!text()) return false;
    if (!present_) {
      out = 0;
      return true;
    }
    const char* const end = text_.data() + text_.size();
    const auto [stop, failure] = std::from_chars(text_.data(), end, out);
    return (failure == std::errc{} && stop == end) || scan_.refuse("a 32-bit integer was expected");
  }

  bool speaker() {
    if (scan_.peek() != '"') {
      out_.lang = language::other;
      return scan_.skip();
    }
    if (!scan_.string(text_)) return false;
    out_.lang = language_of(text_);
    return true;
  }

  bool remark() {
    if (!text()) return false;
    out_.remark.reset();
    if (present_) out_.remark = std::move(text_);
    return true;
  }

  bool fields() {
    std::string_view token;
    if (scan_.peek() != '{') return scan_.scalar(token) && (token == "null" || scan_.refuse("extFields is not an object"));
    if (!object([this] { return field(); })) return false;
    out_.always_write_fields = out_.fields.empty();
    return true;
  }

  bool field() {
    if (!text()) return false;
    if (!present_) return true;
    if (out_.fields.size() == header_fields_max) return scan_.refuse("there are too many extFields");
    if (out_.fields.empty()) out_.fields.reserve(16);
    out_.fields.take(std::move(key_), std::move(text_));
    return true;
  }

  json_scanner scan_;
  command out_{.lang = language::other, .version = 0};
  std::string key_;
  std::string text_;
  bool present_{false};
};

}  // namespace

result<void> encode_json_header(const command& in, bytes& out) {
  json_writer json(out);
  json.begin_object()
      .member("code", in.code)
      .member("language", name_of(in.lang))
      .member("version", in.version)
      .member("opaque", in.opaque)
      .member("flag", in.flag);
  if (in.remark) json.member("remark", std::string_view(*in.remark));
  if (!in.fields.empty() || in.always_write_fields) {
    json.key("extFields").begin_object();
    for (const auto& [key, held] : in.fields) json.member(key, std::string_view(held));
    json.end_object();
  }
  json.end_object();
  if (!json.ok()) return fail(errc::invalid_argument, fmt::format("a header field of request {} is not UTF-8", in.code));
  return {};
}

result<command> decode_json_header(byte_view in) { return json_header_reader(in).read(); }

}  // namespace parley::remoting
