// A small file beside the log that remembers how far it was durable.
#pragma once

#include <parley/base/files.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace parley::broker::store {

/// Written after each flush of the log and not flushed itself: whatever of it reaches the disk is true, and after the end of the
/// process alone it is up to date. Two places in turn, so that a torn write leaves the one before. One thread.
class durable_mark {
 public:
  struct found {
    std::uint64_t store_id{0};
    std::uint64_t position{0};
  };
  static result<durable_mark> open(folder& in);

  /// What it said when it was opened: it is a second witness of the store's id, too. Nothing when it is new or neither place is whole.
  [[nodiscard]] const std::optional<found>& before() const noexcept { return before_; }
  result<void> set(std::uint64_t store_id, std::uint64_t position);
  /// For a new store, whose id has to be known for good.
  result<void> flush() { return where_->flush(); }

 private:
  explicit durable_mark(std::shared_ptr<file> where) : where_(std::move(where)) {}

  std::shared_ptr<file> where_;
  std::optional<found> before_{};
  bool second_{false};  // which place is next
};

}  // namespace parley::broker::store
