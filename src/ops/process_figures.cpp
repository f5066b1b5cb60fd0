// What the system says about this process: /proc/self.
#include "process_figures.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace parley::ops {
namespace {

/// The fields of /proc/self/stat behind the command's name, which may hold blanks and parentheses: the first is proc(5)'s third.
std::vector<std::string> stat_fields() {
  std::ifstream file("/proc/self/stat");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto end_of_name = text.rfind(')');
  if (end_of_name == std::string::npos) return {};
  std::istringstream rest(text.substr(end_of_name + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

double number_at(const std::vector<std::string>& fields, std::size_t proc_number) {
  const auto& text = fields.at(proc_number - 3);
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::optional<double> boot_time_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return std::nullopt;
}

double open_descriptors() {
  std::error_code failure;
  double count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", failure), end; !failure && at != end; at.increment(failure))
    ++count;
  return count - 1;  // the one that reads the folder
}

}  // namespace

figures process_figures() {
  figures out;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
  const auto fields = stat_fields();
  if (fields.size() >= 22) {
    out.counter("process_cpu_seconds_total", "CPU time used, user and system.",
                (number_at(fields, 14) + number_at(fields, 15)) / ticks);
    out.gauge("process_threads", "Threads.", number_at(fields, 20));
    out.gauge("process_virtual_memory_bytes", "Address space.", number_at(fields, 23));
    out.gauge("process_resident_memory_bytes", "Resident memory.", number_at(fields, 24) * page_bytes);
    if (const auto boot = boot_time_seconds()) {
      out.gauge("process_start_time_seconds", "When the process started, since the epoch.", *boot + number_at(fields, 22) / ticks);
    }
  }
  out.gauge("process_open_fds", "Open file descriptors.", open_descriptors());
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    out.gauge("process_max_fds", "File descriptors that may be open.", static_cast<double>(limit.rlim_cur));
  }
  return out;
}

}  // namespace parley::ops
