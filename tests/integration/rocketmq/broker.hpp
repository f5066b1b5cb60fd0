// The running RocketMQ as a test finds it, and names that no other test uses.
#pragma once

#include <parley/rocketmq/admin.hpp>
#include <parley/rocketmq/client.hpp>
#include <parley/rocketmq/producer.hpp>
#include <parley/rocketmq/pull_consumer.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace parley::integration {

/// A value of the file that PARLEY_ROCKETMQ_ENV names, such as NAMESRV; fails the test when it is not there.
std::string broker_setting(const std::string& name);

/// A name that nobody else uses, in this run or another.
std::string unique_name(const std::string& prefix);

/// Writes to the standard error when PARLEY_TEST_LOG is set; else silent.
logger test_logger();

/// A started client of the running broker. Its requests have 15 s unless the test says otherwise: a machine that stalls for some
/// seconds fails no test.
std::unique_ptr<rocketmq::client> started_client(rocketmq::client_options options = {});

/// A producer's options: a group of its own, and sends that outlast a stall of the machine.
rocketmq::producer_options sender_options();

/// A topic of its own, made and visible.
std::string fresh_topic(rocketmq::client& with, std::int32_t queues = 4);

/// Polls until `count` messages are there or `limit` has passed.
std::vector<rocketmq::received_message> collect(rocketmq::pull_consumer& from, std::size_t count,
                                                milliseconds limit = milliseconds{60'000});

/// One poll, for tests to which nothing may come. The blocking form would not wait for a client's thread that a stall made late.
std::vector<rocketmq::received_message> poll_patiently(rocketmq::pull_consumer& from, milliseconds deadline);

/// Waits until so many messages of the topic can be read. A broker lets what it has stored be read, and counts it at the queue's
/// end, a moment later.
void wait_readable(rocketmq::client& with, const std::string& topic, std::size_t count);

/// Looks every 10 ms.
bool eventually(const std::function<bool()>& condition, milliseconds limit = milliseconds{60'000});

}  // namespace parley::integration
