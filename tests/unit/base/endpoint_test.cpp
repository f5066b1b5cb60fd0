// Addresses as people and brokers write them.
#include <parley/base/endpoint.hpp>

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(endpoint, splits_at_the_last_colon) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:9876").value(), (endpoint{"127.0.0.1", 9876}));
  EXPECT_EQ(parse_endpoint(" broker.internal:10911 ").value(), (endpoint{"broker.internal", 10911}));
  EXPECT_EQ(parse_endpoint("::1:9876").value(), (endpoint{"::1", 9876}));
  EXPECT_EQ(parse_endpoint("[fe80::1]:9876").value(), (endpoint{"fe80::1", 9876}));
}

TEST(endpoint, writes_ipv6_with_brackets) {
  EXPECT_EQ((endpoint{"::1", 9876}).to_string(), "[::1]:9876");
  EXPECT_EQ((endpoint{"a", 1}).to_string(), "a:1");
}

TEST(endpoint, refuses_what_is_no_address) {
  for (const auto* text : {"", "host", "host:", ":9876", "host:0", "host:65536", "host:12x", "a b:1", "host:-1"}) {
    EXPECT_EQ(parse_endpoint(text).error().code, errc::invalid_argument) << text;
  }
}

TEST(endpoint, reads_lists_with_either_separator) {
  const auto many = parse_endpoints("a:1;b:2, c:3;").value();
  ASSERT_EQ(many.size(), 3U);
  EXPECT_EQ(many[2], (endpoint{"c", 3}));
  EXPECT_FALSE(parse_endpoints(" ;, ").has_value());
}

}  // namespace
}  // namespace parley
