// What makes two requests under one id the same: their content, hashed in a form that does not depend on the order of fields.
#include <parley/chat/contract/request.hpp>

#include <parley/base/bytes.hpp>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

namespace parley::chat {
namespace {

namespace json = boost::json;

void append_canonical(std::string& out, const json::value& value);

void append_canonical(std::string& out, const json::object& object) {
  std::vector<const json::key_value_pair*> fields;
  fields.reserve(object.size());
  for (const auto& field : object) fields.push_back(&field);
  std::sort(fields.begin(), fields.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
  out.push_back('{');
  for (const auto* field : fields) {
    out += json::serialize(field->key());
    out.push_back(':');
    append_canonical(out, field->value());
    out.push_back(',');
  }
  out.push_back('}');
}

/// Recurses as deep as the value is nested, which parsing bounds by limits::json_depth.
void append_canonical(std::string& out, const json::value& value) {
  if (const auto* object = value.if_object()) return append_canonical(out, *object);
  const auto* array = value.if_array();
  if (array == nullptr) {
    out += json::serialize(value);
    return;
  }
  out.push_back('[');
  for (const auto& item : *array) {
    append_canonical(out, item);
    out.push_back(',');
  }
  out.push_back(']');
}

/// Looked up once: by name it takes longer than hashing a request does.
const EVP_MD* sha256() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> fetched(EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free);
  return fetched ? fetched.get() : EVP_sha256();
}

}  // namespace

std::string content_hash(const request& in) {
  std::string text = json::serialize(json::string(in.action));
  text.push_back(':');
  append_canonical(text, in.data);
  constexpr std::size_t digest_bytes = 32;
  std::array<std::uint8_t, digest_bytes> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, sha256(), nullptr);
  return to_hex(digest);
}

}  // namespace parley::chat
