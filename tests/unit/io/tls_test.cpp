// TLS on loopback, against a peer that is OpenSSL through Asio.
#include "unit/io/run.hpp"
#include "unit/io/tls_certificate.hpp"

#include <parley/io/acceptor.hpp>
#include <parley/io/task_gate.hpp>
#include <parley/io/tls.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace parley::io {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

constexpr std::uint16_t any_port = 0;

/// Takes connections, speaks TLS and sends back what comes, until it is destroyed with its context.
class echo_peer {
 public:
  echo_peer(asio::io_context& context, const own_certificate& shown, bool asks_for_one = false)
      : listening_(context, {asio::ip::make_address("127.0.0.1"), any_port}), tls_(ssl::context::tls_server) {
    tls_.use_certificate_chain_file(shown.certificate());
    tls_.use_private_key_file(shown.key(), ssl::context::pem);
    if (!asks_for_one) return;
    tls_.load_verify_file(shown.certificate());
    tls_.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  }

  [[nodiscard]] endpoint address(const std::string& host = "127.0.0.1") const {
    return {.host = host, .port = listening_.local_endpoint().port()};
  }
  task<> serve() {
    auto socket = co_await listening_.async_accept(asio::use_awaitable);
    ssl::stream<tcp::socket> stream(std::move(socket), tls_);
    boost::system::error_code failure;
    co_await stream.async_handshake(ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, failure));
    std::array<char, 4096> buffer{};
    while (!failure) {
      const auto count = co_await stream.async_read_some(asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, failure));
      if (failure) break;
      co_await asio::async_write(stream, asio::buffer(buffer.data(), count), asio::redirect_error(asio::use_awaitable, failure));
    }
  }

 private:
  tcp::acceptor listening_;
  ssl::context tls_;
};

/// Tries one connection to the peer and gives what came of it.
task<result<std::unique_ptr<byte_stream>>> dial(asio::io_context& context, echo_peer& peer, tls_options tls,
                                                std::string host = "127.0.0.1") {
  asio::co_spawn(context, peer.serve(), [](const std::exception_ptr&) {});
  const auto connecting = make_tls_connector(context.get_executor(), tls);
  EXPECT_TRUE(connecting);
  auto stream = co_await (*connecting)->connect(peer.address(host), far_away());
  co_return stream;
}

