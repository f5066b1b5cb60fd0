// What doctor concludes about NameServers and brokers.
#include "unit/cli/doctor_support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cli::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;

TEST(doctor_name_servers, are_well_in_a_cluster_that_is_well) {
  const auto all = decide(healthy());
  EXPECT_THAT(codes_of(all), ElementsAre("name-server", "broker", "topic", "topic", "topic", "probe", "group"));
  EXPECT_EQ(worst_of(all), severity::ok);
}

struct link_case {
  link_fault fault;
  const char* code;
};

class doctor_links : public testing::TestWithParam<link_case> {};

TEST_P(doctor_links, are_told_apart) {
  auto all = healthy();
  all.name_servers[0].view = failed_link(GetParam().fault);
  const auto bad = bad_ones(all);
  ASSERT_FALSE(bad.empty());
  EXPECT_EQ(bad[0].code, GetParam().code);
  EXPECT_EQ(bad[0].how, severity::failure);
  EXPECT_FALSE(bad[0].remedies.empty());
}

INSTANTIATE_TEST_SUITE_P(all, doctor_links,
                         testing::Values(link_case{link_fault::name_unknown, "name-not-resolved"},
                                         link_case{link_fault::nobody_listens, "name-server-unreachable"},
                                         link_case{link_fault::no_answer, "name-server-unreachable"},
                                         link_case{link_fault::tls_wanted, "not-a-name-server"},
                                         link_case{link_fault::tls_not_spoken, "tls-refused"},
                                         link_case{link_fault::certificate_untrusted, "certificate-untrusted"},
                                         link_case{link_fault::certificate_out_of_date, "certificate-out-of-date"},
                                         link_case{link_fault::certificate_of_another, "certificate-of-another"},
                                         link_case{link_fault::own_certificate_wanted, "client-certificate-wanted"},
                                         link_case{link_fault::own_certificate_refused, "client-certificate-refused"}),
                         [](const auto& info) { return "fault" + std::to_string(static_cast<int>(info.param.fault)); });

TEST(doctor_name_servers, that_want_tls_are_known_by_their_certificate) {
  auto all = healthy();
  all.name_servers[0].view = failed_link(link_fault::tls_wanted);
  all.name_servers[0].again.certificate.emplace(io::peer_certificate{.subject = "CN = names", .issuer = "CN = us"});
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("tls-wanted"));
  EXPECT_THAT(remedies_of(bad[0], tool::environment), ElementsAre("export ROCKETMQ_TLS=true", "export ROCKETMQ_TLS_CA='<FILE>'"));
}

TEST(doctor_name_servers, that_speak_plain_are_known_by_a_plain_answer) {
  auto all = healthy();
  all.given.tls = true;
  all.name_servers[0].view = failed_link(link_fault::tls_not_spoken);
  all.name_servers[0].again.plain_works = true;
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("tls-not-spoken"));
  EXPECT_THAT(remedies_of(bad[0], tool::environment), ElementsAre("export ROCKETMQ_TLS=false"));
}

TEST(doctor_name_servers, are_named_as_their_certificate_has_it) {
  auto all = healthy();
  all.name_servers[0].view = failed_link(link_fault::certificate_of_another);
  all.name_servers[0].again.certificate.emplace(io::peer_certificate{.names = {"names.example", "10.0.0.6"}});
  const auto bad = bad_ones(all);
  EXPECT_THAT(bad.at(0).seen, HasSubstr("names.example and 10.0.0.6"));
  EXPECT_THAT(remedies_of(bad[0], tool::environment),
              ElementsAre("export ROCKETMQ_NAMESERVER=names.example:9876", "export ROCKETMQ_NAMESERVER=10.0.0.6:9876"));
}

TEST(doctor_name_servers, that_answer_like_brokers_are_none) {
  auto all = healthy();
  all.name_servers[0].view = refused_with(3, "request type 106 not supported");
  EXPECT_THAT(codes_of(bad_ones(all)), ElementsAre("not-a-name-server"));
}

