// The scripted peer's thread and answers.
#include "unit/rocketmq/scripted/peer.hpp"

#include <parley/io/acceptor.hpp>
#include <parley/remoting/codec/bodies/route.hpp>
#include <parley/remoting/codec/codes.hpp>
#include <parley/remoting/codec/requests/send.hpp>

#include <boost/asio/post.hpp>

#include <future>

namespace parley::scripted {

reply reply::code(std::int32_t value, std::string remark) {
  reply out;
  out.answer.code = value;
  if (!remark.empty()) out.answer.remark = std::move(remark);
  return out;
}

peer::peer(std::uint16_t port) : work_(context_.get_executor()) {
  auto taken = io::make_tcp_acceptor(context_.get_executor(), endpoint{.host = "127.0.0.1", .port = port});
  remoting::listener_handlers handlers;
  handlers.on_request = [this](const std::shared_ptr<remoting::connection>& from, remoting::command request) { return take(from, std::move(request)); };
  handlers.on_open = [this](const std::shared_ptr<remoting::connection>& opened) { open_.push_back(opened); };
  listener_ = std::make_unique<remoting::listener>(std::move(taken).value(), context_.get_executor(), remoting::listener_options{}, std::move(handlers));
  address_ = listener_->local();
  listener_->start();
  thread_ = std::thread([this] { context_.run(); });
}

peer::~peer() {
  boost::asio::post(context_, [this] {
    listener_->close();
    work_.reset();
  });
  thread_.join();
}

void peer::on(std::int32_t request_code, script what) {
  const std::lock_guard lock(mutex_);
  scripts_[request_code] = std::move(what);
}

std::vector<remoting::command> peer::requests(std::int32_t request_code) const {
  const std::lock_guard lock(mutex_);
  std::vector<remoting::command> out;
  for (const auto& one : seen_) {
    if (one.code == request_code) out.push_back(one);
  }
  return out;
}

std::size_t peer::asked(std::int32_t request_code) const { return requests(request_code).size(); }

void peer::hang_up_all() {
  std::promise<void> done;
  boost::asio::post(context_, [&] {
    for (const auto& held : open_) {
      if (const auto one = held.lock()) one->close(fail(errc::disconnected, "the script says so"));
    }
    open_.clear();
    done.set_value();
  });
  done.get_future().wait();
}

void peer::answer_held() {
  std::promise<void> done;
  boost::asio::post(context_, [&] {
    for (auto& [to, answer] : std::exchange(held_, {})) {
      if (const auto one = to.lock(); one && !one->closed()) (void)one->reply(std::move(answer));
    }
    done.set_value();
  });
  done.get_future().wait();
}

void peer::tell_all(const remoting::command& request) {
  std::promise<void> done;
  boost::asio::post(context_, [&] {
    for (const auto& held : open_) {
      if (const auto one = held.lock(); one && !one->closed()) (void)one->send_oneway(request);
    }
    done.set_value();
  });
  done.get_future().wait();
}

std::optional<remoting::command> peer::take(const std::shared_ptr<remoting::connection>& from, remoting::command request) {
  script what;
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(request);
    if (const auto at = scripts_.find(request.code); at != scripts_.end()) what = at->second;
  }
  if (!what) return remoting::respond_to(request, remoting::response_code::request_code_not_supported, "no script");
  auto said = what(request);
  if (said.what == reply::kind::silence) return std::nullopt;
  if (said.what == reply::kind::hang_up) {
    from->close(fail(errc::disconnected, "the script says so"));
    return std::nullopt;
  }
  auto out = remoting::respond_to(request, said.answer.code, said.answer.remark.value_or(""));
  out.fields = std::move(said.answer.fields);
  out.body = std::move(said.answer.body);
  if (said.what != reply::kind::later) return out;
  held_.emplace_back(from, std::move(out));
  return std::nullopt;
}

dead_address::dead_address() {
  bound_.open(boost::asio::ip::tcp::v4());
  bound_.set_option(boost::asio::ip::tcp::acceptor::reuse_address(true));  // for a peer that is to listen there later
  bound_.bind({boost::asio::ip::make_address("127.0.0.1"), 0});
  address_ = {.host = "127.0.0.1", .port = bound_.local_endpoint().port()};
}

reply route_reply(const std::vector<routed_broker>& brokers, std::int32_t permission) {
  remoting::topic_route route;
  for (const auto& broker : brokers) {
    route.brokers.push_back({.cluster = "c", .broker_name = broker.name, .addresses = {{0, broker.address.to_string()}}});
    route.queues.push_back({.broker_name = broker.name, .read_queues = broker.queues, .write_queues = broker.queues, .perm = permission});
  }
  reply out;
  out.answer.body = route.encode().value();
  return out;
}

void serve_routes(peer& on, std::map<std::string, reply> by_topic) {
  on.on(remoting::request_code::get_route_info_by_topic, [by_topic = std::move(by_topic)](const remoting::command& request) {
    const auto at = by_topic.find(std::string(request.fields.text("topic")));
    return at == by_topic.end() ? reply::code(remoting::response_code::topic_not_exist) : at->second;
  });
}

reply stored_reply(std::int64_t offset, std::int32_t code) {
  reply out = reply::code(code);
  remoting::send_response{.message_id = "7F00000100002A9F0000000000000000", .queue_id = 0, .queue_offset = offset}.write(out.answer.fields);
  return out;
}

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace parley::scripted
