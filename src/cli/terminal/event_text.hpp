// Events, messages and lists as lines for people, with other people's text made harmless.
#pragma once

#include "terminal/harmless.hpp"

#include <parley/chat/contract/event.hpp>

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace parley::cli {

[[nodiscard]] std::string text_of(const chat::event& what);
/// A message of the history.
[[nodiscard]] std::string text_of_kept(const boost::json::object& message);
/// An entry of a list: its name, then its other values.
[[nodiscard]] std::string text_of_item(const boost::json::object& item, std::string_view name);

}  // namespace parley::cli
