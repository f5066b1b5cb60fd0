// What every fuzz target needs: its input as bytes, and a way to say that a promise was broken.
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

// Freed memory that is held back would count against the run's memory limit: bombs are inflated here, and freed again.
extern "C" inline __attribute__((used)) const char* __asan_default_options() { return "quarantine_size_mb=32"; }

namespace parley::fuzz {

/// Ends the run with the promise that does not hold; libFuzzer then keeps the input.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

/// A decoder may refuse, but only as it says it does.
template <class T>
bool decoded(const result<T>& in) {
  if (in) return true;
  const auto code = in.error().code;
  require(code == errc::malformed || code == errc::too_large, "a decoder's error is malformed or too_large");
  require(!in.error().message.empty(), "an error has a message");
  return false;
}

}  // namespace parley::fuzz
