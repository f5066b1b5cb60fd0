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

/// A started client of the running broker.
std::unique_ptr<rocketmq::client> started_client(rocketmq::client_options options = {});

/// A topic of its own, made and visible.
std::string fresh_topic(rocketmq::client& with, std::int32_t queues = 4);

/// Polls until `count` messages are there or `limit` has passed.
std::vector<rocketmq::received_message> collect(rocketmq::pull_consumer& from, std::size_t count, milliseconds limit = milliseconds{20'000});

/// Looks every 10 ms.
bool eventually(const std::function<bool()>& condition, milliseconds limit = milliseconds{20'000});

}  // namespace parley::integration
