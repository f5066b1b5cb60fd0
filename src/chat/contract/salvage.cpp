// A walk over damaged JSON that keeps the top-level ids it passes.
#include "salvage.hpp"

#include <parley/base/utf8.hpp>

#include <parley/chat/contract/request.hpp>

#include <boost/json/basic_parser_impl.hpp>

namespace parley::chat {
namespace {

namespace json = boost::json;

/// Deep nesting is one of the damages: far deeper than a request may be, and still bounded.
constexpr std::size_t max_walk_depth = 1024;

/// Receives the parser's events. Only strings directly in the outermost object matter.
struct id_collector {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using ec = boost::system::error_code;

  salvaged_ids found;
  std::size_t depth{0};
  bool in_object{false};  ///< the outermost value is an object
  std::string key;        ///< the last key directly in it
  std::string text;

  bool on_document_begin(ec&) { return true; }
  bool on_document_end(ec&) { return true; }
  bool on_object_begin(ec&) { return enter(true); }
  bool on_object_end(std::size_t, ec&) { return leave(); }
  bool on_array_begin(ec&) { return enter(false); }
  bool on_array_end(std::size_t, ec&) { return leave(); }
  bool on_key_part(json::string_view part, std::size_t, ec&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, ec&) {
    text.append(part.data(), part.size());
    if (depth == 1) key = text;
    text.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, ec&) {
    text.append(part.data(), part.size());
    return true;
  }
  bool on_string(json::string_view part, std::size_t, ec&) {
    text.append(part.data(), part.size());
    if (depth == 1 && in_object && valid_utf8(text)) keep();
    text.clear();
    return true;
  }
  bool on_number_part(json::string_view, ec&) { return true; }
  bool on_int64(std::int64_t, json::string_view, ec&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, ec&) { return true; }
  bool on_double(double, json::string_view, ec&) { return true; }
  bool on_bool(bool, ec&) { return true; }
  bool on_null(ec&) { return true; }
  bool on_comment_part(json::string_view, ec&) { return true; }
  bool on_comment(json::string_view, ec&) { return true; }

 private:
  bool enter(bool object) {
    if (depth == 0) in_object = object;
    ++depth;
    return true;
  }
  bool leave() {
    --depth;
    return true;
  }
  void keep() {
    if (key == "request_id") found.request_id = text;
    if (key == "user_id") found.user_id = text;
    if (key == "action") found.action = text;
  }
};

}  // namespace

salvaged_ids salvage_ids(std::string_view body) try {
  json::parse_options options;
  options.max_depth = max_walk_depth;
  options.allow_invalid_utf8 = true;
  json::basic_parser<id_collector> walker(options);
  boost::system::error_code failure;
  const auto seen = body.substr(0, max_request_bytes);
  walker.write_some(true, seen.data(), seen.size(), failure);
  return std::move(walker.handler().found);
} catch (const std::exception&) {
  return {};  // out of memory: then nothing is known
}

}  // namespace parley::chat
