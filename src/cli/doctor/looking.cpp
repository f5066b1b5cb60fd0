// The order of looks, and looking at several things at once.
#include "doctor/looking.hpp"

#include <parley/io/signal.hpp>
#include <parley/ops/http_get.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace parley::cli::doctor {
namespace {

struct countdown {
  countdown(boost::asio::any_io_executor executor, std::size_t count) : left(count), changed(std::move(executor)) {}
  std::size_t left;
  io::signal changed;
};

/// Counts when it is destroyed too: a gate that stops drops what it has not begun.
class counted {
 public:
  explicit counted(std::shared_ptr<countdown> in) : in_(std::move(in)) {}
  counted(counted&&) noexcept = default;
  counted(const counted&) = delete;
  counted& operator=(const counted&) = delete;
  counted& operator=(counted&&) = delete;
  ~counted() {
    if (!in_) return;
    --in_->left;
    in_->changed.notify_all();
  }

 private:
  std::shared_ptr<countdown> in_;
};

io::task<void> run_counted(io::task<void> work, counted /*one*/) { co_await std::move(work); }

io::task<void> look_at_cluster(looking& with, facts& into) {
  co_await look_at_name_servers(with, into);
  co_await look_at_brokers(with, into);
  into.out_of_time = with.over();
  if (into.out_of_time) co_return;
  std::vector<io::task<void>> independent;
  independent.push_back(look_at_routes(with, into));
  independent.push_back(look_at_group(with, into));
  independent.push_back(send_probes(with, into));
  co_await together(with.gate, std::move(independent));
  into.out_of_time = with.over();
  if (!into.out_of_time) co_await try_topics(with, into);
}

}  // namespace

steady_time looking::deadline() const { return std::min(end, system_clock().steady_now() + each); }

milliseconds looking::patience() const {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline() - system_clock().steady_now());
  return std::max(left, milliseconds{1});
}

bool looking::over() const { return system_clock().steady_now() >= end || gate.stopping(); }

io::task<void> together(io::task_gate& gate, std::vector<io::task<void>> all) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto running = std::make_shared<countdown>(executor, all.size());
  for (auto& one : all) gate.spawn(run_counted(std::move(one), counted(running)));
  while (running->left > 0) co_await running->changed.wait();
}

io::task<void> look_at_server(looking& with, facts& into) {
  if (!into.given.server) co_return;
  auto reply = co_await ops::http_get(*into.given.server, "/ready", with.deadline());
  into.server.emplace(std::move(reply));
}

io::task<void> look_at_everything(looking& with, facts& into) {
  std::vector<io::task<void>> both;
  both.push_back(look_at_server(with, into));
  both.push_back(look_at_cluster(with, into));
  co_await together(with.gate, std::move(both));
}

}  // namespace parley::cli::doctor
