// A subscription's tags: what is sent to the broker, and what is compared again here.
#pragma once

#include <parley/rocketmq/message.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace parley::rocketmq::core {

/// The broker compares 32-bit hashes only, so an exact comparison follows here.
class tag_filter {
 public:
  explicit tag_filter(const filter& what);

  /// What the pull carries: "*", "A || B", or with the text whose hash is that of no tag at all.
  [[nodiscard]] const std::string& expression() const noexcept { return expression_; }
  [[nodiscard]] bool passes(std::string_view tag) const noexcept;

 private:
  std::vector<std::string> tags_;  // empty = everything
  bool untagged_too_;
  std::string expression_;
};

}  // namespace parley::rocketmq::core
