// What happened over connections, summed up over those that count together.
#pragma once

#include <atomic>
#include <cstdint>

namespace parley::remoting {

/// Each connection adds to it as things happen, so that nothing is lost with a connection that ends. Read from any thread.
struct traffic {
  std::atomic<std::uint64_t> connections{0};      ///< open now
  std::atomic<std::uint64_t> failed_connects{0};  ///< attempts to connect that came to nothing
  std::atomic<std::uint64_t> requests{0};         ///< taken for sending that await an answer; one-way ones are not among them
  std::atomic<std::uint64_t> timed_out{0};        ///< of the requests, those whose deadline passed without an answer
  std::atomic<std::uint64_t> late_answers{0};     ///< answers that nobody (any longer) waits for
};

}  // namespace parley::remoting
