// Troubles that NameServers and brokers have in common: connections, TLS and access control.
#include "doctor/trouble.hpp"

#include "doctor/phrases.hpp"
#include "doctor/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace parley::cli::doctor {
namespace {

const io::peer_certificate* certificate_of(const troubled_peer& who) {
  if (who.again == nullptr || !who.again->certificate || !*who.again->certificate) return nullptr;
  return &**who.again->certificate;
}

finding failed(const troubled_peer& who, std::string code, std::string seen, std::string why) {
  return {.how = severity::failure, .code = std::move(code), .subject = who.subject, .seen = std::move(seen), .why = std::move(why)};
}

remedy look_at_certificate(const troubled_peer& who) {
  return {.with = tool::shell,
          .text = fmt::format("openssl s_client -connect {} -showcerts </dev/null | openssl x509 -noout -subject -issuer "
                              "-enddate -ext subjectAltName",
                              quoted(who.dialled.to_string())),
          .note = "to see what it shows"};
}

void add_authority(finding& to, const troubled_peer& who, const setting& given) {
  const auto* const shown = certificate_of(who);
  const auto note = shown != nullptr ? fmt::format("the certificate of its authority, which is \"{}\"", shown->issuer)
                                     : std::string("the certificate of its authority");
  add_variable(to.remedies, given, "ROCKETMQ_TLS_CA", "<FILE>", note);
}

finding tls_wanted(const troubled_peer& who, const setting& given) {
  const auto* const shown = certificate_of(who);
  auto out = failed(who, "tls-wanted",
                    fmt::format("it hangs up on plain connections, and speaks TLS (its certificate: \"{}\")", shown->subject),
                    "server and clients speak plain here, so none of them gets a word out of it");
  add_configured(out.remedies, given, "ROCKETMQ_TLS", "true");
  add_authority(out, who, given);
  return out;
}

finding tls_not_spoken(const troubled_peer& who, const setting& given) {
  if (!who.again->plain_works) {
    auto out = failed(who, "tls-refused",
                      fmt::format("it ends the TLS handshake, and does not speak plain either: {}", who.why.message),
                      "it may ask for a client certificate, want another version of TLS, or not be RocketMQ at all");
    if (!given.tls_certificate) {
      add_variable(out.remedies, given, "ROCKETMQ_TLS_CERTIFICATE", "<FILE>");
      add_variable(out.remedies, given, "ROCKETMQ_TLS_KEY", "<FILE>");
    }
    out.remedies.push_back(look_at_certificate(who));
    return out;
  }
  auto out = failed(who, "tls-not-spoken", "it speaks no TLS; without, it answers",
                    "server and clients speak TLS here, so none of them gets a word out of it");
  add_configured(out.remedies, given, "ROCKETMQ_TLS", "false");
  out.remedies.push_back({.with = tool::shell,
                          .text = "JAVA_OPT=\"$JAVA_OPT -Dtls.server.mode=permissive\"",
                          .note = "or where it is started, so that it takes both"});
  return out;
}

finding untrusted(const troubled_peer& who, const setting& given) {
  const auto signed_by = given.tls_ca.empty() ? std::string("nobody whom this system trusts")
                                              : fmt::format("nobody whom {} names", given.tls_ca);
  const auto* const shown = certificate_of(who);
  auto out = failed(who, "certificate-untrusted",
                    shown == nullptr
                        ? fmt::format("its certificate is signed by {}", signed_by)
                        : fmt::format("its certificate \"{}\" is signed by \"{}\", {}", shown->subject, shown->issuer, signed_by),
                    "anybody could show such a certificate, so nothing is sent");
  add_authority(out, who, given);
  out.remedies.push_back(look_at_certificate(who));
  add_variable(out.remedies, given, "ROCKETMQ_TLS_INSECURE", "true", "for a trial only: trusts whoever answers");
  return out;
}

finding names_others(const troubled_peer& who, const setting& given) {
  const auto* const shown = certificate_of(who);
  const auto names = shown != nullptr ? shown->names : std::vector<std::string>{};
  auto out = failed(who, "certificate-of-another",
                    fmt::format("it was dialled as {}, and its certificate names {}", who.dialled.host,
                                names.empty() ? std::string("nobody") : listed(names)),
                    "it may be another machine than the one that is meant, so nothing is sent");
  for (const auto& name : names) {
    const endpoint by_name{.host = name, .port = who.dialled.port};
    if (who.broker) {
      out.remedies.push_back({.with = tool::broker_conf,
                              .text = fmt::format("brokerIP1={}", name),
                              .note = fmt::format("on {}, and restart it", *who.broker)});
      add_variable(out.remedies, given, "ROCKETMQ_ADDRESS_MAP",
                   fmt::format("{}={}", who.advertised.to_string(), by_name.to_string()));
    } else {
      add_configured(out.remedies, given, "ROCKETMQ_NAMESERVER", by_name.to_string());
    }
  }
  out.remedies.push_back(look_at_certificate(who));
  return out;
}

finding out_of_date(const troubled_peer& who) {
  const auto* const shown = certificate_of(who);
  const auto until = shown != nullptr ? fmt::format(" (it ends {})", shown->valid_until) : std::string{};
  auto out = failed(who, "certificate-out-of-date", fmt::format("its certificate has expired, or is not valid yet{}", until),
                    "nobody who verifies certificates connects any more");
  out.remedies.push_back({.with = tool::shell, .text = "date -u", .note = "if the certificate is good, this clock is not"});
  out.remedies.push_back(look_at_certificate(who));
  return out;
}

finding own_certificate(const troubled_peer& who, const setting& given, bool wanted) {
  auto out = wanted
                 ? failed(who, "client-certificate-wanted", "it asks for a certificate of ours, and none is given",
                          "it lets nobody in without")
                 : failed(who, "client-certificate-refused", fmt::format("it does not take our certificate: {}", who.why.message),
                          "it lets nobody in whose certificate it does not trust");
  add_variable(out.remedies, given, "ROCKETMQ_TLS_CERTIFICATE", "<FILE>",
               "a certificate that an authority of the broker's tls.server.trustCertPath signed");
  add_variable(out.remedies, given, "ROCKETMQ_TLS_KEY", "<FILE>", "its key");
  return out;
}

std::optional<finding> tls_trouble(const troubled_peer& who, const setting& given) {
  const bool silent = who.why.fault == link_fault::tls_wanted || who.why.code == errc::malformed || who.why.code == errc::timed_out;
  if (!given.tls && silent && certificate_of(who) != nullptr) return tls_wanted(who, given);
  switch (who.why.fault) {
    case link_fault::tls_not_spoken: return tls_not_spoken(who, given);
    case link_fault::certificate_untrusted: return untrusted(who, given);
    case link_fault::certificate_of_another: return names_others(who, given);
    case link_fault::certificate_out_of_date: return out_of_date(who);
    case link_fault::own_certificate_wanted: return own_certificate(who, given, !given.tls_certificate);
    case link_fault::own_certificate_refused: return own_certificate(who, given, false);
    default: return std::nullopt;
  }
}

// --- access control

struct key_words {
  const char* code;
  std::string seen;
  const char* why;
};

key_words words_of(const refusal& what, const setting& given) {
  const auto& user = what.user.empty() ? given.access_key : what.user;
  switch (what.kind) {
    case refusal_kind::key_missing:
      return {"access-key-missing",
              given.access_key.empty() ? "it wants to know who we are, and no key is given" : "it did not see the key that was sent",
              "a cluster with access control lets nobody in without a key"};
    case refusal_kind::key_unknown:
      return {"access-key-unknown", fmt::format("it knows no user {}", user), "it lets nobody in whom it does not know"};
    case refusal_kind::key_disabled:
      return {"access-key-disabled", fmt::format("the user {} is switched off there", user),
              "it lets nobody in who is switched off"};
    default:
      return {"signature-wrong", fmt::format("the secret is not that of user {}", user.empty() ? given.access_key : user),
              "it takes us for somebody who only claims to be that user"};
  }
}

finding key_trouble(const troubled_peer& who, const refusal& what, const setting& given) {
  auto words = words_of(what, given);
  auto out = failed(who, words.code, std::move(words.seen), words.why);
  const std::string user = given.access_key.empty() ? "<KEY>" : given.access_key;
  if (what.kind == refusal_kind::key_disabled) {
    out.remedies.push_back(by_mqadmin(given, "updateUser", fmt::format("-c {} -u {} -s enable", quoted(given.cluster), quoted(user)),
                                      "with an administrator's key in conf/tools.yml"));
    return out;
  }
  if (what.kind != refusal_kind::signature_wrong)
    out.remedies.push_back({.with = tool::environment, .text = "export ROCKETMQ_ACCESS_KEY=<KEY>", .note = {}});
  out.remedies.push_back({.with = tool::environment, .text = "export ROCKETMQ_SECRET_KEY=<SECRET>", .note = {}});
  out.remedies.push_back(by_kubectl(given,
                                    "create secret generic rocketmq-credentials --from-literal=ROCKETMQ_ACCESS_KEY=<KEY> "
                                    "--from-literal=ROCKETMQ_SECRET_KEY=<SECRET>",
                                    "as in k8s/secret.example.yaml"));
  if (what.kind == refusal_kind::key_unknown) {
    out.remedies.push_back(by_mqadmin(given, "createUser",
                                      fmt::format("-c {} -u {} -p <SECRET> -t Normal", quoted(given.cluster), quoted(user)),
                                      "to make that user, with an administrator's key"));
  }
  return out;
}

}  // namespace

