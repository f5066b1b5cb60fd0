// Lists of names: the members of a group (38) and topics (206).
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>

#include <string>
#include <vector>

namespace parley::remoting {

struct consumer_list {
  std::vector<std::string> client_ids{};
  friend bool operator==(const consumer_list&, const consumer_list&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<consumer_list> decode(byte_view in);
};

struct topic_list {
  std::vector<std::string> topics{};
  friend bool operator==(const topic_list&, const topic_list&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<topic_list> decode(byte_view in);
};

}  // namespace parley::remoting
