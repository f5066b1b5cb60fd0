// How the cluster is reached where it is guarded or hidden: credentials, TLS, and addresses other than those it advertises.
#pragma once

#include <parley/base/endpoint.hpp>
#include <parley/base/error.hpp>
#include <parley/rocketmq/client.hpp>

#include <CLI/CLI.hpp>

#include <map>
#include <string>
#include <string_view>

namespace parley::cli {

struct access_config {
  std::string access_key_file{};
  std::string secret_key_file{};
  std::string address_map{};
  rocketmq::tls_options tls{};
};

/// Flags and the variables behind them. Keys themselves come from a variable or a file only: other users can read flags.
void add_access_flags(CLI::App& to, access_config& config);
/// The keys are read now: from ROCKETMQ_ACCESS_KEY and ROCKETMQ_SECRET_KEY, or else from the files.
void apply(const access_config& config, rocketmq::client_options& to);

/// "advertised=reachable", several with ',' or ';' between them, each side HOST:PORT; at most 64.
[[nodiscard]] result<std::map<endpoint, endpoint>> parse_address_map(std::string_view text);
/// A key's file: its first line without blanks around it. `invalid_argument` when it cannot be read or is empty.
[[nodiscard]] result<std::string> read_key(const std::string& file);

}  // namespace parley::cli
