// The blocking and the awaited form of an administrator's operation, which is a coroutine over the core.
#pragma once

#include "core/run_on_core.hpp"

#include <tuple>
#include <utility>

namespace parley::rocketmq::administration {

/// The core, the operation's own arguments, the deadline.
template <class T, class... P>
using operation = io::task<T> (*)(P...);

/// What run_blocking and run_awaited want: called once, on the core's thread.
template <class T, class... P, class... A>
auto bind_to(operation<T, P...> work, const std::shared_ptr<core::client_core>& on, steady_time until, A&&... arguments) {
  return [work, given = std::tuple<P...>(on, std::forward<A>(arguments)..., until)]() mutable {
    return std::apply(work, std::move(given));
  };
}

template <class T, class... P, class... A>
T blocking(operation<T, P...> work, const std::shared_ptr<core::client_core>& on, milliseconds deadline, A&&... arguments) {
  const auto until = on->time().steady_now() + deadline;
  return core::run_blocking<T>(on, until, bind_to(work, on, until, std::forward<A>(arguments)...));
}

template <class T, class... P, class... A>
awaitable<T> awaited(operation<T, P...> work, const std::shared_ptr<core::client_core>& on, milliseconds deadline, A&&... arguments) {
  const auto until = on->time().steady_now() + deadline;
  return core::run_awaited<T>(on, bind_to(work, on, until, std::forward<A>(arguments)...));
}

}  // namespace parley::rocketmq::administration
