// One pass over the tokens with a stack of what is open.
#include <parley/remoting/codec/lenient_json.hpp>

#include <parley/base/limits.hpp>

#include <fmt/format.h>
#include <array>

namespace parley::remoting {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_number_part(char c) noexcept { return (c >= '0' && c <= '9') || c == '-'; }

class key_quoter {
 public:
  explicit key_quoter(std::string_view in) : in_(in) { out_.reserve(in.size() + in.size() / 8 + 16); }

  result<std::string> run() {
    while (why_ == nullptr && at_ < in_.size()) token();
    if (why_ == nullptr && depth_ > 0) why_ = "it does not end";
    if (why_ != nullptr) return fail(errc::malformed, fmt::format("JSON body: {} at byte {}", why_, at_));
    return std::move(out_);
  }

 private:
  enum class opened : std::uint8_t { object, array, key };

  void token() {
    const char c = in_[at_];
    if (is_blank(c)) {
      ++at_;
    } else if (c == '"') {
      string();
      key_due_ = false;
    } else if (c == '{' || c == '[') {
      open(c);
    } else if (c == '}' || c == ']') {
      close(c);
    } else if (key_due_) {
      number_key();
    } else {
      put(c);
      ++at_;
      key_due_ = c == ',' && depth_ > 0 && open_[depth_ - 1] != opened::array;
    }
  }

  /// Everything within a key is inside a string: what would end that is escaped.
  void put(char c) {
    if (in_key_ && (c == '"' || c == '\\')) out_.push_back('\\');
    out_.push_back(c);
  }

  void string() {
    do {
      const char c = in_[at_++];
      put(c);
      if (c == '\\' && at_ < in_.size()) put(in_[at_++]);
    } while (at_ < in_.size() && in_[at_] != '"');
    if (at_ == in_.size()) {
      why_ = "a string does not end";
      return;
    }
    put(in_[at_++]);
  }

  void open(char c) {
    if (depth_ == open_.size()) {
      why_ = "the nesting is too deep";
      return;
    }
    opened kind = c == '{' ? opened::object : opened::array;
    if (key_due_) {
      // A key inside a key would double its escapes with each level: no such thing is ever sent.
      if (c == '[' || in_key_) {
        why_ = "a key is not a string, a number or a flat object";
        return;
      }
      kind = opened::key;
      out_.push_back('"');
      in_key_ = true;
    }
    open_[depth_++] = kind;
    put(c);
    ++at_;
    key_due_ = c == '{';
  }

  void close(char c) {
    const bool object = c == '}';
    if (depth_ == 0 || (open_[depth_ - 1] == opened::array) == object) {
      why_ = "a bracket closes what is not open";
      return;
    }
    put(c);
    ++at_;
    key_due_ = false;
    if (open_[--depth_] == opened::key) {
      in_key_ = false;
      out_.push_back('"');
    }
  }

  void number_key() {
    const auto start = at_;
    while (at_ < in_.size() && is_number_part(in_[at_])) ++at_;
    if (at_ == start) {
      why_ = "a key was expected";
      return;
    }
    put('"');
    out_.append(in_.substr(start, at_ - start));
    put('"');
    key_due_ = false;
  }

  std::string_view in_;
  std::size_t at_{0};
  std::string out_;
  std::array<opened, limits::json_depth> open_{};
  std::size_t depth_{0};
  bool key_due_{false};  ///< the next token is a key, or the end of its object
  bool in_key_{false};
  const char* why_{nullptr};
};

}  // namespace

result<std::string> to_standard_json(byte_view in) { return key_quoter(as_text(in)).run(); }

}  // namespace parley::remoting
