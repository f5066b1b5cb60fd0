// HMAC-SHA1 over a request's fields and body.
#include <parley/remoting/acl.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <vector>

namespace parley::remoting {
namespace {

constexpr std::string_view access_key_field = "AccessKey";
constexpr std::string_view security_token_field = "SecurityToken";
constexpr std::string_view signature_field = "Signature";

bytes signed_content(const command& request) {
  std::vector<const ext_fields::entry*> fields;
  fields.reserve(request.fields.size());
  std::size_t size = request.body.size();
  for (const auto& field : request.fields) {
    if (field.first == signature_field) continue;
    fields.push_back(&field);
    size += field.second.size();
  }
  std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  bytes out;
  out.reserve(size);
  for (const auto* field : fields) out.insert(out.end(), field->second.begin(), field->second.end());
  out.insert(out.end(), request.body.begin(), request.body.end());
  return out;
}

}  // namespace

std::string acl_signature(const command& request, std::string_view secret_key) {
  const auto content = signed_content(request);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret_key.data(), static_cast<int>(secret_key.size()), content.data(), content.size(), digest.data(), &size);
  std::array<unsigned char, 4 * (EVP_MAX_MD_SIZE / 3 + 1) + 1> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return {text.begin(), text.begin() + length};
}

void sign(command& request, const acl_credentials& with) {
  request.fields.set(access_key_field, with.access_key);
  if (!with.security_token.empty()) request.fields.set(security_token_field, with.security_token);
  request.fields.set(signature_field, acl_signature(request, with.secret_key));
}

}  // namespace parley::remoting
