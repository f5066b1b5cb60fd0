// HTTP requests and replies out of bytes, by Beast's parser. The only file that includes Beast, which is slow to compile.
#include "http/http_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>

namespace parley::ops {
namespace {

namespace http = boost::beast::http;

http_request taken_from(const http::request<http::empty_body>& message) {
  http_request out;
  out.method = message.method_string();
  out.path = message.target();
  out.path.resize(std::min(out.path.find('?'), out.path.size()));
  out.keep_alive = message.keep_alive();
  return out;
}

}  // namespace

http_reader::http_reader(std::size_t max_bytes) : held_(max_bytes) {}

result<std::optional<http_request>> http_reader::next() {
  if (filled_ == 0) return std::optional<http_request>{};
  // A parser for each look: what it reads again is bounded, and the buffer stays the only state.
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(held_.size()));
  boost::system::error_code failure;
  const auto used = parser.put(boost::asio::buffer(held_.data(), filled_), failure);
  if (failure == http::error::need_more) {
    if (filled_ < held_.size()) return std::optional<http_request>{};
    return fail(errc::too_large, "the request is too long");
  }
  if (failure == http::error::header_limit) return fail(errc::too_large, "the request is too long");
  if (failure) return fail(errc::malformed, "no HTTP request: " + failure.message());
  if (!parser.is_done()) return fail(errc::malformed, "a request with a body");
  std::copy(held_.begin() + static_cast<std::ptrdiff_t>(used), held_.begin() + static_cast<std::ptrdiff_t>(filled_), held_.begin());
  filled_ -= used;
  return std::optional<http_request>(taken_from(parser.get()));
}

result<std::optional<http_reply>> read_reply(byte_view so_far, bool ended) {
  if (so_far.empty() && ended) return fail(errc::malformed, "it hung up without a reply");
  if (so_far.empty()) return std::optional<http_reply>{};
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  boost::system::error_code failure;
  parser.put(boost::asio::buffer(so_far.data(), so_far.size()), failure);
  if (failure == http::error::need_more) failure = {};
  if (!failure && !parser.is_done() && ended) parser.put_eof(failure);
  if (failure) return fail(errc::malformed, "no HTTP reply: " + failure.message());
  if (!parser.is_done()) return std::optional<http_reply>{};
  return std::optional<http_reply>(http_reply{.status = static_cast<int>(parser.get().result_int()), .body = parser.get().body()});
}

}  // namespace parley::ops
