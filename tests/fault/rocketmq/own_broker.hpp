// A RocketMQ of one test's own, to be killed, paused and started again.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace parley::fault {

/// Starts a NameServer and a broker on free ports; stops them and removes their files at the end.
class own_broker {
 public:
  explicit own_broker(const std::string& options = "") {
    auto pattern = (std::filesystem::temp_directory_path() / "parley-fault-XXXXXX").string();
    scratch_ = ::mkdtemp(pattern.data());
    directory_ = scratch_ + "/broker";
    if (run("start --heap 512 " + options) != 0) throw std::runtime_error("the broker did not start");
  }
  own_broker(const own_broker&) = delete;
  own_broker& operator=(const own_broker&) = delete;
  ~own_broker() {
    run("stop");
    std::filesystem::remove_all(scratch_);
  }

  [[nodiscard]] std::string setting(const std::string& name) const {
    std::ifstream in(directory_ + "/env");
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with(name + "=")) return line.substr(name.size() + 1);
    }
    throw std::runtime_error("no setting " + name);
  }
  [[nodiscard]] std::string name_servers() const { return setting("NAMESRV"); }

  void kill() { expect("kill-broker -9"); }
  void start() { expect("start-broker"); }
  void pause() { expect("pause-broker"); }
  void resume() { expect("resume-broker"); }
  void kill_name_server() { expect("kill-namesrv -9"); }
  void start_name_server() { expect("start-namesrv"); }

 private:
  int run(const std::string& command) {
    const auto* source = std::getenv("PARLEY_SOURCE");
    if (source == nullptr) throw std::runtime_error("PARLEY_SOURCE names no checkout: run the test through ctest");
    const auto blank = command.find(' ');
    const auto line = std::string(source) + "/scripts/rocketmq " + command.substr(0, blank) + " --dir " + directory_ +
                      (blank == std::string::npos ? "" : command.substr(blank)) + " > " + scratch_ + "/said 2>&1";
    return std::system(line.c_str());
  }
  void expect(const std::string& command) { ASSERT_EQ(run(command), 0) << command; }

  std::string scratch_;
  std::string directory_;
};

}  // namespace parley::fault
