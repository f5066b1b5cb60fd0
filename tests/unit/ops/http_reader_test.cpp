// Requests out of bytes, in whatever pieces they come.
#include "http/http_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace parley::ops {
namespace {

void put(http_reader& into, std::string_view text) {
  const auto room = into.room();
  ASSERT_GE(room.size(), text.size());
  std::copy(text.begin(), text.end(), room.begin());
  into.took(text.size());
}

TEST(http_reader, reads_a_request_that_comes_byte_by_byte) {
  http_reader reader(8192);
  const std::string text = "GET /health?verbose=1 HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    put(reader, text.substr(i, 1));
    const auto early = reader.next();
    ASSERT_TRUE(early);
    ASSERT_FALSE(*early) << i;
  }
  put(reader, text.substr(text.size() - 1));
  const auto asked = reader.next();
  ASSERT_TRUE(asked && *asked);
  EXPECT_EQ((*asked)->method, "GET");
  EXPECT_EQ((*asked)->path, "/health");
  EXPECT_TRUE((*asked)->keep_alive);
  EXPECT_TRUE(reader.idle());
}

TEST(http_reader, reads_pipelined_requests_one_by_one) {
  http_reader reader(8192);
  put(reader, "GET /a HTTP/1.1\r\n\r\nHEAD /b HTTP/1.1\r\nConnection: close\r\n\r\nGET /c HT");
  const auto first = reader.next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->path, "/a");
  const auto second = reader.next();
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->method, "HEAD");
  EXPECT_EQ((*second)->path, "/b");
  EXPECT_FALSE((*second)->keep_alive);
  const auto third = reader.next();
  ASSERT_TRUE(third);
  EXPECT_FALSE(*third);
  EXPECT_FALSE(reader.idle());
}

TEST(http_reader, takes_http_1_0_for_one_request) {
  http_reader reader(8192);
  put(reader, "GET / HTTP/1.0\r\n\r\n");
  const auto asked = reader.next();
  ASSERT_TRUE(asked && *asked);
  EXPECT_FALSE((*asked)->keep_alive);
}

TEST(http_reader, refuses_what_is_no_request) {
  const std::vector<std::string> all{
      "nonsense\r\n\r\n",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "GET /a b HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nno colon\r\n\r\n",
      std::string("GET /\0 HTTP/1.1\r\n\r\n", 19),
      "\x16\x03\x01\x02hello, this is TLS\r\n\r\n",
      "POST /health HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
      "GET /health HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
      "GET /health HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
      "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
      "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
  };
  for (const auto& text : all) {
    http_reader reader(8192);
    put(reader, text);
    const auto asked = reader.next();
    ASSERT_FALSE(asked) << text;
    EXPECT_EQ(asked.error().code, errc::malformed) << text;
  }
}

TEST(http_reader, refuses_a_request_that_does_not_fit) {
  http_reader reader(256);
  put(reader, "GET / HTTP/1.1\r\nX: " + std::string(256 - 19, 'x'));
  const auto asked = reader.next();
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, errc::too_large);
}

}  // namespace
}  // namespace parley::ops
