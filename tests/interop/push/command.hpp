// Other programs run by a test: their output as text, or a process that goes on.
#pragma once

#include <gtest/gtest.h>

#include <sys/types.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace parley::interop {

inline std::string source_folder() {
  const auto* source = std::getenv("PARLEY_SOURCE");
  if (source == nullptr) throw std::runtime_error("PARLEY_SOURCE names no checkout: run the test through ctest");
  return source;
}

/// What the shell command prints.
inline std::string output_of(const std::string& command) {
  std::string out;
  auto* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) out.append(part.data(), got);
  ::pclose(pipe);
  return out;
}

/// The command line of a Java program of this folder, compiled as it starts.
inline std::string java(const std::string& program, const std::string& arguments) {
  const auto jars = output_of(source_folder() + "/scripts/rocketmq classpath");
  return "java -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --add-opens=java.base/java.lang=ALL-UNNAMED -cp '" +
         jars.substr(0, jars.find('\n')) + "' " + source_folder() + "/tests/interop/push/java/" + program + ".java " + arguments;
}

/// A program that reads until its input ends; what it prints goes to a file.
class running_program {
 public:
  running_program(const std::string& command, std::string output_file)
      : file_(std::move(output_file)), input_(::popen((command + " > " + file_ + " 2>/dev/null").c_str(), "w")) {
    if (input_ == nullptr) throw std::runtime_error("cannot run " + command);
  }
  running_program(const running_program&) = delete;
  running_program& operator=(const running_program&) = delete;
  ~running_program() { finish(); }

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> out;
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
  }
  /// Ends its input and waits for it.
  void finish() {
    if (input_ != nullptr) ::pclose(input_);
    input_ = nullptr;
  }

 private:
  std::string file_;
  std::FILE* input_;
};

}  // namespace parley::interop
