// HTTP answers as bytes.
#pragma once

#include <string>

namespace parley::ops {

struct http_answer {
  int status{200};
  std::string body{};
  std::string content_type{"application/json"};
};

/// A page that says only what its status means.
[[nodiscard]] http_answer plain_answer(int status);

struct answer_form {
  bool keep_alive{false};
  bool head_only{false};  ///< for HEAD: the length is told, the body is not
};
[[nodiscard]] std::string to_bytes(const http_answer& what, answer_form form);

}  // namespace parley::ops
