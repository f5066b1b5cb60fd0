// Finding the broker; small conveniences of the integration tests.
#include "integration/rocketmq/broker.hpp"

#include <parley/base/random.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
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
  auto out = std::make_unique<rocketmq::client>(std::move(options));
  out->start().value();
  return out;
}

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
    auto polled = from.poll(milliseconds{500}).value();
    for (auto& one : polled) out.push_back(std::move(one));
  }
  return out;
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
