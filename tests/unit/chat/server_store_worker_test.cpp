// The store's thread when the store does what it must not: throw.
#include "support_service.hpp"

#include <parley/chat/server/store_worker.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <new>
#include <optional>
#include <vector>

namespace parley::chat::test {
namespace {

/// A store whose first write has no memory left.
class exhausted_once final : public store {
 public:
  explicit exhausted_once(std::unique_ptr<store> behind) : behind_(std::move(behind)) {}
  std::vector<result<void>> write(std::span<const work> pieces) override {
    if (!std::exchange(exhausted_, true)) throw std::bad_alloc();
    return behind_->write(pieces);
  }
  result<void> forget_publications(std::span<const std::int64_t> ids) override { return behind_->forget_publications(ids); }
  result<std::vector<publication>> claim_publications(std::int64_t now_ms, std::int64_t until_ms, std::int64_t limit) override {
    return behind_->claim_publications(now_ms, until_ms, limit);
  }
  result<std::int64_t> outbox_size() override { return behind_->outbox_size(); }
  result<void> check() override { return behind_->check(); }
  result<std::int64_t> forget_old_answers(std::int64_t now_ms, std::int64_t limit) override {
    return behind_->forget_old_answers(now_ms, limit);
  }

 private:
  std::unique_ptr<store> behind_;
  bool exhausted_{false};
};

TEST(server_store_worker, tells_of_each_request_that_an_exception_left_undecided) {
  boost::asio::io_context context(1);
  auto keep_running = boost::asio::make_work_guard(context);
  const database_file file;
  const set_clock time;
  failpoints none;
  auto where = std::make_unique<exhausted_once>(file.open());
  auto decides = std::make_unique<service>(*where, standard_actions(), time, random_source(7), milliseconds{30'000});
  store_worker worker(std::move(where), std::move(decides), context.get_executor(), none, {});
  std::vector<std::optional<handled>> answers;
  const auto ask_again = [&] {
    worker.ask(ask("ann", "send_message", R"({"room_id":"r","message":"m"})", "req_1"),
               [&](std::optional<handled> answer) { answers.push_back(std::move(answer)); });
    const auto before = answers.size();
    while (answers.size() == before) context.run_one();
  };
  ask_again();
  EXPECT_FALSE(answers.at(0)) << "nobody would ever tell the broker of a request that is forgotten";
  ask_again();
  ASSERT_TRUE(answers.at(1));
  EXPECT_EQ(answers.at(1)->result, "ok");
  worker.stop();
}

}  // namespace
}  // namespace parley::chat::test
