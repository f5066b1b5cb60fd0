// Fields of requests about transactions.
#include <parley/remoting/codec/requests/transaction.hpp>

#include "requests/field_codec.hpp"

namespace parley::remoting {
namespace {

constexpr auto describe_end_transaction = [](auto& fields, auto& self) {
  fields.optional("topic", self.topic);
  fields.required("producerGroup", self.producer_group);
  fields.required("tranStateTableOffset", self.queue_offset);
  fields.required("commitLogOffset", self.physical_offset);
  fields.required("commitOrRollback", self.outcome);
  fields.tolerated("fromTransactionCheck", self.from_check);
  fields.tolerated("msgId", self.message_id);
  fields.optional("transactionId", self.transaction_id);
  fields.optional("bname", self.broker_name);
};

constexpr auto describe_check_transaction = [](auto& fields, auto& self) {
  fields.optional("topic", self.topic);
  fields.required("tranStateTableOffset", self.queue_offset);
  fields.required("commitLogOffset", self.physical_offset);
  fields.optional("msgId", self.message_id);
  fields.optional("transactionId", self.transaction_id);
  fields.optional("offsetMsgId", self.offset_message_id);
  fields.optional("bname", self.broker_name);
};

}  // namespace

command end_transaction_request::to_command() const {
  command out{.code = code, .flag = command::oneway_flag};
  field_writer writer(out.fields);
  describe_end_transaction(writer, *this);
  return out;
}

result<end_transaction_request> end_transaction_request::read(const ext_fields& in) {
  return read_fields<end_transaction_request>(in, "end transaction", describe_end_transaction);
}

command check_transaction_request::to_command() const {
  command out{.code = code, .flag = command::oneway_flag};
  field_writer writer(out.fields);
  describe_check_transaction(writer, *this);
  return out;
}

result<check_transaction_request> check_transaction_request::read(const ext_fields& in) {
  return read_fields<check_transaction_request>(in, "check transaction", describe_check_transaction);
}

}  // namespace parley::remoting
