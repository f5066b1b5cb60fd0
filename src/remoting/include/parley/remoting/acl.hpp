// RocketMQ's ACL signature: says who asks, and that the request is as its sender wrote it.
#pragma once

#include <parley/remoting/codec/command.hpp>

#include <string>
#include <string_view>

namespace parley::remoting {

/// What an administrator gave. The token only for temporary credentials.
struct acl_credentials {
  std::string access_key{};
  std::string secret_key{};
  std::string security_token{};
};

/// base64(HMAC-SHA1(secret, content)); content = the values of all fields but Signature, by key in byte order, then the body.
/// So computed by Java's AclUtils, and by brokers of 4.x (plain ACL) and 5.x (ACL 2.0) over the fields that they received.
[[nodiscard]] std::string acl_signature(const command& request, std::string_view secret_key);

/// Sets AccessKey, SecurityToken if there is one, and Signature. The last thing that may touch the request's fields and body;
/// a request that is sent again may be signed again.
void sign(command& request, const acl_credentials& with);

}  // namespace parley::remoting
