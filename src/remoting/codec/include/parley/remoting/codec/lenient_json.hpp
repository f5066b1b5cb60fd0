// Java's JSON made standard: fastjson writes numbers and whole objects as keys, which no JSON parser takes.
//
//     {0:"127.0.0.1:10911"}                              becomes  {"0":"127.0.0.1:10911"}
//     {{"brokerName":"b","queueId":0,"topic":"t"}:7}     becomes  {"{\"brokerName\":\"b\",\"queueId\":0,\"topic\":\"t\"}":7}
#pragma once

#include <parley/base/bytes.hpp>
#include <parley/base/error.hpp>

#include <string>

namespace parley::remoting {

/// The same text with such keys quoted and blanks between tokens left out; standard JSON comes out as it is. Checks only what
/// it needs to find the keys: a JSON parser is to have the last word. `malformed` for nesting past limits::json_depth and for
/// an object key within an object key. Linear time, at most about three times the input's size, no recursion.
result<std::string> to_standard_json(byte_view in);

}  // namespace parley::remoting