TEST(doctor_name_servers, may_be_missing_while_others_answer) {
  auto all = healthy();
  all.name_servers.push_back({.address = {.host = "10.0.0.6", .port = 9876}, .view = failed_link(link_fault::nobody_listens)});
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("name-server-unreachable"));
  EXPECT_EQ(bad[0].how, severity::warning);
}

TEST(doctor_name_servers, without_brokers_say_what_brokers_must_be_told) {
  auto all = healthy();
  all.name_servers[0].view->brokers.clear();
  all.brokers.clear();
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("no-brokers"));
  EXPECT_THAT(remedies_of(bad[0], tool::broker_conf), ElementsAre("namesrvAddr=10.0.0.5:9876"));
  EXPECT_THAT(remedies_of(bad[0], tool::mqadmin), ElementsAre("mqadmin clusterList -n 10.0.0.5:9876"));
}

TEST(doctor_name_servers, that_disagree_are_told_with_who_knows_what) {
  auto all = healthy();
  const endpoint second{.host = "10.0.0.6", .port = 9876};
  auto other = view_of_broker({.host = "172.17.0.2", .port = 10911});
  all.name_servers.push_back({.address = second, .view = other});
  all.given.name_servers.push_back(second);
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("name-servers-disagree", "name-servers-disagree"));
  EXPECT_THAT(bad[0].seen, HasSubstr("only 10.0.0.5:9876 knows it at 10.0.0.7:10911"));
  EXPECT_THAT(remedies_of(bad[0], tool::broker_conf), ElementsAre("namesrvAddr=10.0.0.5:9876;10.0.0.6:9876"));
}

// --- brokers

facts with_broker_away(link_fault fault = link_fault::nobody_listens) {
  auto all = healthy();
  all.brokers[0].status = failed_link(fault);
  all.brokers[0].settings.reset();
  all.brokers[0].candidates.push_back({.address = {.host = "10.0.0.5", .port = 10911}, .status = failed_link(link_fault::no_answer)});
  return all;
}

TEST(doctor_brokers, that_advertise_an_address_of_no_use_are_told_what_to_advertise) {
  auto all = with_broker_away();
  all.brokers[0].candidates[0].status = rocketmq::broker_status{};
  all.brokers[0].candidates[0].broker_name = "broker-a";
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("broker-unreachable"));
  EXPECT_THAT(bad[0].seen, HasSubstr("it advertises 10.0.0.7:10911, which refuses the connection"));
  EXPECT_THAT(bad[0].seen, HasSubstr("A broker of that name answers at 10.0.0.5:10911"));
  EXPECT_THAT(remedies_of(bad[0], tool::broker_conf), ElementsAre("brokerIP1=10.0.0.5"));
  EXPECT_THAT(bad[0].remedies[0].note, HasSubstr("brokerIP2"));
  EXPECT_THAT(remedies_of(bad[0], tool::environment), ElementsAre("export ROCKETMQ_ADDRESS_MAP=10.0.0.7:10911=10.0.0.5:10911"));
}

TEST(doctor_brokers, that_are_nowhere_leave_a_gap_in_the_remedy) {
  const auto bad = bad_ones(with_broker_away(link_fault::no_answer));
  EXPECT_THAT(bad.at(0).seen, HasSubstr("Tried as well, in vain: 10.0.0.5:10911"));
  EXPECT_THAT(remedies_of(bad[0], tool::broker_conf), ElementsAre("brokerIP1=<HOST>"));
}

TEST(doctor_brokers, are_not_taken_for_each_other) {
  auto all = with_broker_away();
  all.brokers[0].candidates[0].status = rocketmq::broker_status{};
  all.brokers[0].candidates[0].broker_name = "broker-b";
  EXPECT_THAT(bad_ones(all).at(0).seen, HasSubstr("10.0.0.5:10911 (that is broker-b)"));
  auto swapped = healthy();
  swapped.brokers[0].settings.emplace(broker_settings{{"brokerName", "broker-b"}});
  EXPECT_THAT(codes_of(bad_ones(swapped)), ElementsAre("broker-is-another"));
}

