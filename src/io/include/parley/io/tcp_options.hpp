// How long TCP may go without hearing of its peer.
#pragma once

#include <parley/base/clock.hpp>

namespace parley::io {

/// Every socket gets TCP_NODELAY and these. Zero leaves the system's own value.
///
/// The defaults notice a machine or path that is gone within 15 s, in either direction and without traffic, and bear the loss
/// of any two probes. A process that is merely stopped is not taken for gone: its kernel still acknowledges.
struct tcp_options {
  /// Bytes sent and not acknowledged for so long break the connection (TCP_USER_TIMEOUT); so do unanswered probes.
  milliseconds unacknowledged{14'000};
  /// Silence after which the peer is probed, and the pause between probes; whole seconds.
  milliseconds keepalive_idle{5000};
  milliseconds keepalive_interval{3000};
};

}  // namespace parley::io
