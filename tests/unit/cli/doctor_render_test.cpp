// Findings as people and programs see them, and words that a shell takes as they are meant.
#include "doctor/phrases.hpp"
#include "doctor/render.hpp"
#include "unit/cli/doctor_support.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cli::doctor {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<finding> two_of_a_kind() {
  const finding one{.how = severity::failure,
                    .code = "topic-missing",
                    .subject = "topic a",
                    .seen = "nobody knows it",
                    .why = "requests go through it",
                    .remedies = {{.with = tool::mqadmin, .text = "mqadmin updateTopic -t a", .note = "once"}}};
  auto other = one;
  other.subject = "topic b";
  return {one, other};
}

TEST(doctor_text, has_a_line_a_finding_and_its_remedies_below) {
  const auto text = to_text(healthy().given, two_of_a_kind());
  EXPECT_THAT(text, StartsWith("parley doctor: 10.0.0.5:9876, topics chat-requests …, group servers_consumer\n"
                               "failure  topic a: nobody knows it\n"
                               "         [topic-missing] requests go through it\n"
                               "      mqadmin      mqadmin updateTopic -t a\n"
                               "                   # once\n"));
  EXPECT_THAT(text, EndsWith("failure  topic b: nobody knows it\n"
                             "         [topic-missing] requests go through it\n"
                             "      as for topic a\n"
                             "2 failures, 0 warnings, 0 ok, 0 skipped\n"));
}

TEST(doctor_text, does_not_let_a_peer_write_to_the_terminal) {
  auto all = two_of_a_kind();
  all[0].seen = "\x1b[31mred\nand a line";
  const auto text = to_text(healthy().given, all);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("red and a line\n"));
}

TEST(doctor_json, is_one_line_with_everything_in_it) {
  const auto text = to_json(healthy().given, two_of_a_kind());
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  const auto read = boost::json::parse(text).as_object();
  EXPECT_EQ(read.at("status").as_string(), "failure");
  EXPECT_EQ(read.at("failures").to_number<int>(), 2);
  const auto& first = read.at("findings").as_array().at(0).as_object();
  EXPECT_EQ(first.at("code").as_string(), "topic-missing");
  const auto& remedy = first.at("remedies").as_array().at(0).as_object();
  EXPECT_EQ(remedy.at("with").as_string(), "mqadmin");
  EXPECT_EQ(remedy.at("text").as_string(), "mqadmin updateTopic -t a");
  EXPECT_EQ(remedy.at("note").as_string(), "once");
}

TEST(doctor_json, calls_it_well_when_something_was_only_skipped) {
  const std::vector<finding> all{{.how = severity::skipped, .code = "server", .subject = "s", .seen = "skipped because"}};
  EXPECT_THAT(to_json(healthy().given, all), HasSubstr("\"status\":\"ok\""));
}

TEST(doctor_phrases, are_words_for_a_shell) {
  EXPECT_EQ(quoted("10.0.0.5:9876"), "10.0.0.5:9876");
  EXPECT_EQ(quoted("a:1;b:2"), "'a:1;b:2'");
  EXPECT_EQ(quoted("it's $HOME"), R"('it'\''s $HOME')");
  EXPECT_EQ(quoted(""), "''");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(listed({"a", "b", "c"}, 2), "a, b and 1 more");
}

TEST(doctor_phrases, name_the_namespace_that_the_pod_is_in) {
  auto given = healthy().given;
  EXPECT_EQ(by_kubectl(given, "get pods").text, "kubectl -n chat get pods");
  given.kubernetes_namespace = "talk";
  EXPECT_EQ(by_kubectl(given, "get pods").text, "kubectl -n talk get pods");
}

}  // namespace
}  // namespace parley::cli::doctor