TEST(doctor_brokers, that_are_mapped_are_told_with_both_addresses) {
  auto all = with_broker_away();
  all.brokers[0].dialled = {.host = "127.0.0.1", .port = 10911};
  EXPECT_THAT(bad_ones(all).at(0).seen, HasSubstr("10.0.0.7:10911, mapped to 127.0.0.1:10911"));
}

struct refusal_case {
  const char* text;
  std::int32_t code;
  const char* finding;
};

class doctor_refusals : public testing::TestWithParam<refusal_case> {};

TEST_P(doctor_refusals, are_told_apart_by_the_brokers_words) {
  auto all = healthy();
  all.given.access_key = "chat";
  all.brokers[0].status = refused_with(GetParam().code, GetParam().text);
  all.brokers[0].settings.reset();
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), Contains(GetParam().finding));
  EXPECT_FALSE(bad[0].remedies.empty());
}

INSTANTIATE_TEST_SUITE_P(
    all, doctor_refusals,
    testing::Values(refusal_case{"broker answered 16: username cannot be null.", 16, "access-key-missing"},
                    refusal_case{"broker answered 16: User:chat is not found.", 16, "access-key-unknown"},
                    refusal_case{"broker answered 16: User:chat is disabled.", 16, "access-key-disabled"},
                    refusal_case{"broker answered 16: check signature failed.", 16, "signature-wrong"},
                    refusal_case{"broker answered 1: org.apache.rocketmq.acl.common.AclException: No accessKey is configured", 1,
                                 "access-key-missing"},
                    refusal_case{"broker answered 1: No acl config for chat, plain_acl.yml", 1, "access-key-unknown"},
                    refusal_case{"broker answered 1: Check signature failed for accessKey=chat", 1, "signature-wrong"}),
    [](const auto& info) { return "words" + std::to_string(info.index); });

TEST(doctor_brokers, may_keep_their_figures_from_those_who_only_chat) {
  auto all = healthy();
  all.brokers[0].status = refused_with(
      16, "User:chat has no permission to access Cluster:DefaultCluster from 10.0.0.9, no matched policies.");
  EXPECT_THAT(bad_ones(all), IsEmpty());
}

TEST(doctor_brokers, are_told_when_they_are_old_full_or_closed) {
  auto all = healthy();
  auto& figures = all.brokers[0].status->figures;
  figures["brokerVersionDesc"] = "V4_7_1";
  figures["commitLogDiskRatio"] = "0.91";
  all.brokers[0].settings.emplace(broker_settings{{"brokerName", "broker-a"}, {"brokerPermission", "4"}});
  const auto bad = bad_ones(all);
  ASSERT_THAT(codes_of(bad), ElementsAre("broker-old", "broker-disk", "broker-read-only", "versions-differ"));
  EXPECT_THAT(bad[1].seen, HasSubstr("91 % full"));
  EXPECT_THAT(remedies_of(bad[2], tool::mqadmin),
              ElementsAre("mqadmin updateBrokerConfig -n 10.0.0.5:9876 -b 10.0.0.7:10911 -k brokerPermission -v 6"));
}

TEST(doctor_brokers, need_a_master) {
  auto all = healthy();
  all.brokers[0].id = 1;
  EXPECT_THAT(codes_of(bad_ones(all)), ElementsAre("no-master"));
}

TEST(doctor, goes_on_after_a_failure_and_says_what_it_skipped) {
  facts all;
  all.given = healthy().given;
  all.name_servers.push_back({.address = name_server_address, .view = failed_link(link_fault::nobody_listens)});
  const auto told = decide(all);
  EXPECT_THAT(codes_of(told), ElementsAre("name-server-unreachable", "broker", "topic", "probe", "group"));
  for (std::size_t at = 1; at < told.size(); ++at) {
    EXPECT_EQ(told[at].how, severity::skipped);
    EXPECT_THAT(told[at].seen, HasSubstr("skipped because "));
  }
}

TEST(doctor, says_that_time_was_over) {
  auto all = healthy();
  all.topics.clear();
  all.probes.clear();
  all.group.reset();
  all.out_of_time = true;
  EXPECT_THAT(codes_of(bad_ones(all)), ElementsAre("out-of-time"));
}

}  // namespace
}  // namespace parley::cli::doctor
