// The coroutine type of everything that waits.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace parley::io {

/// A lazy coroutine on an Asio executor. House form: one co_await a statement, its result into a named local.
template <class T = void>
using task = boost::asio::awaitable<T>;

}  // namespace parley::io
