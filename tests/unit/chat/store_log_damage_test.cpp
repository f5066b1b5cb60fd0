// A log that a crash cut short is used; one that was damaged afterwards is refused, and kept.
#include "store/log_damage.hpp"
#include "support_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <span>
#include <sstream>

namespace parley::chat::test {
namespace {

constexpr int stored = 30;
constexpr std::size_t frame_bytes = 24 + 4096;

std::string bytes_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return std::move(out).str();
}

void put(const std::string& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

/// The files that a killed server leaves: all of it in the log but what was copied back at an earlier start.
class left_behind {
 public:
  explicit left_behind(bool with_earlier_start) {
    if (with_earlier_start) file_.make();
    const auto store = file_.open();
    for (int i = 0; i < stored; ++i) append(*store, message_of("r", "u", std::to_string(i))).value();
    database_ = bytes_of(file_.path());
    log_ = bytes_of(file_.path() + "-wal");
  }

  /// Opens a copy with this log: how many messages there are, or -1 when it is refused.
  std::int64_t messages_with(const std::string& log) const {
    const database_file copy;
    put(copy.path(), database_);
    put(copy.path() + "-wal", log);
    auto opened = open_sqlite_store(copy.path(), "me");
    if (!opened) {
      EXPECT_EQ(opened.error().code, errc::storage);
      EXPECT_EQ(bytes_of(copy.path() + "-wal"), log) << "what is refused is kept for a repair";
      EXPECT_FALSE(open_sqlite_store(copy.path(), "me").has_value()) << "and refused again";
      return -1;
    }
    const auto page = read_page(**opened, {.room_id = "r", .limit = 200});
    return page ? static_cast<std::int64_t>(page->messages.size()) : -1;
  }
  [[nodiscard]] const std::string& log() const { return log_; }
  /// Where the part of the log that is written ends and the space that is laid out begins.
  [[nodiscard]] std::size_t written() const { return log_.find_last_not_of('\0') + 1; }

 private:
  database_file file_;
  std::string database_, log_;
};

TEST(store_log, as_a_crash_leaves_it_is_used) {
  for (const bool earlier : {false, true}) {
    const left_behind files(earlier);
    EXPECT_EQ(files.messages_with(files.log()), stored);
    EXPECT_EQ(files.messages_with(files.log().substr(0, files.written())), stored);
  }
}

TEST(store_log, cut_anywhere_holds_what_was_flushed_before) {
  const left_behind files(true);
  std::int64_t last = 0;
  for (std::size_t part = 0; part < 8; ++part) {
    const auto size = files.written() * part / 8;
    const auto cut = files.messages_with(files.log().substr(0, size));
    EXPECT_GE(cut, last) << size;
    last = cut;
  }
}

TEST(store_log, with_a_changed_bit_is_refused_and_kept) {
  for (const bool earlier : {false, true}) {
    const left_behind files(earlier);
    for (std::size_t part = 0; part < 4; ++part) {
      auto log = files.log();
      const auto at = files.written() * part / 5 + 3;
      log[at] = static_cast<char>(log[at] ^ 4);
      EXPECT_EQ(files.messages_with(log), -1) << at;
    }
  }
}

bool drops(const std::string& log) {
  return drops_acknowledged_commits(static_cast<std::int64_t>(log.size()), [&log](std::int64_t from, std::span<std::uint8_t> to) {
    const auto at = static_cast<std::size_t>(from);
    if (at + to.size() > log.size()) return false;
    std::copy_n(log.begin() + from, to.size(), to.begin());
    return true;
  });
}

/// Where the frames of the log's last `commits` commits begin.
std::size_t last_commits_begin(const std::string& log, std::size_t written, int commits) {
  auto frame = (written - 32) / frame_bytes;
  for (int seen = 0; frame > 0; --frame) {
    const auto flag = log.substr(32 + (frame - 1) * frame_bytes + 4, 4);
    if (flag != std::string(4, '\0') && ++seen > commits) break;
  }
  return 32 + frame * frame_bytes;
}

TEST(store_log, shows_a_change_of_any_bit_that_concerns_more_than_its_end) {
  const left_behind files(true);
  auto log = files.log().substr(0, files.written());
  log.resize(32 + (log.size() - 32 + frame_bytes - 1) / frame_bytes * frame_bytes);
  EXPECT_FALSE(drops(log));
  const auto end = last_commits_begin(log, log.size(), 3);
  ASSERT_GT(end, log.size() / 2);
  for (std::size_t at = 0; at < end; at += at < 32 + 24 ? 1 : 331) {
    const char before = log[at];
    log[at] = static_cast<char>(before ^ (1 << (at % 8)));
    EXPECT_TRUE(drops(log)) << at;
    log[at] = before;
  }
}

TEST(store_log, cut_or_blanked_anywhere_is_what_a_crash_leaves) {
  const left_behind files(true);
  const auto log = files.log().substr(0, files.written());
  for (std::size_t size = 0; size < log.size(); size += 1501) {
    EXPECT_FALSE(drops(log.substr(0, size))) << size;
    if (size >= 32) EXPECT_FALSE(drops(log.substr(0, size) + std::string(3 * frame_bytes, '\0'))) << size;
  }
  EXPECT_FALSE(drops(std::string(50'000, '\0')));
}

TEST(store_log, with_any_frames_of_its_last_commit_missing_is_what_a_power_cut_leaves) {
  const left_behind files(true);
  auto log = files.log().substr(0, files.written());
  log.resize(32 + (log.size() - 32 + frame_bytes - 1) / frame_bytes * frame_bytes);
  const auto from = last_commits_begin(log, log.size(), 1);
  const auto frames = (log.size() - from) / frame_bytes;
  ASSERT_GE(frames, 2U);
  for (std::size_t missing = 1; missing < (1U << frames); ++missing) {
    auto torn = log;
    for (std::size_t frame = 0; frame < frames; ++frame) {
      if ((missing >> frame & 1U) != 0) torn.replace(from + frame * frame_bytes, frame_bytes, std::string(frame_bytes, '\0'));
    }
    EXPECT_FALSE(drops(torn)) << missing;
  }
}

TEST(store_log, of_an_earlier_round_behind_its_end_is_nothing) {
  const database_file file;
  {
    const auto store = file.open();
    for (int i = 0; i < 400; ++i) append(*store, message_of("r", "u", "x")).value();
    // What is in the log is copied back, so that the next write begins it anew over the old frames.
    plain_database(file.path()).run("PRAGMA wal_checkpoint(PASSIVE)");
    append(*store, message_of("r", "u", "x")).value();
    const database_file copy;
    put(copy.path(), bytes_of(file.path()));
    put(copy.path() + "-wal", bytes_of(file.path() + "-wal"));
    EXPECT_EQ(append(*copy.open(), message_of("r", "u", "x")).value(), 402);
  }
}

}  // namespace
}  // namespace parley::chat::test
