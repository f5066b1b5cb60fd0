// What deciding and storing a request costs, beside a bare flush of the same disk: bench_chat_store FOLDER [REQUESTS]
#include <parley/chat/service/service.hpp>

#include <fmt/format.h>

#include <sys/resource.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

namespace parley::chat {
namespace {

double cpu_us() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& of) { return static_cast<double>(of.tv_sec) * 1e6 + static_cast<double>(of.tv_usec); };
  return us(used.ru_utime) + us(used.ru_stime);
}

long peak_kib() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

/// Runs it `times` times and prints a line; `each` is how many requests one run is.
template <class Work>
void measure(std::string_view what, int times, int each, Work work) {
  std::vector<double> took_us;
  const auto cpu_before = cpu_us();
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) {
    const auto from = std::chrono::steady_clock::now();
    work();
    took_us.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - from).count());
  }
  const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - begin;
  const auto cpu = (cpu_us() - cpu_before) / (static_cast<double>(times) * each);
  std::sort(took_us.begin(), took_us.end());
  fmt::print(R"({{"what":"{}","p50_us":{:.0f},"p99_us":{:.0f},"max_us":{:.0f},"per_s":{:.0f},"cpu_us_each":{:.1f}}})"
             "\n",
             what, took_us[took_us.size() / 2], took_us[took_us.size() * 99 / 100], took_us.back(), times * each / whole.count(),
             cpu);
}

/// As many bytes as a commit of one message writes, over space that is laid out.
void bare_flushes(const std::string& folder, int times) {
  const auto path = folder + "/bare";
  const std::vector<char> page(6 * 4120, 'x');
  constexpr int places = 300;
  const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  bool good = file >= 0;
  for (int i = 0; i < places; ++i) good = ::write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size()) && good;
  good = ::fsync(file) == 0 && good;
  int at = 0;
  measure("fdatasync", times, 1, [&] {
    const auto offset = static_cast<off_t>(static_cast<std::size_t>(at++ % places) * page.size());
    good = ::pwrite(file, page.data(), page.size(), offset) > 0 && ::fdatasync(file) == 0 && good;
  });
  ::close(file);
  ::unlink(path.c_str());
  if (!good) fmt::print(stderr, "the flushes failed: {}\n", std::strerror(errno));
}

/// Twenty users in ten rooms.
class talkers {
 public:
  std::vector<request> next(int count) {
    std::vector<request> out(static_cast<std::size_t>(count));
    for (auto& one : out) {
      ++number_;
      one.request_id = fmt::format("req_{}", 1'700'000'000'000'000'000LL + number_);
      one.user_id = fmt::format("user_{:03}", number_ % 20);
      one.action = "send_message";
      one.data = {{"room_id", fmt::format("room_{:03}", number_ % 10)}, {"message", fmt::format("Hello, everyone! ({})", number_)}};
    }
    return out;
  }

 private:
  std::int64_t number_{0};
};

void handle_and_mark(service& decides, store& where, const std::vector<request>& batch) {
  std::vector<std::int64_t> published;
  for (const auto& one : decides.handle(batch)) {
    if (one.result != "ok") fmt::print(stderr, "refused: {}\n", one.code);
    for (const auto& row : one.outbox) published.push_back(row.id);
  }
  if (!where.forget_publications(published)) fmt::print(stderr, "marking failed\n");
}

int run(const std::string& folder, int requests) {
  bare_flushes(folder, requests);
  auto opened = open_sqlite_store(folder + "/chat.db", "bench");
  if (!opened) {
    fmt::print(stderr, "{}\n", opened.error().message);
    return 1;
  }
  auto& where = **opened;
  service decides(where, standard_actions(), system_clock(), random_source(1), milliseconds{30'000});
  talkers people;
  for (const int size : {1, 32, 256}) {
    measure(fmt::format("send_message in batches of {}", size), std::max(requests / size, 1), size,
            [&] { handle_and_mark(decides, where, people.next(size)); });
  }
  request reading;
  reading.request_id = "read";
  reading.user_id = "user_001";
  reading.action = "get_history";
  reading.data = {{"room_id", "room_001"}};
  measure("get_history of 50", requests, 1, [&] { handle_and_mark(decides, where, {reading}); });
  fmt::print(R"({{"what":"memory","peak_kib":{}}})"
             "\n",
             peak_kib());
  return 0;
}

}  // namespace
}  // namespace parley::chat

int main(int argc, char** argv) {
  int requests = 5000;
  if (argc > 2) std::from_chars(argv[2], argv[2] + std::strlen(argv[2]), requests);
  if (argc < 2 || requests < 1) {
    fmt::print(
        stderr,
        "usage: bench_chat_store FOLDER [REQUESTS]\nFOLDER must not have a chat.db yet: it says which disk is measured.\n");
    return 2;
  }
  return parley::chat::run(argv[1], requests);
}
