// A disk in memory that can lose what was not flushed, tear what was, fail on demand and be full.
#pragma once

#include <parley/base/files.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace parley::broker::testing {

/// One folder. Everything that is written is seen at once; what a power cut leaves of it is decided by crash().
class faulty_disk final : public folder {
 public:
  faulty_disk();
  ~faulty_disk() override;

  result<std::vector<std::string>> names() const override;
  result<std::unique_ptr<file>> open(const std::string& name) override;
  result<std::unique_ptr<file>> create(const std::string& name) override;
  result<void> remove(const std::string& name) override;
  result<void> flush() override;

  /// A power cut: of each write that was not flushed, any of its sectors of 512 bytes may be there or not; likewise files that were made or
  /// removed and the folder not flushed since.
  void crash(std::mt19937_64& random);

  void fail_write_after(int writes, std::size_t bytes_written) { failing_write_ = {writes, bytes_written}; }
  void fail_flush_after(int flushes) { failing_flush_ = flushes; }
  void set_capacity(std::optional<std::uint64_t> total_bytes) { capacity_ = total_bytes; }

  /// The whole file as it is seen now, to look at or to hurt.
  bytes& contents(const std::string& name);
  /// Every file as it is seen now.
  [[nodiscard]] std::map<std::string, bytes> image() const;

  struct node;

 private:
  friend class faulty_file;
  bool write_fails(std::size_t& allowed);
  bool flush_fails();
  [[nodiscard]] std::uint64_t used() const;

  std::map<std::string, std::shared_ptr<node>> files_;
  std::map<std::string, std::shared_ptr<node>> flushed_names_;
  std::optional<std::pair<int, std::size_t>> failing_write_{};
  std::optional<int> failing_flush_{};
  std::optional<std::uint64_t> capacity_{};
};

}  // namespace parley::broker::testing
