// The log: what goes in comes out, what was flushed survives everything, and damage stays where it is.
#include "faulty_disk.hpp"
#include "store/crc32c.hpp"
#include "store/record.hpp"
#include "store/segment.hpp"

#include <parley/broker/store/commit_log.hpp>
#include <parley/io/files.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>

namespace parley::broker::store {
namespace {

using testing::faulty_disk;

constexpr std::uint64_t small_segment = 2048;
constexpr log_options small{.segment_bytes = small_segment, .largest_payload = 1024, .new_store_id = 77};

bytes text(std::string_view in) { return {as_bytes(in).begin(), as_bytes(in).end()}; }

struct opened_log {
  explicit opened_log(faulty_disk& disk, log_options options = small) {
    auto opened = commit_log::open(disk, options);
    if (!opened) throw std::runtime_error(opened.error().message);
    log = std::move(opened->log);
    report = std::move(opened->report);
  }
  /// Appended, written and flushed.
  std::uint64_t keep(const bytes& payload) {
    const auto at = log->append(payload).value();
    log->write().value();
    log->flush().value();
    return at;
  }
  /// Every whole record by its position.
  [[nodiscard]] std::map<std::uint64_t, bytes> all() const {
    std::map<std::uint64_t, bytes> out;
    for (auto at = log->begin();;) {
      auto next = log->read_next(at);
      if (!next) return out;
      at = next->next;
      out.emplace(next->position, std::move(next->payload));
    }
  }
  std::unique_ptr<commit_log> log;
  log_report report;
};

/// On the disk itself.
void hurt(faulty_disk& disk, const std::string& name, std::uint64_t at, std::uint8_t bits) {
  const auto opened = disk.open(name).value();
  bytes one(1);
  ASSERT_EQ(opened->read(at, one).value(), 1U);
  one[0] ^= bits;
  opened->write(at, one).value();
  opened->flush().value();
}

TEST(crc32c, agrees_with_the_table_and_with_the_known_value) {
  EXPECT_EQ(crc32c(0, as_bytes("123456789")), 0xe3069283U);
  std::mt19937_64 random(1);
  for (std::size_t size = 0; size < 100; ++size) {
    bytes some(size);
    for (auto& byte : some) byte = static_cast<std::uint8_t>(random());
    EXPECT_EQ(crc32c(5, some), crc32c_by_table(5, some)) << size;
  }
}

TEST(commit_log, gives_back_what_was_put_in_over_several_segments) {
  faulty_disk disk;
  opened_log one(disk);
  EXPECT_TRUE(one.report.is_new);
  std::map<std::uint64_t, bytes> put;
  for (std::size_t i = 0; i < 50; ++i) {
    const bytes payload(i * 7 % 300, static_cast<std::uint8_t>(i));
    const auto expected = one.log->next_position(payload.size());
    const auto at = one.keep(payload);
    EXPECT_EQ(at, expected);
    put.emplace(at, payload);
  }
  EXPECT_GT(disk.image().size(), 3U);
  EXPECT_EQ(one.all(), put);
  for (const auto& [at, payload] : put) EXPECT_EQ(one.log->read(at).value().payload, payload);
  one.log.reset();
  const opened_log again(disk);
  EXPECT_FALSE(again.report.is_new);
  EXPECT_EQ(again.report.cut_bytes, 0U);
  EXPECT_TRUE(again.report.damaged.empty());
  EXPECT_EQ(again.all(), put);
}

TEST(commit_log, goes_on_at_the_same_place_after_it_was_opened_again) {
  faulty_disk disk;
  std::uint64_t expected = 0;
  {
    opened_log one(disk);
    one.keep(text("first"));
    expected = one.log->next_position(6);
  }
  opened_log again(disk);
  EXPECT_EQ(again.keep(text("second")), expected);
}

TEST(commit_log, takes_no_record_of_its_own_inside_a_payload_for_one) {
  faulty_disk disk;
  opened_log one(disk);
  const auto at = one.keep(text("the original"));
  bytes copy;
  write_record(copy, small.new_store_id, at, record_kind::payload, 0, text("the original"));
  const auto host = one.keep(copy);
  one.keep(text("last"));
  one.log.reset();
  // The host's envelope is hurt: what is inside must not come to light.
  hurt(disk, segment_name(0), host, 0x40);
  const opened_log again(disk);
  EXPECT_EQ(again.all().size(), 2U);
  EXPECT_EQ(again.report.damaged.size(), 1U);
}

TEST(commit_log, refuses_what_is_too_large_and_takes_the_next) {
  faulty_disk disk;
  opened_log one(disk);
  EXPECT_EQ(one.log->append(bytes(1025)).error().code, errc::too_large);
  one.keep(bytes(1024));
  EXPECT_EQ(one.all().size(), 1U);
}

TEST(commit_log, is_fenced_by_the_first_flush_that_fails_and_trusts_only_the_disk_afterwards) {
  faulty_disk disk;
  opened_log one(disk);
  const auto kept = one.keep(text("kept"));
  const auto before = one.log->durable();
  ASSERT_TRUE(one.log->append(text("lost")));
  ASSERT_TRUE(one.log->write());
  disk.fail_flush_after(0);
  EXPECT_EQ(one.log->flush().error().code, errc::storage);
  EXPECT_TRUE(one.log->fenced());
  // The disk works again, which changes nothing.
  EXPECT_FALSE(one.log->flush());
  EXPECT_FALSE(one.log->append(text("more")));
  EXPECT_FALSE(one.log->write());
  EXPECT_EQ(one.log->durable(), before);
  one.log.reset();
  const opened_log again(disk);
  EXPECT_EQ(again.all(), (std::map<std::uint64_t, bytes>{{kept, text("kept")}}));
}

TEST(commit_log, is_fenced_by_a_write_that_fails_in_its_middle_and_cuts_what_it_left) {
  for (std::size_t part = 0; part < 60; ++part) {
    faulty_disk disk;
    opened_log one(disk);
    const auto kept = one.keep(text("kept"));
    ASSERT_TRUE(one.log->append(text("a record of which only a part gets there")));
    disk.fail_write_after(0, part);
    EXPECT_FALSE(one.log->write());
    EXPECT_TRUE(one.log->fenced());
    EXPECT_FALSE(one.log->flush());
    one.log.reset();
    opened_log again(disk);
    EXPECT_EQ(again.all(), (std::map<std::uint64_t, bytes>{{kept, text("kept")}}));
    EXPECT_TRUE(again.report.damaged.empty());
    again.keep(text("goes on"));
    EXPECT_EQ(again.all().size(), 2U);
  }
}

TEST(commit_log, refuses_on_a_full_disk_without_a_fence_and_goes_on_when_there_is_room) {
  faulty_disk disk;
  opened_log one(disk);
  one.keep(bytes(900));
  one.keep(bytes(900));
  disk.set_capacity(small_segment + 1000);
  EXPECT_EQ(one.log->append(bytes(900)).error().code, errc::overloaded);
  EXPECT_FALSE(one.log->fenced());
  EXPECT_EQ(disk.image().size(), 2U) << "nothing of the new segment stays";
  disk.set_capacity({});
  one.keep(bytes(900));
  EXPECT_EQ(one.all().size(), 3U);
}

TEST(commit_log, drops_whole_old_segments_only) {
  faulty_disk disk;
  opened_log one(disk);
  std::vector<std::uint64_t> at;
  for (int i = 0; i < 10; ++i) at.push_back(one.keep(bytes(900)));
  one.log->drop_before(at[5]).value();
  EXPECT_EQ(one.log->read(at[0]).error().code, errc::not_found);
  EXPECT_EQ(one.all().begin()->first, one.log->begin() == at[4] ? at[4] : at[5]);
  one.log.reset();
  const opened_log again(disk);
  EXPECT_TRUE(again.report.damaged.empty());
  EXPECT_EQ(again.all().rbegin()->first, at[9]);
}

TEST(commit_log, is_appended_to_flushed_read_and_shortened_by_a_thread_each) {
  std::string path = ::testing::TempDir() + "parley-log-XXXXXX";
  ASSERT_NE(::mkdtemp(path.data()), nullptr);
  const auto where = io::open_folder(path).value();
  const auto log = commit_log::open(*where, small).value().log;
  std::atomic<bool> done{false};
  std::thread flusher([&] {
    while (!done) log->flush().value();
  });
  std::thread dropper([&] {
    while (!done) log->drop_before(log->durable() - std::min<std::uint64_t>(log->durable(), 4 * small_segment)).value();
  });
  std::thread reader([&] {
    while (!done) {
      const auto found = log->read_next(log->begin());
      ASSERT_TRUE(found || found.error().code == errc::not_found) << found.error().message;
    }
  });
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < 300; ++i) {
    last = log->append(bytes(i, 7)).value();
    log->write().value();
  }
  done = true;
  for (auto* one : {&flusher, &dropper, &reader}) one->join();
  log->flush().value();
  EXPECT_EQ(log->read(last).value().payload, bytes(299, 7));
  std::filesystem::remove_all(path);
}

/// Some acknowledged records in a log whose process has ended.
struct small_log {
  faulty_disk disk;
  std::map<std::uint64_t, bytes> put;

