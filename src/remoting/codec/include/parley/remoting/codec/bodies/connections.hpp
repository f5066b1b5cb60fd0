// Who is connected to a broker as a consumer group: the answer to GET_CONSUMER_CONNECTION_LIST (203).
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>
#include <parley/remoting/codec/bodies/subscription.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace parley::remoting {

struct client_connection {
  std::string client_id;
  std::string client_address;  ///< "host:port" as the broker sees it
  std::string language;        ///< Apache's name, such as "JAVA"
  std::int32_t version{0};     ///< see version_name()
  friend bool operator==(const client_connection&, const client_connection&) = default;
};

/// Type, model and starting point are the names that a heartbeat has: text, since a later broker may know others.
struct consumer_connections {
  std::vector<client_connection> connections{};
  std::map<std::string, subscription_data, std::less<>> subscriptions{};  ///< by topic
  std::string consume_type{};
  std::string message_model{};
  std::string consume_from{};
  friend bool operator==(const consumer_connections&, const consumer_connections&) = default;

  [[nodiscard]] result<bytes> encode() const;
  static result<consumer_connections> decode(byte_view in);
};

}  // namespace parley::remoting
