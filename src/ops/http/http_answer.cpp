// HTTP answers as bytes.
#include "http/http_answer.hpp"

#include <fmt/format.h>

#include <string_view>

namespace parley::ops {
namespace {

std::string_view reason_of(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    default: return "Unknown";
  }
}

}  // namespace

http_answer plain_answer(int status) {
  return http_answer{
      .status = status, .body = fmt::format("{}\n", reason_of(status)), .content_type = "text/plain; charset=utf-8"};
}

std::string to_bytes(const http_answer& what, answer_form form) {
  auto out = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: {}\r\n", what.status,
      reason_of(what.status), what.content_type, what.body.size(), form.keep_alive ? "keep-alive" : "close");
  if (what.status == 405) out += "Allow: GET, HEAD\r\n";
  out += "\r\n";
  if (!form.head_only) out += what.body;
  return out;
}

}  // namespace parley::ops