  small_log() {
    opened_log one(disk);
    for (std::size_t i = 0; i < 30; ++i) {
      const auto payload = text("record number " + std::to_string(i) + std::string(i * 5, 'x'));
      put.emplace(one.keep(payload), payload);
    }
  }
};

/// Opens it, and again; gives what is there.
std::map<std::uint64_t, bytes> reopened(faulty_disk& disk, log_report& report) {
  std::map<std::uint64_t, bytes> found;
  std::map<std::string, bytes> first;
  {
    const opened_log one(disk);
    report = one.report;
    found = one.all();
    first = disk.image();
  }
  const opened_log again(disk);
  auto second = disk.image();
  // The mark may be written to its other place; the log may not change.
  first.erase("durable");
  second.erase("durable");
  EXPECT_EQ(first, second) << "recovering twice gives the same bytes";
  EXPECT_EQ(again.all(), found);
  return found;
}

TEST(commit_log, loses_at_most_one_record_by_any_flipped_bit_and_serves_no_damaged_one) {
  const small_log whole;
  const auto image = whole.disk.image();
  for (const auto& [name, contents] : image) {
    for (std::size_t at = 0; at < contents.size(); ++at) {
      faulty_disk disk;
      for (const auto& [other, there] : image) {
        ASSERT_TRUE(disk.create(other).value()->write(0, there));
        ASSERT_TRUE(disk.open(other).value()->flush());
      }
      ASSERT_TRUE(disk.flush());
      hurt(disk, name, at, static_cast<std::uint8_t>(1U << (at % 8)));
      log_report report;
      const auto found = reopened(disk, report);
      std::size_t missing = 0;
      for (const auto& [position, payload] : whole.put) {
        const auto there = found.find(position);
        if (there == found.end()) {
          ++missing;
        } else {
          ASSERT_EQ(there->second, payload) << name << " at " << at;
        }
      }
      ASSERT_EQ(found.size() + missing, whole.put.size()) << "nothing new came to light, " << name << " at " << at;
      ASSERT_LE(missing, 1U) << name << " at " << at;
      if (missing > 0) {
        ASSERT_FALSE(report.damaged.empty()) << name << " at " << at;
      }
    }
  }
}

TEST(commit_log, keeps_what_lies_before_any_place_where_it_is_cut_off_and_never_gives_a_position_again) {
  const small_log whole;
  const auto image = whole.disk.image();
  const auto newest = segment_name(whole.put.rbegin()->first / small_segment * small_segment);
  for (std::size_t left = 0; left < image.at(newest).size(); left += 3) {
    faulty_disk disk;
    for (const auto& [name, contents] : image) {
      const auto part = name == newest ? byte_view(contents).first(left) : byte_view(contents);
      ASSERT_TRUE(disk.create(name).value()->write(0, part));
      ASSERT_TRUE(disk.open(name).value()->flush());
    }
    ASSERT_TRUE(disk.flush());
    log_report report;
    const auto found = reopened(disk, report);
    const auto base = whole.put.rbegin()->first / small_segment * small_segment;
    for (const auto& [position, payload] : whole.put) {
      const bool kept = position + record_bytes(payload.size()) <= base + left;
      if (kept) {
        ASSERT_TRUE(found.contains(position)) << "cut at " << left << ", record at " << position;
      }
    }
    opened_log more(disk);
    const auto next = more.keep(text("more"));
    ASSERT_GT(next, whole.put.rbegin()->first) << left;
    ASSERT_TRUE(more.all().contains(next));
  }
}

/// Appends at random and crashes at random, and says what must be there.
class crashing {
 public:
  explicit crashing(std::uint64_t seed) : random_(seed), log_(std::in_place, disk_) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      switch (random_() % 12) {
        case 0: power_cut(); break;
        case 1: process_ends(); break;
        case 2:
        case 3: log_->log->flush().value(); note_flush(); break;
        case 4:
        case 5:
        case 6: log_->log->write().value(); written_ = log_->log->written(); break;
        default: append(); break;
      }
      if (::testing::Test::HasFatalFailure()) return;
    }
  }

 private:
  void append() {
    bytes payload(random_() % 400);
    for (auto& byte : payload) byte = static_cast<std::uint8_t>(random_());
    const auto at = log_->log->append(payload).value();
    ASSERT_FALSE(kept_.contains(at)) << "a position of what was acknowledged is given again";
    asked_[at] = payload;
  }
  void note_flush() {
    for (auto at = asked_.begin(); at != asked_.end() && at->first + record_bytes(at->second.size()) <= log_->log->durable();) {
      kept_.insert(*at);
      at = asked_.erase(at);
    }
  }
  void power_cut() {
    log_.reset();
    disk_.crash(random_);
    look(false);
  }
  void process_ends() {
    log_.reset();
    look(true);
  }
  void look(bool written_stays) {
    log_report report;
    const auto found = reopened(disk_, report);
    EXPECT_TRUE(report.damaged.empty()) << report.damaged.front().from << " to " << report.damaged.front().to;
    for (const auto& [at, payload] : kept_) ASSERT_TRUE(found.contains(at) && found.at(at) == payload) << "lost: " << at;
    bool ended = false;
    for (const auto& [at, payload] : asked_) {
      const bool there = found.contains(at);
      ASSERT_FALSE(there && ended) << "what is there is no prefix of what was asked for";
      ended |= !there;
      if (there) {
        ASSERT_EQ(found.at(at), payload);
      }
      if (written_stays && at + record_bytes(payload.size()) <= written_) {
        ASSERT_TRUE(there) << at;
      }
    }
    ASSERT_LE(found.size(), kept_.size() + asked_.size());
    // What is there now was flushed when the log was opened.
    kept_ = found;
    asked_.clear();
    log_.emplace(disk_);
    written_ = log_->log->written();
  }

  std::mt19937_64 random_;
  faulty_disk disk_;
  std::optional<opened_log> log_;
  std::map<std::uint64_t, bytes> kept_, asked_;
  std::uint64_t written_{0};
};

TEST(commit_log, keeps_what_was_flushed_and_a_prefix_of_the_rest_through_any_power_cut) {
  const char* const more = std::getenv("PARLEY_CRASH_SEEDS");
  const std::uint64_t seeds = more == nullptr ? 300 : std::strtoull(more, nullptr, 10);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE(seed);
    crashing(seed).run(60);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace parley::broker::store
