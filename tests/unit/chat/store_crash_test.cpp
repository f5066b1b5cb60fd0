// Servers that are killed at any moment: nothing acknowledged is lost, no number is missing, nothing stays unpublished.
#include "support_service.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <map>
#include <set>

namespace parley::chat::test {
namespace {

/// What a child says of an answered message, in one write to its pipe.
struct acknowledgement {
  std::int64_t seq;
  std::array<char, 40> message_id;
};

/// Sends messages for ever, some in batches, and says of each answer that it has it.
[[noreturn]] void serve(const std::string& path, int acknowledgements, int number) {
  // Patient, as its neighbour may be held up for seconds with the lock.
  auto where = open_sqlite_store(path, "child" + std::to_string(number), {.patience = milliseconds{30'000}}).value();
  service decides(*where, standard_actions(), system_clock(), random_source(static_cast<std::uint64_t>(number)), milliseconds{0});
  for (int i = 0;; ++i) {
    std::vector<request> batch;
    for (int k = 0; k <= i % 3; ++k) {
      batch.push_back(ask("u" + std::to_string(number), "send_message", R"({"room_id":"r","message":"x"})",
                          std::to_string(i) + "-" + std::to_string(k)));
    }
    for (auto& result : decides.handle(batch)) {
      const auto got = outcome_of(std::move(result));
      if (!got.answer.success) _exit(3);
      acknowledgement said{.seq = got.number("seq"), .message_id = {}};
      got.text("message_id").copy(said.message_id.data(), said.message_id.size() - 1);
      if (::write(acknowledgements, &said, sizeof said) != static_cast<ssize_t>(sizeof said)) _exit(4);
    }
  }
}

/// A server in a process of its own.
class child {
 public:
  child(const std::string& path, int number) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) serve(path, ends[1], number);
    ::close(ends[1]);
    said_ = ends[0];
  }
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() { ::close(said_); }

  bool hear(std::map<std::int64_t, std::string>& into) {
    acknowledgement said{};
    if (::read(said_, &said, sizeof said) != static_cast<ssize_t>(sizeof said)) return false;
    EXPECT_TRUE(into.emplace(said.seq, said.message_id.data()).second) << "seq " << said.seq << " was given twice";
    return true;
  }
  void kill_now() const { ::kill(pid_, SIGKILL); }
  /// Hears what was said before the end; true when the kill ended it.
  bool end(std::map<std::int64_t, std::string>& into) {
    while (hear(into)) {
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  }

 private:
  pid_t pid_{-1};
  int said_{-1};
};

/// Every message since `from` is in the history, is the acknowledged one, and has its event and answer in the outbox, once.
std::int64_t examine(const std::string& path, std::int64_t from, const std::map<std::int64_t, std::string>& acknowledged) {
  const auto where = open_sqlite_store(path, "examiner").value();
  std::map<std::int64_t, std::string> kept;
  history_query query{.room_id = "r", .limit = 200};
  std::int64_t last = from;
  do {
    const auto page = read_page(*where, query).value();
    for (const auto& message : page.messages) kept.emplace(message.seq, message.message_id);
    query.before_seq = page.next_before_seq;
  } while (query.before_seq > from + 1);
  if (!kept.empty()) last = kept.rbegin()->first;
  for (const auto& [seq, id] : acknowledged) EXPECT_EQ(kept[seq], id) << "seq " << seq << " was acknowledged";
  std::multiset<std::string> told;
  std::int64_t answers = 0;
  std::vector<std::int64_t> ids;
  for (const auto& one : where->claim_publications(1LL << 60, (1LL << 60) + 1, 1'000'000).value()) {
    ids.push_back(one.id);
    if (one.what == publication::kind::response) ++answers;
    if (one.what == publication::kind::event && one.tag == "message_sent") told.insert(one.key);
  }
  for (auto seq = from + 1; seq <= last; ++seq) EXPECT_EQ(told.count(kept[seq]), 1U) << seq;
  EXPECT_EQ(answers, last - from);
  EXPECT_EQ(static_cast<std::int64_t>(told.size()), last - from);
  where->forget_publications(ids).value();
  return last;
}

/// `rounds` times: `servers` processes on one file, killed after a random number of answers and a random moment more.
void kill_again_and_again(std::uint64_t seed, int rounds, int servers) {
  const database_file file;
  random_source random(seed);
  std::int64_t last = 0;
  std::size_t heard = 0;
  for (int round = 0; round < rounds; ++round) {
    std::map<std::int64_t, std::string> acknowledged;
    std::vector<std::unique_ptr<child>> running;
    for (int i = 0; i < servers; ++i) running.push_back(std::make_unique<child>(file.path(), round * servers + i));
    for (auto answers = random.below(12); answers-- > 0;) ASSERT_TRUE(running.front()->hear(acknowledged));
    ::usleep(static_cast<useconds_t>(random.below(1500)));
    for (const auto& one : running) one->kill_now();
    for (const auto& one : running) ASSERT_TRUE(one->end(acknowledged)) << "a server ended by itself";
    heard += acknowledged.size();
    last = examine(file.path(), last, acknowledged);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(heard, static_cast<std::size_t>(rounds)) << "too little was acknowledged to say anything";
}

TEST(store_crash, of_one_server_loses_nothing_acknowledged) { kill_again_and_again(1, 50, 1); }

TEST(store_crash, of_two_servers_on_one_file_loses_nothing_acknowledged) { kill_again_and_again(2, 15, 2); }

}  // namespace
}  // namespace parley::chat::test
