// Troubles that NameServers and brokers have in common: connections, TLS and access control.
#pragma once

#include "doctor/facts.hpp"
#include "doctor/finding.hpp"

#include <optional>
#include <string>

namespace parley::cli::doctor {

/// Who failed, and how.
struct troubled_peer {
  std::string subject;                  ///< "NameServer 10.0.0.5:9876"
  endpoint dialled;                     ///< as the certificate must name it
  std::optional<std::string> broker{};  ///< its name, where it is one
  endpoint advertised{};                ///< of a broker
  error why;
  const second_look* again{nullptr};
};

/// What is wrong between us and a peer that does speak: TLS on one side only, certificates, keys. Nothing when that is not it.
[[nodiscard]] std::optional<finding> access_trouble(const troubled_peer& who, const setting& given);

/// Access control lets somebody through who is not allowed that. `needed` says what it is for. Nothing when the error is no such refusal.
[[nodiscard]] std::optional<finding> permission_trouble(const std::string& subject, const error& why, const setting& given,
                                                        const std::string& needed);

}  // namespace parley::cli::doctor
