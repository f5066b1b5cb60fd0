// Requests to answers and events: a batch is one transaction of the store, each request a piece of it.
#include <parley/chat/service/service.hpp>

#include "publications.hpp"
#include "refusals.hpp"

#include <parley/chat/contract/timestamp.hpp>

#include <fmt/format.h>

#include <utility>

namespace parley::chat {
namespace {

constexpr std::int64_t expired_at_once = 200;

void complete(event& what, action_context& context) {
  if (what.timestamp.empty()) what.timestamp = format_timestamp(context.now_ms);
  if (what.message_id.empty()) what.message_id = context.new_id("evt_");
}

handled labelled(std::string_view request_id, std::string_view action, std::string_view user_id) {
  handled out;
  out.request_id = request_id;
  out.action = action;
  out.user_id = user_id;
  out.result = "ok";
  return out;
}

void refuse_with(handled& into, const answer_route& to, const chat_error& why, std::int64_t now_ms) {
  into.result = why.system ? "system" : "business";
  into.code = why.code;
  into.volatile_answer = answer_publication(to, refusal_body(to.request_id, why), now_ms);
}

}  // namespace

std::string action_context::new_id(std::string_view prefix) {
  return fmt::format("{}{:012x}{:016x}", prefix, static_cast<std::uint64_t>(now_ms), random.next());
}

/// What a piece of the transaction found out; void when the transaction fails.
struct service::decision {
  std::int64_t now_ms{0};
  std::optional<chat_error> refusal;
  std::string volatile_body;
  std::vector<publication> outbox;
  bool duplicate{false};
};

service::service(store& where, action_registry actions, const clock& time, random_source random, milliseconds claim_for,
                 service_options options)
    : store_(where),
      actions_(std::move(actions)),
      time_(time),
      random_(random),
      claim_for_(claim_for),
      options_(options),
      limit_(options.requests_per_second, options.burst) {}

std::optional<chat_error> service::refused_at_once(const request& asked) {
  if (const auto after = limit_.refuse(asked.user_id, time_.steady_now())) return rate_limited(*after);
  if (!actions_.contains(asked.action)) return unknown_action(asked.action);
  return std::nullopt;
}

result<void> service::put_out(publication what, transaction& tx, std::int64_t now_ms, std::vector<publication>& into) {
  auto id = tx.add_publication(what, now_ms + claim_for_.count());
  if (!id) return id.error();
  what.id = *id;
  into.push_back(std::move(what));
  return {};
}

result<void> service::decide(const request& asked, const action& how, transaction& tx, decision& into) {
  const auto hash = how.remembered ? content_hash(asked) : std::string{};
  if (how.remembered) {
    auto before = tx.remembered_answer(asked.user_id, asked.request_id, hash, into.now_ms);
    if (!before) return before.error();
    if (*before) {
      into.duplicate = true;
      into.volatile_body = as_duplicate(std::move(**before));
      return {};
    }
  }
  std::vector<event> events;
  action_context context{.asked = asked, .tx = tx, .now_ms = into.now_ms, .random = random_, .options = options_, .events = events};
  return answer(asked, how, hash, context, into);
}

result<void> service::answer(const request& asked, const action& how, std::string_view hash, action_context& context, decision& into) {
  auto data = how.handle(context);
  if (!data) {
    into.refusal = std::move(data).error();
    return fail(errc::refused, into.refusal->message);
  }
  response out;
  out.request_id = asked.request_id;
  out.success = true;
  out.data = std::move(*data);
  auto body = encode_response(out);
  if (how.remembered) {
    auto kept = context.tx.remember_answer(asked.user_id, asked.request_id, hash, body, context.now_ms);
    if (!kept) return kept;
    auto put = put_out(answer_publication(route_of(asked), std::move(body), context.now_ms), context.tx, context.now_ms, into.outbox);
    if (!put) return put;
  } else {
    into.volatile_body = std::move(body);
  }
  for (auto& one : context.events) {
    complete(one, context);
    auto put = put_out(event_publication(one, asked.trace_id, context.now_ms), context.tx, context.now_ms, into.outbox);
    if (!put) return put;
  }
  return {};
}

std::vector<handled> service::handle(std::span<const request> batch) {
  const auto now_ms = time_.wall_ms();
  std::vector<decision> decisions(batch.size());
  std::vector<store::work> pieces;
  std::vector<std::size_t> asked_of_store;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    auto& into = decisions[i];
    into.now_ms = now_ms;
    into.refusal = refused_at_once(batch[i]);
    if (into.refusal) continue;
    const auto& how = actions_.find(batch[i].action)->second;
    pieces.emplace_back([this, &asked = batch[i], &how, &into](transaction& tx) { return decide(asked, how, tx, into); });
    asked_of_store.push_back(i);
  }
  const auto results = pieces.empty() ? std::vector<result<void>>{} : store_.write(pieces);
  for (std::size_t i = 0; i < results.size(); ++i) {
    auto& into = decisions[asked_of_store[i]];
    const bool refused = into.refusal && !results[i] && results[i].error().code == errc::refused;
    if (!results[i] && !refused) into.refusal = store_failed(results[i].error());
  }
  std::vector<handled> out;
  out.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto& asked = batch[i];
    auto& found = decisions[i];
    auto& result = out.emplace_back(labelled(asked.request_id, asked.action, asked.user_id));
    result.trace_id = asked.trace_id;
    if (found.refusal) {
      refuse_with(result, route_of(asked), *found.refusal, now_ms);
      continue;
    }
    result.duplicate = found.duplicate;
    result.outbox = std::move(found.outbox);
    if (!found.volatile_body.empty()) {
      result.volatile_answer = answer_publication(route_of(asked), std::move(found.volatile_body), now_ms);
    }
  }
  return out;
}

handled service::refuse(const bad_request& what, std::string_view reply_to) {
  auto out = labelled(what.request_id, what.action, what.user_id);
  const auto why = unreadable(what.cause);
  out.result = "business";
  out.code = why.code;
  if (!what.answerable && what.request_id.empty()) return out;
  const answer_route to{.request_id = what.request_id, .action = what.action, .reply_to = reply_to, .trace_id = {}};
  refuse_with(out, to, why, time_.wall_ms());
  return out;
}

std::vector<publication> service::expire_presence() {
  const auto now_ms = time_.wall_ms();
  std::vector<publication> out;
  const store::work piece = [&](transaction& tx) -> result<void> {
    const auto gone = tx.expire_sessions(now_ms, expired_at_once);
    if (!gone) return gone.error();
    std::vector<event> events;
    const request nobody{};
    action_context context{.asked = nobody, .tx = tx, .now_ms = now_ms, .random = random_, .options = options_, .events = events};
    for (const auto& user : *gone) {
      event left{.type = "user_leave", .user_id = user, .message = user + " went offline", .timestamp = {}, .reason = "presence"};
      complete(left, context);
      if (auto put = put_out(event_publication(left, {}, now_ms), tx, now_ms, out); !put) return put;
    }
    return {};
  };
  if (!store_.write(std::span(&piece, 1)).at(0)) return {};
  return out;
}

}  // namespace parley::chat
