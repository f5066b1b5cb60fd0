// A program that holds one chat client: connects, does its work, says goodbye.
#pragma once

#include "config.hpp"
#include "program.hpp"

#include <parley/chat/client/client.hpp>

#include <boost/json/object.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace parley::cli {

/// What a subcommand does with its client once that has started; gives the exit status.
using client_work = std::function<io::task<int>(program&, chat::client&)>;
/// Before the client starts: to register event handlers.
using client_setup = std::function<void(program&, chat::client&)>;

/// The client's options as the command line gives them.
[[nodiscard]] chat::client_options chat_options(const client_config& config);

/// Runs `work` between the client's start, which may take as long as `patience`, and its stop. A start that fails is said on
/// standard error.
int run_client(const client_config& config, chat::client_options options, milliseconds patience, const client_work& work,
               const client_setup& setup = {});
/// The same with the patience that --timeout gives.
int run_client(const client_config& config, chat::client_options options, const client_work& work, const client_setup& setup = {});

/// Prints one line at once; false when nobody reads any more.
bool print_line(std::string_view line);
/// The answer as the contract's body, one line on standard output; gives the exit status: 0, 3 (business) or 4 (system).
/// Where there is no answer, `request_id` says what to repeat.
int report_answer(const result<chat::response>& answer, std::string_view request_id = {});

}  // namespace parley::cli
