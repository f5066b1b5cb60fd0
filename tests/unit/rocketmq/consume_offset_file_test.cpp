// Broadcast offsets: their text form, and that a crash at any step of a save leaves a whole file.
#include "consume/offset_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace parley::rocketmq::consume {
namespace {

offset_map sample(std::int64_t at) {
  return {{{"t", "broker-a", 0}, at}, {{"t", "broker-a", 1}, at + 1}, {{"%RETRY%g", "broker-b", 0}, 0}};
}

/// Files in memory. The step with number `break_at` and all after it fail; a write that breaks leaves half of its bytes.
class breaking_files final : public file_store {
 public:
  std::map<std::string, std::string> files;
  int break_at{-1};
  int steps{0};

  result<void> make_directory(const std::string&) override { return {}; }
  result<std::optional<std::string>> read(const std::string& path, std::size_t) override {
    const auto found = files.find(path);
    if (found == files.end()) return std::optional<std::string>{};
    return std::optional(found->second);
  }
  result<void> write(const std::string& path, const std::string& contents) override {
    const bool breaks = broken();
    files[path] = breaks ? contents.substr(0, contents.size() / 2) : contents;
    return breaks ? failure() : result<void>{};
  }
  result<void> rename(const std::string& from, const std::string& to) override {
    if (broken()) return failure();
    files[to] = files[from];
    files.erase(from);
    return {};
  }
  result<void> sync_directory(const std::string&) override { return broken() ? failure() : result<void>{}; }

 private:
  bool broken() { return break_at >= 0 && steps++ >= break_at; }
  static result<void> failure() { return fail(errc::storage, "disk broke"); }
};

TEST(consume_offset_file, text_form_is_stable_and_reads_back) {
  EXPECT_EQ(write_offsets(sample(7)),
            "parley offsets 1\n0\t0\tbroker-b\t%RETRY%g\n7\t0\tbroker-a\tt\n8\t1\tbroker-a\tt\nend 3\n");
  EXPECT_EQ(read_offsets(write_offsets(sample(7))).value(), sample(7));
  EXPECT_EQ(read_offsets(write_offsets({})).value(), offset_map{});
}

TEST(consume_offset_file, no_proper_prefix_passes_for_a_whole_file) {
  const auto text = write_offsets(sample(7));
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_TRUE(read_offsets(std::string_view(text).substr(0, size)).has_error()) << size;
  }
  EXPECT_TRUE(read_offsets(text + "x").has_error());
}

TEST(consume_offset_file, refuses_what_is_not_an_offset) {
  const auto with = [](const std::string& line) { return "parley offsets 1\n" + line + "\nend 1\n"; };
  EXPECT_TRUE(read_offsets(with("5\t0\tb\tt")).has_value());
  for (const auto* line :
       {"-1\t0\tb\tt", "x\t0\tb\tt", "5\tx\tb\tt", "5\t0\tb\t", "5\t0\tb", "99999999999999999999\t0\tb\tt", "5 \t0\tb\tt"}) {
    EXPECT_TRUE(read_offsets(with(line)).has_error()) << line;
  }
  EXPECT_TRUE(read_offsets("parley offsets 1\n5\t0\tb\tt\n6\t0\tb\tt\nend 2\n").has_error());  // a queue twice
}

TEST(consume_offset_file, nothing_saved_is_no_offsets) {
  breaking_files files;
  const auto loaded = offset_file(files, "d").load();
  ASSERT_TRUE(loaded.has_value());
  EXPECT_TRUE(loaded->offsets.empty());
  EXPECT_FALSE(loaded->used_backup);
}

TEST(consume_offset_file, keeps_the_one_before_as_backup) {
  breaking_files files;
  offset_file file(files, "d");
  ASSERT_TRUE(file.save(sample(1)).has_value());
  ASSERT_TRUE(file.save(sample(2)).has_value());
  EXPECT_EQ(read_offsets(files.files.at("d/offsets.txt")).value(), sample(2));
  EXPECT_EQ(read_offsets(files.files.at("d/offsets.txt.bak")).value(), sample(1));
}

TEST(consume_offset_file, a_crash_at_any_step_leaves_the_old_or_the_new_offsets) {
  for (int step = 0; step < 4; ++step) {
    breaking_files files;
    offset_file file(files, "d");
    ASSERT_TRUE(file.save(sample(1)).has_value());
    ASSERT_TRUE(file.save(sample(2)).has_value());
    files.break_at = step;
    EXPECT_TRUE(file.save(sample(3)).has_error()) << step;
    files.break_at = -1;
    const auto loaded = offset_file(files, "d").load();
    ASSERT_TRUE(loaded.has_value()) << step;
    EXPECT_TRUE(loaded->offsets == sample(2) || loaded->offsets == sample(3)) << step;
    ASSERT_TRUE(file.save(sample(4)).has_value()) << "goes on after the disk is well again";
    EXPECT_EQ(offset_file(files, "d").load()->offsets, sample(4));
  }
}

TEST(consume_offset_file, takes_the_backup_for_a_damaged_file_and_does_not_overwrite_it_with_damage) {
  breaking_files files;
  offset_file file(files, "d");
  ASSERT_TRUE(file.save(sample(1)).has_value());
  ASSERT_TRUE(file.save(sample(2)).has_value());
  files.files["d/offsets.txt"].resize(20);
  const auto loaded = file.load();
  ASSERT_TRUE(loaded.has_value());
  EXPECT_EQ(loaded->offsets, sample(1));
  EXPECT_TRUE(loaded->used_backup);
  files.break_at = 1;  // the new file is written, then the disk breaks
  EXPECT_TRUE(file.save(sample(3)).has_error());
  EXPECT_EQ(offset_file(files, "d").load()->offsets, sample(1));
}

TEST(consume_offset_file, never_begins_anew_over_damage) {
  breaking_files files;
  files.files["d/offsets.txt"] = "rubbish";
  EXPECT_EQ(offset_file(files, "d").load().error().code, errc::malformed);
  files.files["d/offsets.txt.bak"] = "rubbish too";
  EXPECT_EQ(offset_file(files, "d").load().error().code, errc::malformed);
}

/// A directory of the test's own, removed with it.
class scratch_directory {
 public:
  scratch_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "parley-offsets-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~scratch_directory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(consume_offset_file, saves_and_loads_on_a_real_disk) {
  const scratch_directory scratch;
  const auto files = make_file_store();
  const auto directory = scratch.path() + "/a/b";
  ASSERT_TRUE(files->make_directory(directory).has_value());
  ASSERT_TRUE(files->make_directory(directory).has_value());
  offset_file file(*files, directory);
  ASSERT_TRUE(file.save(sample(1)).has_value());
  ASSERT_TRUE(file.save(sample(2)).has_value());
  EXPECT_EQ(offset_file(*files, directory).load()->offsets, sample(2));
  EXPECT_EQ(files->read(directory + "/offsets.txt", 3).error().code, errc::too_large);
  EXPECT_EQ(files->write("/nowhere/at/all", "x").error().code, errc::storage);
}

TEST(consume_offset_file, a_directory_has_one_owner) {
  const scratch_directory scratch;
  auto first = lock_directory(scratch.path());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(lock_directory(scratch.path()).error().code, errc::unavailable);
  first->reset();
  EXPECT_TRUE(lock_directory(scratch.path()).has_value());
}

}  // namespace
}  // namespace parley::rocketmq::consume
