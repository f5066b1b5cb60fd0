// The coroutine type of the library's asynchronous forms, declared without including Asio.
#pragma once

namespace boost::asio {
class any_io_executor;
class io_context;
template <typename T, typename Executor>
class awaitable;
}  // namespace boost::asio

namespace parley::rocketmq {

/// What the async_… members return. Include <boost/asio/awaitable.hpp> and co_await it on any executor; the call's own work
/// runs on the client's thread and the result is posted to yours, so your context must outlive the client. Cancellation stops the wait, not what was already sent.
template <class T>
using awaitable = boost::asio::awaitable<T, boost::asio::any_io_executor>;

}  // namespace parley::rocketmq
