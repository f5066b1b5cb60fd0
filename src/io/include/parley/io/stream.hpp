// A duplex byte stream: TCP now, TLS over it later, and a scripted one in tests.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/clock.hpp>
#include <parley/base/endpoint.hpp>
#include <parley/base/error.hpp>
#include <parley/io/task.hpp>
#include <parley/io/tcp_options.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <span>
#include <string>

namespace parley::io {

/// Bytes in both directions. One read and one write may be under way at a time. Used on its executor only.
class byte_stream {
 public:
  byte_stream() = default;
  byte_stream(const byte_stream&) = delete;
  byte_stream& operator=(const byte_stream&) = delete;
  virtual ~byte_stream() = default;

  /// At least one byte; `disconnected` at the end of the stream or when it breaks.
  virtual task<result<std::size_t>> read_some(std::span<std::uint8_t> into) = 0;
  /// All of them or an error. The bytes must stay valid until it completes.
  virtual task<result<void>> write_all(byte_view from) = 0;
  /// Ends pending reads and writes. Idempotent.
  virtual void close() noexcept = 0;
  /// True while bytes sent have been repeated several times and nothing came back: the path to the peer seems gone, though
  /// the stream has not broken yet. Costs a system call: for when an answer is overdue.
  [[nodiscard]] virtual bool stalled() const noexcept { return false; }
  [[nodiscard]] virtual boost::asio::any_io_executor executor() const = 0;
  /// "ip:port" of either end, empty when unknown.
  [[nodiscard]] virtual const std::string& peer_name() const noexcept = 0;
  [[nodiscard]] virtual const std::string& local_name() const noexcept = 0;
};

/// Makes streams to an address: the seam where TLS and tests come in.
class connector {
 public:
  connector() = default;
  connector(const connector&) = delete;
  connector& operator=(const connector&) = delete;
  virtual ~connector() = default;

  /// Resolves (every address is tried) and connects before the deadline; `unreachable` names the host and why.
  virtual task<result<std::unique_ptr<byte_stream>>> connect(endpoint to, steady_time deadline) = 0;
};

/// Plain TCP with TCP_NODELAY. The executor must outlive the connector's streams. The host is resolved at each connect, so a
/// name whose address has changed is found; a name look-up that hangs holds up neither another connect nor the executor's end.
///
/// Addresses are raced: the next one starts when one fails, or 300 ms after the one before it, and when all have been started
/// the first is tried anew. So one dead address of a host costs 300 ms, and a path that has just healed is found as soon,
/// where TCP alone would wait 1, 2, 4 s between two tries.
[[nodiscard]] std::unique_ptr<connector> make_tcp_connector(boost::asio::any_io_executor executor, tcp_options options = {});

}  // namespace parley::io
