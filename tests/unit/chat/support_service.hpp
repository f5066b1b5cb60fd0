// A service on a store of its own with a clock that tests set, and requests in short.
#pragma once

#include "support_store.hpp"

#include <parley/chat/service/service.hpp>

#include <boost/json/parse.hpp>

#include <memory>
#include <string>
#include <vector>

namespace parley::chat::test {

class set_clock final : public clock {
 public:
  [[nodiscard]] steady_time steady_now() const noexcept override { return steady_time(milliseconds{now_ms}); }
  [[nodiscard]] std::int64_t wall_ms() const noexcept override { return now_ms; }
  std::int64_t now_ms{1704110400123};  // 2024-01-01T12:00:00.123Z
};

inline request ask(const std::string& user, const std::string& action, const std::string& data, const std::string& id) {
  request out;
  out.request_id = id;
  out.user_id = user;
  out.action = action;
  out.data = boost::json::parse(data).as_object();
  return out;
}

/// What one request came to, decoded.
struct outcome {
  handled raw;
  response answer;
  std::vector<event> events;

  [[nodiscard]] std::string code() const { return answer.failure ? answer.failure->code : std::string{}; }
  [[nodiscard]] std::string text(const char* field) const { return answer.data.at(field).as_string().c_str(); }
  [[nodiscard]] std::int64_t number(const char* field) const { return answer.data.at(field).as_int64(); }
  [[nodiscard]] bool flag(const char* field) const { return answer.data.at(field).as_bool(); }
};

inline outcome outcome_of(handled raw) {
  outcome out;
  for (const auto& one : raw.outbox) {
    if (one.what == publication::kind::response) out.answer = decode_response(one.body).value();
    if (one.what == publication::kind::event) out.events.push_back(decode_event(one.body).value());
  }
  if (raw.volatile_answer) out.answer = decode_response(raw.volatile_answer->body).value();
  out.raw = std::move(raw);
  return out;
}

/// One server's worth of service.
class chat_service {
 public:
  explicit chat_service(service_options options = {}) : options_(options) { reopen(); }

  /// As after a restart.
  void reopen() {
    store_.reset();
    store_ = file_.open();
    service_ = std::make_unique<service>(*store_, standard_actions(), time, random_source(7), milliseconds{30'000}, options_);
  }
  outcome handle(const request& asked) { return outcome_of(std::move(service_->handle(std::span(&asked, 1)).at(0))); }
  /// With an id of its own.
  outcome handle(const std::string& user, const std::string& action, const std::string& data) {
    return handle(ask(user, action, data, "auto_" + std::to_string(++asked_)));
  }
  outcome send(const std::string& user, const std::string& room, const std::string& text) {
    return handle(user, "send_message", R"({"room_id":")" + room + R"(","message":")" + text + "\"}");
  }
  void put_account(const account& value) {
    write_one(*store_, [&](transaction& tx) { return tx.put_account(value); }).value();
  }
  [[nodiscard]] service& inner() { return *service_; }
  [[nodiscard]] store& kept() { return *store_; }
  [[nodiscard]] const database_file& file() const { return file_; }

  set_clock time;

 private:
  database_file file_;
  service_options options_;
  std::unique_ptr<store> store_;
  std::unique_ptr<service> service_;
  int asked_{0};
};

}  // namespace parley::chat::test
