// A certificate made for a test, signed by its own key: PEM files of both.
#pragma once

#include <string>

namespace parley::io {

/// Files in a folder of their own that goes with the object. `names` as OpenSSL writes them: "IP:127.0.0.1,DNS:broker".
class own_certificate {
 public:
  /// With a pass phrase the key's file is encrypted.
  explicit own_certificate(const std::string& names, const std::string& pass_phrase = {}, long valid_for_seconds = 3600);
  own_certificate(const own_certificate&) = delete;
  own_certificate& operator=(const own_certificate&) = delete;
  ~own_certificate();

  [[nodiscard]] std::string certificate() const { return folder_ + "/certificate.pem"; }
  [[nodiscard]] std::string key() const { return folder_ + "/key.pem"; }

 private:
  std::string folder_;
};

}  // namespace parley::io
