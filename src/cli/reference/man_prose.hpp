// What parley(1) says beside the command line, in the macros of man(7).
#pragma once

#include <string_view>

namespace parley::cli {

inline constexpr std::string_view man_description = R"man(.SH DESCRIPTION
Parley is a chat service that stands on Apache RocketMQ: rooms, history, presence, and events to everyone.
.B parley server
answers the requests that come over RocketMQ and keeps messages in an SQLite file.
The other commands are its clients; they find it over RocketMQ, too, and need no address of its own.
.PP
Everything is set by environment variables; flags override them.
A flag and its value are two words, or one with
.B =
between them.
)man";

/// Variables that stand behind no flag, after those that do: other users can read a program's flags.
inline constexpr std::string_view man_secret_variables = R"man(.TP
.BR ROCKETMQ_ACCESS_KEY ", " ROCKETMQ_SECRET_KEY
The keys themselves, where they are not in files.
.TP
.B ROCKETMQ_SECURITY_TOKEN
Goes with temporary keys.
)man";

inline constexpr std::string_view man_endings = R"man(.SH EXIT STATUS
.TP
.B 0
Done. Of a program that stays: it was asked to end by SIGTERM or SIGINT, and has finished what it had.
.TP
.B 2
Wrong usage: a flag, an argument or a variable is no good. Nothing was sent.
.TP
.B 3
The chat has understood the request and refused it, or the cluster has.
.B parley doctor
has found a failure.
.TP
.B 4
The network, a broker, the store or the time let it down.
A request that has timed out may have been done: repeat it with the same
.BR \-\-request\-id ,
and it is not done twice.
.SH FILES
.TP
.I /etc/parley/server.env
Variables of the service
.BR parley\-server .
.TP
.IR /etc/parley/client.env ", " /etc/parley/client\-USER.env
Variables of the services
.BI parley\-client@ USER \fR,
which watch the chat as
.IR USER .
.TP
.I /var/lib/parley/chat.db
The messages that the service keeps, with
.I chat.db\-wal
and
.I chat.db\-shm
beside it.
.SH EXAMPLES
A server and a chat, with RocketMQ's NameServer on this machine:
.PP
.RS 4
.EX
parley server \-\-nameserver 127.0.0.1:9876 \-\-db chat.db
parley client \-\-user ann
.EE
.RE
.PP
A message from a script, and the newest two as lines of JSON:
.PP
.RS 4
.EX
parley send \-\-user ann "Hello, everyone!"
parley history \-\-limit 2
.EE
.RE
.PP
The next message that somebody sends:
.PP
.RS 4
.EX
parley events \-\-type message_sent \-\-count 1
.EE
.RE
.PP
Completion for the bash that reads this, where no package has installed it:
.PP
.RS 4
.EX
source <(parley completion bash)
.EE
.RE
.SH SEE ALSO
.BR sqlite3 (1),
.BR systemctl (1)
.PP
.I /usr/share/doc/parley/docs/operations.md
is the operator's guide.
)man";

}  // namespace parley::cli
