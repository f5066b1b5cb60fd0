// A program's log: records as lines, levels, and what is left of a flood.
#include <parley/io/testing/manual_clock.hpp>
#include <parley/ops/log_limit.hpp>
#include <parley/ops/log_lines.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <string>

namespace parley::ops {
namespace {

using io::testing::manual_clock;

constexpr std::int64_t some_time_ms = 1'700'000'000'123;

std::string json_of(std::string_view text, std::initializer_list<log_field> fields) {
  return format_record(log_format::json, some_time_ms, log_level::info, text, std::span(fields.begin(), fields.size()));
}

TEST(log_record, is_a_json_object_with_numbers_where_a_field_is_one) {
  EXPECT_EQ(json_of("a request was handled", {{"user_id", "42"}, {"latency_ms", "7"}, {"offset", "-1"}, {"code", ""}}),
            R"({"ts":"2023-11-14T22:13:20.123Z","level":"info","msg":"a request was handled","user_id":"42","latency_ms":7,"offset":-1})"
            "\n");
}

TEST(log_record, writes_what_is_no_number_as_text_even_where_one_is_expected) {
  for (const std::string_view odd : {"1e9", "007", "-", "99999999999999999999", "1\"}", " 1"}) {
    EXPECT_NE(json_of("x", {{"offset", odd}}).find("\"offset\":\""), std::string::npos) << odd;
  }
}

TEST(log_record, stays_one_line_whatever_a_value_holds) {
  const std::string value = "a\nb\"c\\d\x01";
  for (const auto format : {log_format::json, log_format::text}) {
    const std::array fields{log_field{"user_id", value}};
    const auto line = format_record(format, some_time_ms, log_level::warn, "two\nlines", fields);
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
  }
}

TEST(log_level_words, are_taken_in_any_case_and_by_other_programs_names) {
  std::optional<log_level> level;
  for (const auto& [word, wanted] : std::initializer_list<std::pair<std::string_view, std::optional<log_level>>>{
           {"debug", log_level::debug}, {"INFO", log_level::info}, {"Warning", log_level::warn}, {"error", log_level::error},
           {"off", std::nullopt}, {"TRACE", log_level::debug}, {"fatal", log_level::error}}) {
    ASSERT_TRUE(parse_log_level(word, level)) << word;
    EXPECT_EQ(level, wanted) << word;
  }
  EXPECT_FALSE(parse_log_level("loud", level));
  EXPECT_FALSE(parse_log_level("", level));
}

TEST(log_limit, lets_a_burst_through_and_then_one_a_second_and_counts_the_rest) {
  manual_clock time;
  log_limit limit;
  int written = 0;
  for (int i = 0; i < 100; ++i) written += limit.admit("a broker is away", time.steady_now()).has_value() ? 1 : 0;
  EXPECT_EQ(written, 20);
  EXPECT_EQ(limit.admit("another text", time.steady_now()), std::optional<std::uint64_t>(0));
  time.advance(milliseconds{1000});
  EXPECT_EQ(limit.admit("a broker is away", time.steady_now()), std::optional<std::uint64_t>(80));
  EXPECT_EQ(limit.admit("a broker is away", time.steady_now()), std::nullopt);
  time.advance(milliseconds{60'000});
  EXPECT_EQ(limit.admit("a broker is away", time.steady_now()), std::optional<std::uint64_t>(1));
}

TEST(log_limit, bounds_the_texts_that_it_remembers) {
  manual_clock time;
  log_limit limit;
  int written = 0;
  for (int i = 0; i < 10'000; ++i) written += limit.admit(std::to_string(i), time.steady_now()).has_value() ? 1 : 0;
  EXPECT_EQ(written, 256 + 20);
}

/// A log that is written into a pipe.
class piped_log {
 public:
  explicit piped_log(log_settings settings, const clock& time) {
    EXPECT_EQ(::pipe(ends_.data()), 0);
    settings.file = ends_[1];
    lines.emplace(std::move(settings), time);
  }
  ~piped_log() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  /// All that was written since the last call; there must be something.
  std::string written() {
    std::array<char, 65'536> buffer{};
    const auto got = ::read(ends_[0], buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(got)};
  }
  std::optional<log_lines> lines{};

 private:
  std::array<int, 2> ends_{};
};

TEST(log_lines, names_the_pod_and_obeys_a_level_that_changes) {
  manual_clock time;
  piped_log log({.least = log_level::warn, .pod = "chat-0", .pod_namespace = "prod"}, time);
  EXPECT_FALSE(log.lines->enabled(log_level::info));
  log.lines->set_level(log_level::debug);
  EXPECT_TRUE(log.lines->enabled(log_level::debug));
  log.lines->set_level(std::nullopt);
  EXPECT_FALSE(log.lines->enabled(log_level::error));
  log.lines->write(log_level::error, "said", {});
  EXPECT_NE(log.written().find(R"("pod":"chat-0","namespace":"prod"})"), std::string::npos);
}

TEST(log_lines, cuts_a_flood_short_and_says_how_much_is_missing_but_keeps_what_belongs_to_a_request) {
  manual_clock time;
  piped_log log({.least = log_level::info}, time);
  for (int i = 0; i < 50; ++i) log.lines->write(log_level::warn, "away", {});
  const auto flood = log.written();
  EXPECT_EQ(std::count(flood.begin(), flood.end(), '\n'), 20);
  time.advance(milliseconds{1000});
  log.lines->write(log_level::warn, "away", {});
  EXPECT_NE(log.written().find(R"("left_out":30)"), std::string::npos);
  const std::array of_a_request{log_field{"request_id", "r1"}};
  for (int i = 0; i < 50; ++i) log.lines->write(log_level::info, "handled", of_a_request);
  const auto handled = log.written();
  EXPECT_EQ(std::count(handled.begin(), handled.end(), '\n'), 50);
}

}  // namespace
}  // namespace parley::ops
