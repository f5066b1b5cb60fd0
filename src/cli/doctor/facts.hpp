// What doctor asked and what came back: values only, nothing decided.
#pragma once

#include <parley/base/clock.hpp>
#include <parley/base/endpoint.hpp>
#include <parley/base/error.hpp>
#include <parley/chat/contract/names.hpp>
#include <parley/io/tls.hpp>
#include <parley/ops/http_get.hpp>
#include <parley/rocketmq/admin_views.hpp>
#include <parley/rocketmq/producer.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace parley::cli::doctor {

/// Absent = it was not asked, since what it needs was not there.
template <class T>
using asked = std::optional<result<T>>;

/// What doctor was told, as far as findings and remedies need it.
struct setting {
  std::vector<endpoint> name_servers;
  chat::topic_names topics;
  std::string group;                      ///< the consumer group's whole name
  std::string base_group;                 ///< as --group gives it
  std::string cluster{"DefaultCluster"};  ///< of the brokers, once one has said it
  std::map<endpoint, endpoint> address_map{};
  bool tls{false};
  bool tls_certificate{false};  ///< one of our own is given
  std::string tls_ca{};
  std::string access_key{};  ///< who we are; the secret is not among the facts
  std::string kubernetes_namespace{};
  std::optional<endpoint> server{};  ///< its operations endpoint
  std::int64_t lag_limit{1000};
};

/// A second look at a peer with which the first went wrong.
struct second_look {
  asked<io::peer_certificate> certificate{};  ///< whom it shows itself as, where it speaks TLS
  bool plain_works{false};                    ///< we speak TLS, and it answers without
};

struct name_server_facts {
  endpoint address;
  result<rocketmq::name_server_view> view;
  second_look again{};
};

/// Another address at which a broker might be.
struct candidate {
  endpoint address;
  result<rocketmq::broker_status> status;
  std::string broker_name{};  ///< as it calls itself, where it says so
};

using broker_settings = std::map<std::string, std::string, std::less<>>;

struct broker_facts {
  std::string cluster;
  std::string name;
  std::int64_t id{0};  ///< 0 is the master
  endpoint advertised;
  endpoint dialled;  ///< after the address map
  result<rocketmq::broker_status> status;
  asked<broker_settings> settings{};
  std::vector<candidate> candidates{};
  second_look again{};

  /// It said something, be it that it does not want to talk to us.
  [[nodiscard]] bool reached() const noexcept { return status.has_value() || status.error().remote_code >= 0; }
};

/// A message to a queue that a broker cannot have: it checks permissions first and then refuses, so nothing is stored.
struct dry_send {
  std::string broker_name;
  rocketmq::send_outcome outcome;
};

struct topic_facts {
  std::string name;
  result<rocketmq::topic_route> route;
  std::vector<dry_send> sends{};
  asked<void> read{};
};

/// A message to a broker's own topic and back.
struct probe_facts {
  std::string broker_name;
  std::string topic;
  asked<void> subscribed{};
  std::optional<rocketmq::send_outcome> sent{};
  std::int64_t sent_at_ms{0};      ///< by our clock
  std::int64_t answered_at_ms{0};  ///< by our clock, when the broker had said that it holds it
  asked<rocketmq::received_message> came{};
  milliseconds round_trip{0};  ///< from sending to having it back
};

struct group_facts {
  result<rocketmq::group_connections> connections;
  std::map<std::string, result<rocketmq::member_state>> members{};  ///< by client id
  asked<rocketmq::group_progress> progress{};
};

struct facts {
  setting given;
  std::vector<name_server_facts> name_servers{};
  std::vector<broker_facts> brokers{};
  std::vector<topic_facts> topics{};
  std::vector<probe_facts> probes{};
  std::optional<group_facts> group{};
  asked<ops::http_reply> server{};
  bool out_of_time{false};  ///< what is absent was not asked since --timeout was over
};

}  // namespace parley::cli::doctor
