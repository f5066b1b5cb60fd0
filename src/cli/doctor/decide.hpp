// From facts to findings: no I/O, no clock.
#pragma once

#include "doctor/facts.hpp"
#include "doctor/finding.hpp"

#include <span>
#include <vector>

namespace parley::cli::doctor {

/// In the order in which one thing needs the other.
[[nodiscard]] std::vector<finding> decide(const facts& all);

// Its parts, each of one subject.
[[nodiscard]] std::vector<finding> findings_of_name_servers(const facts& all);
[[nodiscard]] std::vector<finding> findings_of_brokers(const facts& all);
[[nodiscard]] std::vector<finding> findings_of_topics(const facts& all);
[[nodiscard]] std::vector<finding> findings_of_probes(const facts& all);
[[nodiscard]] std::vector<finding> findings_of_group(const facts& all);
[[nodiscard]] std::vector<finding> findings_of_server(const facts& all);

/// The gravest of them.
[[nodiscard]] severity worst_of(std::span<const finding> all) noexcept;

}  // namespace parley::cli::doctor
