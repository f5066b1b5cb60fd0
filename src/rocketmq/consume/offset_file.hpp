// A broadcasting group's offsets on this machine.
//
//     parley offsets 1
//     <offset> TAB <queue id> TAB <broker name> TAB <topic>      one line a queue
//     end <number of queues>
#pragma once

#include "consume/file_store.hpp"

#include <parley/rocketmq/message.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace parley::rocketmq::consume {

using offset_map = std::map<message_queue, std::int64_t>;

[[nodiscard]] std::string write_offsets(const offset_map& in);
/// `malformed` for anything but a whole file of the form above: a torn file must not pass for an older one.
[[nodiscard]] result<offset_map> read_offsets(std::string_view text);

/// offsets.txt in a directory, with the one before it as offsets.txt.bak. Blocking; one user at a time.
///
/// A save writes a new file, flushes it, keeps the present one as .bak and renames: a crash at any step leaves one of both whole.
class offset_file {
 public:
  offset_file(file_store& files, std::string directory);

  /// The saved offsets; none at the first start. When the file is missing or damaged the .bak is taken (`used_backup`): some
  /// messages come twice then. `malformed` when neither can be read but one is there: starting anew would lose messages.
  struct loaded {
    offset_map offsets;
    bool used_backup{false};
  };
  [[nodiscard]] result<loaded> load();
  result<void> save(const offset_map& offsets);

 private:
  result<std::optional<offset_map>> read_one(const std::string& path);

  file_store& files_;
  std::string directory_;
  std::string path_;
  std::string backup_;
};

}  // namespace parley::rocketmq::consume
