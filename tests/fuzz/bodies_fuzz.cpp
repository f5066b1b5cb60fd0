// Every other body: the first byte chooses which; 0 is the pass that makes Java's JSON standard.
#include "there_and_back.hpp"

#include <parley/remoting/codec/bodies/broker.hpp>
#include <parley/remoting/codec/bodies/config.hpp>
#include <parley/remoting/codec/bodies/connections.hpp>
#include <parley/remoting/codec/bodies/consumer.hpp>
#include <parley/remoting/codec/bodies/heartbeat.hpp>
#include <parley/remoting/codec/bodies/lists.hpp>
#include <parley/remoting/codec/bodies/lock.hpp>
#include <parley/remoting/codec/bodies/offsets.hpp>
#include <parley/remoting/codec/bodies/stats.hpp>
#include <parley/remoting/codec/lenient_json.hpp>

#include <boost/json/parse.hpp>

using namespace parley;
using namespace parley::remoting;

namespace {

void standard_json(byte_view in) {
  const auto out = to_standard_json(in);
  boost::system::error_code ec;
  const auto strict = boost::json::parse(boost::json::string_view(as_text(in).data(), in.size()), ec);
  if (!ec) {
    fuzz::require(out.has_value(), "what is standard is taken");
    fuzz::require(boost::json::parse(*out) == strict, "what is standard keeps its meaning");
  }
  if (!fuzz::decoded(out)) return;
  fuzz::require(out->size() <= 4 * in.size(), "the output grows with the input");
  const auto again = to_standard_json(as_bytes(*out));
  fuzz::require(again.has_value() && *again == *out, "a second pass changes nothing");
}

// Boost.JSON's last digit of a double may differ from what was written: rates are for people.
void drop_rates(consumer_running_info& in) {
  for (auto& [topic, status] : in.statuses) status = {.consume_failed_messages = status.consume_failed_messages};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const byte_view in(data + 1, size - 1);
  switch (data[0]) {
    case 0: standard_json(in); break;
    case 1: fuzz::there_and_back<heartbeat>(in); break;
    case 2: fuzz::there_and_back<consumer_list>(in); break;
    case 3: fuzz::there_and_back<topic_list>(in); break;
    case 4: fuzz::there_and_back<lock_request>(in); break;
    case 5: fuzz::there_and_back<lock_response>(in); break;
    case 6: fuzz::there_and_back<topic_config>(in); break;
    case 7: fuzz::there_and_back<subscription_group_config>(in); break;
    case 8: fuzz::there_and_back<offset_table>(in); break;
    case 9: fuzz::there_and_back<consumer_status>(in); break;
    case 10: fuzz::there_and_back<topic_stats>(in, [](topic_stats& stats) { stats.put_tps = 0; }); break;
    case 11: fuzz::there_and_back<consume_stats>(in, [](consume_stats& stats) { stats.tps = 0; }); break;
    case 12: fuzz::there_and_back<consumer_running_info>(in, drop_rates); break;
    case 13: fuzz::there_and_back<consume_directly_response>(in); break;
    case 14: fuzz::there_and_back<subscription_groups>(in); break;
    case 15: fuzz::there_and_back<runtime_info>(in); break;
    case 16: fuzz::there_and_back<broker_config>(in); break;
    case 17: fuzz::there_and_back<consumer_connections>(in); break;
    default: break;
  }
  return 0;
}
