// Our push consumer and Apache's in one group, the allocation of both, and what mqadmin shows of ours.
#include "consume/rebalance.hpp"
#include "integration/rocketmq/push_support.hpp"
#include "interop/push/command.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

namespace parley::interop {
namespace {

using namespace integration;
using namespace rocketmq;
constexpr milliseconds patience{100'000};

class scratch_directory {
 public:
  scratch_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "parley-interop-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~scratch_directory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::string> messages_of(const running_program& peer) {
  std::vector<std::string> out;
  for (const auto& line : peer.lines()) {
    if (line.starts_with("message ")) out.push_back(line.substr(line.rfind(' ') + 1));
  }
  return out;
}

std::set<std::int32_t> queues_read_by(const running_program& peer) {
  std::set<std::int32_t> out;
  for (const auto& line : peer.lines()) {
    if (line.starts_with("message ")) out.insert(std::stoi(line.substr(8)));
  }
  return out;
}

bool says(const running_program& peer, const std::string& wanted) {
  const auto all = peer.lines();
  return std::find(all.begin(), all.end(), wanted) != all.end();
}

push_consumer::handler recording(record& into) {
  return [&into](const received_message& message) {
    into.add(message);
    return consume_verdict::done;
  };
}

std::string admin_says(const std::string& command) {
  return output_of(source_folder() + "/scripts/rocketmq admin --dir " + broker_setting("DIR") + " " + command);
}

TEST(push_interop, shares_a_group_with_a_java_member_without_a_queue_twice_or_not_at_all) {
  const scratch_directory scratch;
  const auto owner = started_client();
  const auto group = unique_name("group");
  const auto topic = fresh_topic(*owner, 6);
  record ours;
  push_consumer consumer(*owner, push_options(group, topic), recording(ours));
  ASSERT_TRUE(consumer.start());
  ASSERT_TRUE(eventually([&] { return reads(consumer, topic, 6); }, patience));
  running_program peer(java("PushPeer", broker_setting("NAMESRV") + " " + group + " " + topic), scratch.path() + "/peer");
  ASSERT_TRUE(eventually([&] { return says(peer, "ready"); }, patience));
  ASSERT_TRUE(eventually([&] { return reads(consumer, topic, 3); }, patience)) << "half of the queues are the other's";
  send_numbered(*owner, topic, 60, "a");
  ASSERT_TRUE(eventually([&] { return ours.count() + messages_of(peer).size() >= 60; }, patience));
  // Who was given what by the queues, not by the numbers: a message that is sent again takes another queue.
  std::set<std::int32_t> our_queues;
  for (const auto& queue : queues_of(consumer, topic)) our_queues.insert(queue.queue_id);
  for (const auto& one : ours.all()) EXPECT_TRUE(our_queues.contains(one.queue.queue_id)) << one.queue.to_string();
  const auto their_queues = queues_read_by(peer);
  EXPECT_EQ(their_queues.size(), 3U) << "each queue was sent to";
  for (const auto id : their_queues) EXPECT_FALSE(our_queues.contains(id)) << id;
  auto all = ours.bodies();
  const auto theirs = messages_of(peer);
  all.insert(all.end(), theirs.begin(), theirs.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, numbered(60, "a")) << "each once";
  peer.finish();
  ASSERT_TRUE(eventually([&] { return reads(consumer, topic, 6); }, patience)) << "what the other had is ours";
  send_numbered(*owner, topic, 60, "b");
  const auto ours_of = [&ours](char phase) {
    auto bodies = ours.bodies();
    std::erase_if(bodies, [phase](const auto& body) { return body.front() != phase; });
    return bodies;
  };
  ASSERT_TRUE(eventually([&] { return ours_of('b').size() >= 60; }, patience));
  ASSERT_TRUE(consumer.stop());
  // Of the first phase some may come twice: Apache's member leaves before it knows that its last offsets have arrived.
  EXPECT_EQ(ours_of('b'), numbered(60, "b"));
}

TEST(push_interop, allocates_as_apaches_class_does) {
  constexpr int most_queues = 24;
  constexpr int most_members = 12;
  std::istringstream in(output_of(java("Shares", std::to_string(most_queues) + " " + std::to_string(most_members))));
  int compared = 0;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    int queues = 0;
    int members = 0;
    int index = 0;
    char colon = 0;
    if (!(words >> queues >> members >> index >> colon) || colon != ':') continue;  // the library's own words
    std::vector<int> theirs;
    for (int id = 0; words >> id;) theirs.push_back(id);

    std::vector<message_queue> all;
    for (int id = 0; id < queues; ++id) all.push_back({"topic", id % 2 == 0 ? "broker-a" : "broker-b", id});
    std::vector<std::string> ids;
    for (int i = 0; i < members; ++i) ids.push_back("10.0.0." + std::to_string(i) + "@7#" + std::to_string(i));
    std::sort(ids.begin(), ids.end());
    std::vector<int> ours;
    for (const auto& one : consume::allocate_averagely(all, ids, ids[static_cast<std::size_t>(index)]))
      ours.push_back(one.queue_id);
    EXPECT_EQ(ours, theirs) << line;
    ++compared;
  }
  EXPECT_EQ(compared, most_queues * most_members * (most_members + 1) / 2);
}

TEST(push_interop, mqadmin_shows_our_group_as_it_shows_javas) {
  const auto owner = started_client();
  const auto group = unique_name("group");
  const auto topic = fresh_topic(*owner, 2);
  auto options = push_options(group, topic, "A || B");
  options.commit_period = milliseconds{200};
  record ours;
  push_consumer consumer(*owner, options, recording(ours));
  ASSERT_TRUE(consumer.start());
  send_numbered(*owner, topic, 20, "m", "A");
  ASSERT_TRUE(eventually([&] { return ours.count() >= 20; }, patience));

  const auto connection = admin_says("consumerConnection -g " + group);
  EXPECT_NE(connection.find(owner->client_id()), std::string::npos) << connection;
  EXPECT_NE(connection.find("CONSUME_PASSIVELY"), std::string::npos) << connection;
  EXPECT_NE(connection.find("CLUSTERING"), std::string::npos) << connection;
  EXPECT_NE(connection.find("CONSUME_FROM_FIRST_OFFSET"), std::string::npos) << connection;
  EXPECT_NE(connection.find("A || B"), std::string::npos) << connection;

  std::string progress;
  EXPECT_TRUE(eventually(
      [&] {
        progress = admin_says("consumerProgress -g " + group);
        return std::regex_search(progress, std::regex("Consume Diff Total: 0\\b"));
      },
      patience))
      << progress;
  EXPECT_NE(progress.find(topic), std::string::npos) << progress;

  const auto status = admin_says("consumerStatus -g " + group + " -i " + owner->client_id());
  EXPECT_NE(status.find("#Consumer MQ Detail#"), std::string::npos) << status;
  EXPECT_NE(status.find(topic), std::string::npos) << status;
  ASSERT_TRUE(consumer.stop());
}

TEST(push_interop, an_administrator_can_move_our_offsets_back) {
  const auto owner = started_client();
  const auto group = unique_name("group");
  const auto topic = fresh_topic(*owner, 2);
  record ours;
  push_consumer consumer(*owner, push_options(group, topic), recording(ours));
  ASSERT_TRUE(consumer.start());
  send_numbered(*owner, topic, 20);
  ASSERT_TRUE(eventually([&] { return ours.count() >= 20; }, patience));
  const auto said = admin_says("resetOffsetByTime -g " + group + " -t " + topic + " -s 0");
  EXPECT_TRUE(eventually([&] { return ours.count() >= 40; }, patience)) << said;
  ASSERT_TRUE(consumer.stop());
  EXPECT_EQ(ours.distinct().size(), 20U);
}

}  // namespace
}  // namespace parley::interop