std::optional<finding> access_trouble(const troubled_peer& who, const setting& given) {
  if (auto out = tls_trouble(who, given)) return out;
  const auto said = read_refusal(who.why);
  if (concerns_key(said.kind)) return key_trouble(who, said, given);
  return std::nullopt;
}

std::optional<finding> permission_trouble(const std::string& subject, const error& why, const setting& given,
                                          const std::string& needed) {
  const auto said = read_refusal(why);
  if (said.kind != refusal_kind::not_allowed) return std::nullopt;
  const auto& user = said.user.empty() ? given.access_key : said.user;
  finding out{
      .how = severity::failure,
      .code = "not-allowed",
      .subject = subject,
      .seen = fmt::format("the user {} may not do that{}", user, said.resource.empty() ? "" : fmt::format(" to {}", said.resource)),
      .why = needed};
  const auto resources = fmt::format("Topic:{},Topic:{},Topic:{},Group:{}", given.topics.requests, given.topics.responses,
                                     given.topics.events, given.group);
  out.remedies.push_back(
      by_mqadmin(given, "createAcl",
                 fmt::format("-c {} -s User:{} -r {} -a Pub,Sub,Get -d Allow", quoted(given.cluster), quoted(user), resources),
                 "with an administrator's key in conf/tools.yml"));
  return out;
}

}  // namespace parley::cli::doctor
