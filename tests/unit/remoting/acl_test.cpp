// The ACL signature.
#include <parley/remoting/acl.hpp>

#include <gtest/gtest.h>

namespace parley::remoting {
namespace {

command sample() {
  command out{.code = 310};
  out.fields.set("topic", "TopicTest");
  out.fields.set("queueId", 0);
  out.body = {'h', 'e', 'l', 'l', 'o'};
  return out;
}

TEST(acl, signs_as_java_does) {
  auto request = sample();
  sign(request, {.access_key = "RocketMQ", .secret_key = "12345678"});
  EXPECT_EQ(request.fields.text("AccessKey"), "RocketMQ");
  EXPECT_EQ(request.fields.text("Signature"), "/u+oQUi9gv7W/z1uifpc34q6njk=");
  EXPECT_EQ(request.fields.find("SecurityToken"), nullptr);
}

TEST(acl, signing_again_changes_nothing) {
  auto once = sample();
  sign(once, {.access_key = "RocketMQ", .secret_key = "12345678"});
  auto twice = once;
  sign(twice, {.access_key = "RocketMQ", .secret_key = "12345678"});
  EXPECT_EQ(twice, once);
}

TEST(acl, covers_every_field_the_body_and_the_token) {
  const auto signature_of = [](const command& request) { return acl_signature(request, "s"); };
  const auto base = signature_of(sample());
  auto other_body = sample();
  other_body.body.push_back('!');
  EXPECT_NE(signature_of(other_body), base);
  auto other_field = sample();
  other_field.fields.set("queueId", 1);
  EXPECT_NE(signature_of(other_field), base);
  auto plain = sample();
  auto with_token = sample();
  sign(plain, {.access_key = "a", .secret_key = "s"});
  sign(with_token, {.access_key = "a", .secret_key = "s", .security_token = "t"});
  EXPECT_EQ(with_token.fields.text("SecurityToken"), "t");
  EXPECT_NE(with_token.fields.text("Signature"), plain.fields.text("Signature"));
}

TEST(acl, does_not_depend_on_the_order_of_fields) {
  command turned{.code = 310};
  turned.fields.set("queueId", 0);
  turned.fields.set("topic", "TopicTest");
  turned.body = sample().body;
  EXPECT_EQ(acl_signature(turned, "s"), acl_signature(sample(), "s"));
}

}  // namespace
}  // namespace parley::remoting
