// Broadcasting: every member sees every message, and goes on from its file after a restart.
#include "integration/rocketmq/push_support.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace parley::integration {
namespace {

using namespace rocketmq;
constexpr milliseconds patience{30'000};

/// A directory of the test's own, removed with it.
class scratch_directory {
 public:
  scratch_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "parley-broadcast-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~scratch_directory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

push_consumer_options broadcast_options(const std::string& group, const std::string& topic, const std::string& directory) {
  auto out = push_options(group, topic);
  out.model = message_model::broadcasting;
  out.broadcast_directory = directory;
  // The stop saves, nothing else does: however long a run takes, its file is the only one of that run.
  out.commit_period = std::chrono::hours{1};
  return out;
}

push_consumer::handler recording(record& into) {
  return [&into](const received_message& message) {
    into.add(message);
    return consume_verdict::done;
  };
}

TEST(push_broadcast, every_member_sees_every_message) {
  const scratch_directory here;
  const scratch_directory there;
  const auto group = unique_name("group");
  const auto one = started_client();
  const auto other = started_client();
  const auto topic = fresh_topic(*one, 4);
  record first_saw;
  record second_saw;
  push_consumer first(*one, broadcast_options(group, topic, here.path()), recording(first_saw));
  push_consumer second(*other, broadcast_options(group, topic, there.path()), recording(second_saw));
  ASSERT_TRUE(first.start());
  ASSERT_TRUE(second.start());
  send_numbered(*one, topic, 40);
  ASSERT_TRUE(eventually([&] { return first_saw.count() >= 40 && second_saw.count() >= 40; }, patience));
  ASSERT_TRUE(first.stop());
  ASSERT_TRUE(second.stop());
  EXPECT_EQ(first_saw.bodies(), numbered(40));
  EXPECT_EQ(second_saw.bodies(), numbered(40));
}

TEST(push_broadcast, goes_on_from_its_file_and_from_the_backup_of_it) {
  const scratch_directory files;
  const auto group = unique_name("group");
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 2);
  const auto run = [&](std::size_t expected, record& saw) {
    push_consumer consumer(*owner, broadcast_options(group, topic, files.path()), recording(saw));
    const auto started = consumer.start();
    ASSERT_TRUE(started) << started.error().message;
    ASSERT_TRUE(eventually([&] { return saw.count() >= expected && reads(consumer, topic, 2); }, patience));
    ASSERT_TRUE(consumer.stop());
  };
  send_numbered(*owner, topic, 10, "a");
  record first;
  run(10, first);
  send_numbered(*owner, topic, 10, "b");
  record second;
  run(10, second);
  EXPECT_EQ(second.bodies(), numbered(10, "b"));

  const auto file = files.path() + "/" + group + "/offsets.txt";
  std::filesystem::resize_file(file, 10);
  record third;
  run(10, third);
  EXPECT_EQ(third.bodies(), numbered(10, "b")) << "the backup is one run older: repeated, not lost";
}

TEST(push_broadcast, a_failed_message_is_dropped) {
  const scratch_directory files;
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  record saw;
  push_consumer consumer(*owner, broadcast_options(unique_name("group"), topic, files.path()), [&](const received_message& message) {
    saw.add(message);
    return consume_verdict::retry_later;
  });
  ASSERT_TRUE(consumer.start());
  send_numbered(*owner, topic, 5);
  ASSERT_TRUE(eventually(
      [&] {
        const auto all = consumer.progress();
        return all.size() == 1 && all[0].commit_offset == 5;
      },
      patience));
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(saw.count(), 5U);
  EXPECT_EQ(consumer.stats().retried, 0U);
}

TEST(push_broadcast, two_consumers_cannot_share_a_file) {
  const scratch_directory files;
  const auto group = unique_name("group");
  const auto owner = started_client();
  const auto topic = fresh_topic(*owner, 1);
  record saw;
  push_consumer first(*owner, broadcast_options(group, topic, files.path()), recording(saw));
  ASSERT_TRUE(first.start());
  const auto other = started_client();
  push_consumer second(*other, broadcast_options(group, topic, files.path()), recording(saw));
  const auto started = second.start();
  ASSERT_TRUE(started.has_error());
  EXPECT_EQ(started.error().code, errc::unavailable);
  EXPECT_TRUE(first.stop());
}

TEST(push_broadcast, refuses_to_begin_over_a_file_that_it_cannot_read) {
  const scratch_directory files;
  const auto group = unique_name("group");
  std::filesystem::create_directories(files.path() + "/" + group);
  std::ofstream(files.path() + "/" + group + "/offsets.txt") << "rubbish";
  const auto owner = started_client();
  record saw;
  push_consumer consumer(*owner, broadcast_options(group, "some_topic", files.path()), recording(saw));
  const auto started = consumer.start();
  ASSERT_TRUE(started.has_error());
  EXPECT_EQ(started.error().code, errc::malformed);
}

}  // namespace
}  // namespace parley::integration
