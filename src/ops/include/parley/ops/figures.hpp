// Figures by name, as they are at one moment, and their text for Prometheus.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parley::ops {

struct label {
  std::string name;
  std::string value;
};
using labels = std::vector<label>;

enum class figure_kind : std::uint8_t { counter, gauge, histogram };

/// Of a histogram: how many were at most `upper`, the ones of smaller buckets included.
struct bucket {
  double upper{0};
  std::uint64_t count{0};
};

struct sample {
  labels with{};
  double value{0};                ///< of a histogram: the sum
  std::uint64_t count{0};         ///< of a histogram
  std::vector<bucket> buckets{};  ///< of a histogram, the one for everything included by the text, not here
};

/// Samples of one name.
struct family {
  std::string name;
  std::string help;
  figure_kind kind{figure_kind::gauge};
  std::vector<sample> samples{};
};

/// Collects families. Who fills it keeps label values to a bounded set, and samples of one name together.
class figures {
 public:
  void counter(std::string name, std::string help, double value, labels with = {});
  void gauge(std::string name, std::string help, double value, labels with = {});
  void histogram(std::string name, std::string help, sample what);
  void append(const figures& others);

  [[nodiscard]] const std::vector<family>& families() const noexcept { return families_; }
  /// Prometheus text, version 0.0.4.
  [[nodiscard]] std::string to_text() const;

 private:
  void add(std::string name, std::string help, figure_kind kind, sample what);

  std::vector<family> families_;
};

}  // namespace parley::ops
