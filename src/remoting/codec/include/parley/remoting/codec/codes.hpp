// Request and response codes with Apache RocketMQ's numbers.
#pragma once

#include <cstdint>

namespace parley::remoting {

namespace request_code {
inline constexpr std::int32_t send_message = 10;
inline constexpr std::int32_t pull_message = 11;
inline constexpr std::int32_t query_message = 12;
inline constexpr std::int32_t query_consumer_offset = 14;
inline constexpr std::int32_t update_consumer_offset = 15;
inline constexpr std::int32_t update_and_create_topic = 17;
inline constexpr std::int32_t get_broker_config = 26;
inline constexpr std::int32_t get_broker_runtime_info = 28;
inline constexpr std::int32_t search_offset_by_timestamp = 29;
inline constexpr std::int32_t get_max_offset = 30;
inline constexpr std::int32_t get_min_offset = 31;
inline constexpr std::int32_t view_message_by_id = 33;
inline constexpr std::int32_t heart_beat = 34;
inline constexpr std::int32_t unregister_client = 35;
inline constexpr std::int32_t consumer_send_msg_back = 36;
inline constexpr std::int32_t end_transaction = 37;
inline constexpr std::int32_t get_consumer_list_by_group = 38;
inline constexpr std::int32_t check_transaction_state = 39;
inline constexpr std::int32_t notify_consumer_ids_changed = 40;
inline constexpr std::int32_t lock_batch_mq = 41;
inline constexpr std::int32_t unlock_batch_mq = 42;
inline constexpr std::int32_t check_client_config = 46;
inline constexpr std::int32_t get_route_info_by_topic = 105;
inline constexpr std::int32_t get_broker_cluster_info = 106;
inline constexpr std::int32_t update_and_create_subscription_group = 200;
inline constexpr std::int32_t get_all_subscription_groups = 201;
inline constexpr std::int32_t get_topic_stats_info = 202;
inline constexpr std::int32_t get_consumer_connections = 203;
inline constexpr std::int32_t get_all_topic_list = 206;
inline constexpr std::int32_t delete_subscription_group = 207;
inline constexpr std::int32_t get_consume_stats = 208;
inline constexpr std::int32_t delete_topic_in_broker = 215;
inline constexpr std::int32_t delete_topic_in_namesrv = 216;
inline constexpr std::int32_t reset_consumer_client_offset = 220;
inline constexpr std::int32_t get_consumer_status_from_client = 221;
inline constexpr std::int32_t invoke_broker_to_reset_offset = 222;
inline constexpr std::int32_t get_consumer_running_info = 307;
inline constexpr std::int32_t consume_message_directly = 309;
inline constexpr std::int32_t send_message_v2 = 310;
inline constexpr std::int32_t send_batch_message = 320;
inline constexpr std::int32_t push_reply_message_to_client = 326;
inline constexpr std::int32_t get_topic_config = 351;
inline constexpr std::int32_t get_subscription_group_config = 352;
}  // namespace request_code

namespace response_code {
inline constexpr std::int32_t success = 0;
inline constexpr std::int32_t system_error = 1;
inline constexpr std::int32_t system_busy = 2;
inline constexpr std::int32_t request_code_not_supported = 3;
inline constexpr std::int32_t flush_disk_timeout = 10;
inline constexpr std::int32_t slave_not_available = 11;
inline constexpr std::int32_t flush_slave_timeout = 12;
inline constexpr std::int32_t message_illegal = 13;
inline constexpr std::int32_t service_not_available = 14;
inline constexpr std::int32_t no_permission = 16;
inline constexpr std::int32_t topic_not_exist = 17;
inline constexpr std::int32_t pull_not_found = 19;
inline constexpr std::int32_t pull_retry_immediately = 20;
inline constexpr std::int32_t pull_offset_moved = 21;
inline constexpr std::int32_t query_not_found = 22;
inline constexpr std::int32_t subscription_parse_failed = 23;
inline constexpr std::int32_t subscription_not_exist = 24;
inline constexpr std::int32_t subscription_not_latest = 25;
inline constexpr std::int32_t subscription_group_not_exist = 26;
inline constexpr std::int32_t invalid_parameter = 29;
inline constexpr std::int32_t no_buyer_id = 204;
inline constexpr std::int32_t not_in_current_unit = 205;
inline constexpr std::int32_t consumer_not_online = 206;
inline constexpr std::int32_t flow_control = 215;
inline constexpr std::int32_t go_away = 1500;
}  // namespace response_code

}  // namespace parley::remoting
