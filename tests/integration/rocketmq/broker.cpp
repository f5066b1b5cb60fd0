// Finding the broker; small conveniences of the integration tests.
#include "integration/rocketmq/broker.hpp"

#include <parley/base/random.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <sstream>

namespace parley::integration {
namespace {

class stderr_sink final : public log_sink {
 public:
  [[nodiscard]] bool enabled(log_level) const noexcept override { return true; }
  void write(log_level level, std::string_view text, std::span<const log_field> fields) noexcept override {
    std::ostringstream line;
    line << name_of(level) << ' ' << text;
    for (const auto& [key, value] : fields) line << ' ' << key << '=' << value;
    line << '\n';
    std::cerr << line.str();
  }
};

}  // namespace

std::string broker_setting(const std::string& name) {
  const auto* file = std::getenv("PARLEY_ROCKETMQ_ENV");
  if (file == nullptr) throw std::runtime_error("PARLEY_ROCKETMQ_ENV names no file: run the test through ctest");
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
  }
  throw std::runtime_error(fmt::format("{} has no {}", file, name));
}

std::string unique_name(const std::string& prefix) {
  auto random = random_source::from_system();
  return fmt::format("{}_{}_{:x}", prefix, ::getpid(), random.next());
}

logger test_logger() {
  if (std::getenv("PARLEY_TEST_LOG") == nullptr) return {};
  return logger(std::make_shared<stderr_sink>());
}

std::unique_ptr<rocketmq::client> started_client(rocketmq::client_options options) {
  if (options.name_servers.empty()) options.name_servers = broker_setting("NAMESRV");
  options.log = test_logger();
  if (options.request_timeout == rocketmq::client_options{}.request_timeout) options.request_timeout = milliseconds{15'000};
  auto out = std::make_unique<rocketmq::client>(std::move(options));
  out->start().value();
  return out;
}

rocketmq::producer_options sender_options() { return {.group = unique_name("sender"), .send_timeout = milliseconds{30'000}}; }

std::string fresh_topic(rocketmq::client& with, std::int32_t queues) {
  rocketmq::topic_settings settings;
  settings.name = unique_name("it");
  settings.read_queues = queues;
  settings.write_queues = queues;
  rocketmq::admin(with).create_topic(settings, milliseconds{20'000}).value();
  return settings.name;
}

std::vector<rocketmq::received_message> collect(rocketmq::pull_consumer& from, std::size_t count, milliseconds limit) {
  std::vector<rocketmq::received_message> out;
  const auto end = std::chrono::steady_clock::now() + limit;
  while (out.size() < count && std::chrono::steady_clock::now() < end) {
    auto polled = from.poll(std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now())).value();
    for (auto& one : polled) out.push_back(std::move(one));
  }
  return out;
}

std::vector<rocketmq::received_message> poll_patiently(rocketmq::pull_consumer& from, milliseconds deadline) {
  using polled = result<std::vector<rocketmq::received_message>>;
  const auto done = std::make_shared<std::promise<polled>>();
  from.poll(deadline, 64, [done](polled what) { done->set_value(std::move(what)); });
  return done->get_future().get().value();
}

void wait_readable(rocketmq::client& with, const std::string& topic, std::size_t count) {
  rocketmq::pull_consumer reader(with, {.group = unique_name("reader")});
  const auto queues = reader.queues_of(topic, milliseconds{30'000}).value();
  for (const auto& queue : queues) reader.seek(queue, 0).value();
  reader.assign(queues, {}, milliseconds{30'000}).value();
  if (collect(reader, count).size() < count) throw std::runtime_error("what was stored cannot be read");
}

bool eventually(const std::function<bool()>& condition, milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(milliseconds{10});
  }
  return true;
}

}  // namespace parley::integration