TEST(tls, carries_more_than_a_record_both_ways_at_once) {
  run([](asio::io_context& context) -> task<> {
    const own_certificate shown("IP:127.0.0.1");
    echo_peer peer(context, shown);
    tls_options trusting{.ca_file = shown.certificate()};
    auto stream = co_await dial(context, peer, std::move(trusting));
    EXPECT_TRUE(stream) << stream.error().message;
    if (!stream) co_return;
    EXPECT_THAT((*stream)->peer_name(), HasSubstr("127.0.0.1:"));
    EXPECT_FALSE((*stream)->stalled());
    const std::string text(300'000, 'x');
    task_gate gate(context.get_executor());
    auto writing = [](byte_stream& to, const std::string& what) -> task<> {
      auto sent = co_await to.write_all(as_bytes(what));
      EXPECT_TRUE(sent);
    };
    gate.spawn(writing(**stream, text));
    std::size_t back = 0;
    bytes buffer(65'536);
    while (back < text.size()) {
      auto count = co_await (*stream)->read_some(buffer);
      if (!count) break;
      back += *count;
    }
    EXPECT_EQ(back, text.size());
    (*stream)->close();
    (*stream)->close();
    auto ended = co_await (*stream)->read_some(buffer);
    EXPECT_EQ(ended.error().code, errc::disconnected);
    co_await gate.stop(far_away());
  });
}

TEST(tls, refuses_a_certificate_that_nobody_trusts_and_says_what_to_give) {
  run([](asio::io_context& context) -> task<> {
    const own_certificate shown("IP:127.0.0.1");
    echo_peer peer(context, shown);
    tls_options nobody_known;
    auto stream = co_await dial(context, peer, std::move(nobody_known));
    EXPECT_EQ(stream.error().code, errc::unreachable);
    EXPECT_EQ(stream.error().fault, link_fault::certificate_untrusted);
    EXPECT_THAT(stream.error().message, HasSubstr("give the file of the authority that signed it"));
  });
}

TEST(tls, refuses_a_certificate_that_names_another_host) {
  run([](asio::io_context& context) -> task<> {
    const own_certificate shown("IP:127.0.0.9,DNS:elsewhere.example");
    echo_peer peer(context, shown);
    tls_options trusting{.ca_file = shown.certificate()};
    auto by_address = co_await dial(context, peer, trusting);
    EXPECT_EQ(by_address.error().fault, link_fault::certificate_of_another);
    EXPECT_THAT(by_address.error().message, HasSubstr("does not name \"127.0.0.1\""));
    auto by_name = co_await dial(context, peer, trusting, "localhost");
    EXPECT_THAT(by_name.error().message, HasSubstr("does not name \"localhost\""));
    tls_options anybody{.verify = false};
    auto unverified = co_await dial(context, peer, anybody);
    EXPECT_TRUE(unverified);
  });
}

TEST(tls, shows_its_own_certificate_to_those_who_ask) {
  run([](asio::io_context& context) -> task<> {
    const own_certificate shown("IP:127.0.0.1");
    echo_peer peer(context, shown, true);
    tls_options with_one{.ca_file = shown.certificate(), .certificate_file = shown.certificate(), .key_file = shown.key()};
    auto stream = co_await dial(context, peer, with_one);
    EXPECT_TRUE(stream);
    if (!stream) co_return;
    const std::string text = "known";
    auto sent = co_await (*stream)->write_all(as_bytes(text));
    EXPECT_TRUE(sent);
    bytes got(16);
    auto count = co_await (*stream)->read_some(got);
    EXPECT_EQ(count.value(), text.size());

    tls_options without{.ca_file = shown.certificate()};
    auto unknown = co_await dial(context, peer, without);
    // With TLS 1.3 the peer's refusal comes with the first read.
    error why = unknown ? error{} : unknown.error();
    if (unknown) {
      auto read = co_await (*unknown)->read_some(got);
      why = read.error();
    }
    EXPECT_EQ(why.fault, link_fault::own_certificate_wanted);
    EXPECT_THAT(why.message, HasSubstr("asks for a client certificate"));
  });
}

TEST(tls, tells_a_peer_without_tls_from_one_that_says_nothing) {
  run([](asio::io_context& context) -> task<> {
    auto listening = make_tcp_acceptor(context.get_executor(), endpoint{.host = "127.0.0.1", .port = any_port});
    const auto to = (*listening)->local();
    const auto connecting = make_tls_connector(context.get_executor(), {});
    auto silent = co_await (*connecting)->connect(to, in_ms(300));
    EXPECT_EQ(silent.error().code, errc::unreachable);
    EXPECT_EQ(silent.error().fault, link_fault::no_answer);
    EXPECT_THAT(silent.error().message, HasSubstr("no answer in time"));

    auto first = co_await (*listening)->accept();  // that of the silent try
    auto greeting = [](acceptor& on) -> task<> {
      auto plain = co_await on.accept();
      const std::string text = "HTTP/1.1 400 Bad Request\r\n\r\n";
      auto sent = co_await (*plain)->write_all(as_bytes(text));
      bytes rest(1024);
      while (sent) {
        auto count = co_await (*plain)->read_some(rest);
        if (!count) break;
      }
    };
    task_gate gate(context.get_executor());
    gate.spawn(greeting(**listening));
    auto plain = co_await (*connecting)->connect(to, far_away());
    EXPECT_EQ(plain.error().fault, link_fault::tls_not_spoken);
    EXPECT_THAT(plain.error().message, HasSubstr("it does not speak TLS"));
    co_await gate.stop(far_away());
  });
}

TEST(tls, tells_an_expired_certificate_from_one_that_nobody_trusts) {
  run([](asio::io_context& context) -> task<> {
    const own_certificate shown("IP:127.0.0.1", {}, -60);
    echo_peer peer(context, shown);
    tls_options trusting{.ca_file = shown.certificate()};
    auto stream = co_await dial(context, peer, std::move(trusting));
    EXPECT_EQ(stream.error().fault, link_fault::certificate_out_of_date);
  });
}

TEST(tls, shows_a_certificate_to_those_who_only_look) {
  run([](asio::io_context& context) -> task<> {
    const own_certificate shown("IP:127.0.0.9,DNS:elsewhere.example");
    echo_peer peer(context, shown, true);
    asio::co_spawn(context, peer.serve(), [](const std::exception_ptr&) {});
    auto seen = co_await ask_certificate(peer.address(), far_away());
    EXPECT_TRUE(seen);
    if (!seen) co_return;
    EXPECT_EQ(seen->subject, "CN = parley test");
    EXPECT_EQ(seen->issuer, "CN = parley test");
    EXPECT_THAT(seen->names, ElementsAre("127.0.0.9", "elsewhere.example"));
    EXPECT_THAT(seen->valid_until, MatchesRegex("20..-..-..T..:..:..Z"));
  });
}

TEST(tls, does_not_see_a_certificate_where_there_is_none) {
  run([](asio::io_context& context) -> task<> {
    auto listening = make_tcp_acceptor(context.get_executor(), endpoint{.host = "127.0.0.1", .port = any_port});
    const auto to = (*listening)->local();
    auto silent = co_await ask_certificate(to, in_ms(300));
    EXPECT_EQ(silent.error().fault, link_fault::no_answer);
    (*listening)->close();
    auto nobody = co_await ask_certificate(to, far_away());
    EXPECT_EQ(nobody.error().fault, link_fault::nobody_listens);
  });
}

TEST(tls, refuses_files_that_cannot_be_used_before_anything_is_dialled) {
  asio::io_context context;
  const own_certificate shown("IP:127.0.0.1");
  const own_certificate other("IP:127.0.0.1");
  const own_certificate locked("IP:127.0.0.1", "a pass phrase");
  for (const auto& wrong : {tls_options{.ca_file = "/no/such/file"}, tls_options{.certificate_file = shown.certificate()},
                            tls_options{.certificate_file = shown.certificate(), .key_file = other.key()},
                            tls_options{.certificate_file = locked.certificate(), .key_file = locked.key()}}) {
    const auto made = make_tls_connector(context.get_executor(), wrong);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::invalid_argument);
  }
}

}  // namespace
}  // namespace parley::io
