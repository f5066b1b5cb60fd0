// Figures as Prometheus' text.
#include "process_figures.hpp"

#include <parley/ops/figures.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::ops {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

TEST(figures, become_text_with_help_and_type_once_a_name) {
  figures all;
  all.counter("requests_total", "Requests.", 3, {{"action", "send"}, {"result", "ok"}});
  all.gauge("ready", "Ready.", 1);
  all.counter("requests_total", "Requests.", 1, {{"action", "send"}, {"result", "system"}});
  EXPECT_EQ(all.to_text(),
            "# HELP requests_total Requests.\n"
            "# TYPE requests_total counter\n"
            "requests_total{action=\"send\",result=\"ok\"} 3\n"
            "requests_total{action=\"send\",result=\"system\"} 1\n"
            "# HELP ready Ready.\n"
            "# TYPE ready gauge\n"
            "ready 1\n");
}

TEST(figures, keep_counts_that_are_large) {
  figures all;
  all.counter("bytes_total", "Bytes.", 9007199254740991.0);
  EXPECT_THAT(all.to_text(), HasSubstr("bytes_total 9007199254740991\n"));
}

TEST(figures, escape_what_a_label_holds) {
  figures all;
  all.gauge("x", "X.", 1, {{"l", "a\"b\\c\nd"}});
  EXPECT_THAT(all.to_text(), HasSubstr(R"(x{l="a\"b\\c\nd"} 1)"));
}

TEST(figures, write_a_histogram_with_the_bucket_for_everything) {
  figures all;
  all.histogram("took_seconds", "Took.", {.with = {{"action", "send"}}, .value = 1.5, .count = 3, .buckets = {{0.5, 1}, {1, 2}}});
  EXPECT_EQ(all.to_text(),
            "# HELP took_seconds Took.\n"
            "# TYPE took_seconds histogram\n"
            "took_seconds_count{action=\"send\"} 3\n"
            "took_seconds_sum{action=\"send\"} 1.5\n"
            "took_seconds_bucket{action=\"send\",le=\"0.5\"} 1\n"
            "took_seconds_bucket{action=\"send\",le=\"1\"} 2\n"
            "took_seconds_bucket{action=\"send\",le=\"+Inf\"} 3\n");
}

TEST(figures, of_the_process_are_all_there) {
  const auto text = process_figures().to_text();
  for (const auto* name : {"process_cpu_seconds_total", "process_threads", "process_virtual_memory_bytes",
                           "process_resident_memory_bytes", "process_start_time_seconds", "process_open_fds", "process_max_fds"}) {
    EXPECT_THAT(text, HasSubstr(std::string("\n") + name + " ")) << text;
  }
}

}  // namespace
}  // namespace parley::ops
