// Names, context and the exception form of parley::error.
#include <parley/base/error.hpp>

#include <utility>

namespace parley {

std::string_view name_of(errc code) noexcept {
  switch (code) {
    case errc::invalid_argument: return "invalid_argument";
    case errc::malformed: return "malformed";
    case errc::too_large: return "too_large";
    case errc::timed_out: return "timed_out";
    case errc::unreachable: return "unreachable";
    case errc::disconnected: return "disconnected";
    case errc::refused: return "refused";
    case errc::not_found: return "not_found";
    case errc::overloaded: return "overloaded";
    case errc::permission: return "permission";
    case errc::stopped: return "stopped";
    case errc::storage: return "storage";
    case errc::unavailable: return "unavailable";
    case errc::internal: return "internal";
  }
  return "unknown";
}

error error::with_context(std::string_view context) && {
  message.insert(0, context);
  return std::move(*this);
}

bad_result::bad_result(error cause)
    : cause_(std::move(cause)), text_(std::string(name_of(cause_.code)) + ": " + cause_.message) {}

const char* bad_result::what() const noexcept { return text_.c_str(); }

void throw_exception_from_error(const error& cause, const boost::source_location&) { throw bad_result(cause); }

error fail(errc code, std::string message, std::int32_t remote_code) {
  return error{.code = code, .message = std::move(message), .remote_code = remote_code};
}

}  // namespace parley
