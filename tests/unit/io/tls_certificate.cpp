// Made with OpenSSL's own calls: no program of it need be installed.
#include "unit/io/tls_certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace parley::io {
namespace {

constexpr long valid_since_seconds = -3600;

template <auto Free>
struct freed {
  template <class T>
  void operator()(T* held) const {
    Free(held);
  }
};
using file_ptr = std::unique_ptr<std::FILE, freed<std::fclose>>;
using key_ptr = std::unique_ptr<EVP_PKEY, freed<EVP_PKEY_free>>;
using x509_ptr = std::unique_ptr<X509, freed<X509_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, freed<X509_EXTENSION_free>>;

void require(bool done) {
  if (!done) throw std::runtime_error("no test certificate could be made");
}

void add_extension(X509* to, int which, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, to, to, nullptr, nullptr, 0);
  const extension_ptr made(X509V3_EXT_conf_nid(nullptr, &context, which, value.c_str()));
  require(made != nullptr && X509_add_ext(to, made.get(), -1) == 1);
}

x509_ptr certify(EVP_PKEY* key, const std::string& names, long valid_for_seconds) {
  x509_ptr out(X509_new());
  X509_set_version(out.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), valid_since_seconds);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), valid_for_seconds);
  X509_set_pubkey(out.get(), key);
  auto* const name = X509_get_subject_name(out.get());
  const auto* const common = reinterpret_cast<const unsigned char*>("parley test");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
  X509_set_issuer_name(out.get(), name);
  add_extension(out.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(out.get(), NID_subject_alt_name, names);
  require(X509_sign(out.get(), key, EVP_sha256()) > 0);
  return out;
}

}  // namespace

own_certificate::own_certificate(const std::string& names, const std::string& pass_phrase, long valid_for_seconds) {
  folder_ = (std::filesystem::temp_directory_path() / "parley-tls-XXXXXX").string();
  require(::mkdtemp(folder_.data()) != nullptr);
  const key_ptr made(EVP_EC_gen("P-256"));
  require(made != nullptr);
  const auto signed_one = certify(made.get(), names, valid_for_seconds);
  const file_ptr certificate_file(std::fopen(certificate().c_str(), "w"));
  const file_ptr key_file(std::fopen(key().c_str(), "w"));
  require(certificate_file && PEM_write_X509(certificate_file.get(), signed_one.get()) == 1);
  const auto* const cipher = pass_phrase.empty() ? nullptr : EVP_aes_256_cbc();
  const auto* const phrase = reinterpret_cast<const unsigned char*>(pass_phrase.data());
  require(key_file && PEM_write_PrivateKey(key_file.get(), made.get(), cipher, phrase, static_cast<int>(pass_phrase.size()),
                                           nullptr, nullptr) == 1);
}

own_certificate::~own_certificate() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace parley::io
