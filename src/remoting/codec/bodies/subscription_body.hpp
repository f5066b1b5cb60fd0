// Subscriptions inside other bodies.
#pragma once

#include <parley/remoting/codec/bodies/subscription.hpp>

#include "bodies/body_writer.hpp"
#include "bodies/json_body.hpp"

namespace parley::remoting {

[[nodiscard]] subscription_data read_subscription(const body_object& in);
void write_subscription(json_writer& json, const subscription_data& in);

}  // namespace parley::remoting
