// Every request that the client or the broker sends, by theme.
//
// Each is a plain struct. `to_command()` makes the request (the connection fills in opaque), `read(fields)` is the other
// direction: `malformed` names the field that is missing or of another type. Fields that Java declares required but works
// without are tolerated: they keep the member's initial value. Answers have `write(fields)` in place of `to_command()`.
#pragma once

#include <parley/remoting/codec/requests/group.hpp>
#include <parley/remoting/codec/requests/offset.hpp>
#include <parley/remoting/codec/requests/pull.hpp>
#include <parley/remoting/codec/requests/send.hpp>
#include <parley/remoting/codec/requests/topic.hpp>
#include <parley/remoting/codec/requests/transaction.hpp>
