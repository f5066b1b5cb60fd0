// Tells a write-ahead log that a crash cut short from one that was damaged afterwards.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace parley::chat {

/// Reads bytes of the log from an offset; false when it cannot.
using log_reader = std::function<bool(std::int64_t from, std::span<std::uint8_t> to)>;

/// SQLite reads its log up to the first frame that does not verify and drops the rest without a word. After a crash that rest is the one
/// transaction that was under way: a commit is flushed before the next one is written. So when frames that verify among
/// themselves hold two commits behind that point, a commit that was acknowledged would be dropped, and this is true.
/// Damage to the last commits of a log cannot be told from a crash.
///
///     log:   header(32) frame*           frame: header(24) page
///     header: magic, version, page size, checkpoint number, salt 1, salt 2, checksum 1, checksum 2   (32-bit, big-endian)
///     frame:  page number, pages after a commit or 0, salt 1, salt 2, checksum 1, checksum 2
[[nodiscard]] bool drops_acknowledged_commits(std::int64_t log_bytes, const log_reader& read);

}  // namespace parley::chat
