// Remedies with real names in them: what they have in common.
#pragma once

#include "doctor/facts.hpp"
#include "doctor/finding.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace parley::cli::doctor {

/// As a shell takes it for one word: as it is where that is safe, else in single quotes.
[[nodiscard]] std::string quoted(std::string_view word);
/// "a:9876;b:9876"
[[nodiscard]] std::string name_servers_of(const setting& given);
/// "a", "a and b", "a, b and c"; more than `at_most` are counted.
[[nodiscard]] std::string listed(const std::vector<std::string>& words, std::size_t at_most = 8);

/// `mqadmin COMMAND -n NAMESERVERS REST`.
[[nodiscard]] remedy by_mqadmin(const setting& given, std::string_view command, std::string_view rest, std::string note = {});
/// `parley REST --nameserver NAMESERVERS`.
[[nodiscard]] remedy by_parley(const setting& given, std::string_view rest, std::string note = {});
/// `kubectl -n NAMESPACE REST`.
[[nodiscard]] remedy by_kubectl(const setting& given, std::string_view rest, std::string note = {});
/// A variable of server and clients: where they are started by hand, and where Kubernetes runs them.
void add_variable(std::vector<remedy>& to, const setting& given, std::string_view name, std::string_view value,
                  const std::string& note = {});
/// The same with a setting that k8s/configmap.yaml has.
void add_configured(std::vector<remedy>& to, const setting& given, std::string_view name, std::string_view value,
                    const std::string& note = {});

}  // namespace parley::cli::doctor
