// What went wrong, as a value: a code to decide by, a sentence to act on, and the peer's own code where there is one.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley {

/// The kinds of failure that callers tell apart. What the peer said more exactly is in `error::remote_code`.
enum class errc : std::uint8_t {
  invalid_argument,  ///< the caller's own values are wrong; repeating the call cannot help
  malformed,         ///< bytes of a peer or a file do not decode
  too_large,         ///< over a documented bound
  timed_out,         ///< the deadline passed; whether the peer acted is not known
  unreachable,       ///< no connection could be made: nothing was sent
  disconnected,      ///< the connection was lost while an answer was due
  refused,           ///< the peer answered with an error: see remote_code
  not_found,         ///< the thing named does not exist
  overloaded,        ///< a bound of ours or the peer's is reached; try later
  permission,        ///< not allowed
  stopped,           ///< the object is stopping or was never started
  storage,           ///< a file or database operation failed
  unavailable,       ///< nothing that could do it is there now
  internal,          ///< a promise of our own is broken
};

/// A stable name for logs and scripts, such as "timed_out".
[[nodiscard]] std::string_view name_of(errc code) noexcept;

/// Why a connection could not be made or used, where that is known. For advice to people: decide by errc.
enum class link_fault : std::uint8_t {
  none,                     ///< not known, or the failure is of another kind
  name_unknown,             ///< the host's name was not resolved
  nobody_listens,           ///< the host answers, and refuses that port
  no_answer,                ///< nothing came back in time, or no way leads there
  tls_wanted,               ///< it closed a plain connection without a word, as one does that takes TLS only
  tls_not_spoken,           ///< it answers a TLS handshake with something else, or by closing
  certificate_untrusted,    ///< signed by nobody whom we trust
  certificate_out_of_date,  ///< expired or not valid yet
  certificate_of_another,   ///< it does not name the host that was dialled
  own_certificate_wanted,   ///< it asks for a client certificate, and we have none
  own_certificate_refused,  ///< it does not trust ours
};

/// One failure. Copyable, cheap to move; owns its text.
struct error {
  errc code{errc::internal};
  std::string message;                 ///< a sentence that names the address or thing involved and, where known, the remedy
  std::int32_t remote_code{-1};        ///< RocketMQ's response code when `code` came from a peer's answer, else -1
  link_fault fault{link_fault::none};  ///< with `unreachable` and `disconnected`

  /// The same failure with a prefix such as "sending to topic x: ".
  [[nodiscard]] error with_context(std::string_view context) &&;
  friend bool operator==(const error&, const error&) = default;
};

/// A value or an error. `.value()` on an error throws `bad_result`: only tests and main() should let it come to that.
template <class T = void>
using result = boost::system::result<T, error>;

/// Thrown by result::value() when there is none.
class bad_result : public std::exception {
 public:
  explicit bad_result(error cause);
  [[nodiscard]] const char* what() const noexcept override;
  [[nodiscard]] const error& cause() const noexcept { return cause_; }

 private:
  error cause_;
  std::string text_;
};

/// Found by argument-dependent look-up from boost::system::result.
[[noreturn]] void throw_exception_from_error(const error& cause, const boost::source_location& where);

/// An error with a formatted message; see fmt's syntax. Use as `return fail(errc::timed_out, "…", …)`.
error fail(errc code, std::string message, std::int32_t remote_code = -1);

}  // namespace parley
