# What a test of metrics writes down by itself, and the comparison with what programs tell of themselves.
import os
import subprocess

from installation import BUILD, PATIENCE, SOON, eventually
from offsets import offsets
from operations import free_address, operated, operations

COURIER = os.environ.get("PARLEY_COURIER") or str(BUILD / "tests" / "integration" / "chat" / "chat_courier")
RESULTS = ("ok", "business", "system", "timed_out")


def requests_of(metrics, side):
    """(action, result) to count, without the zeros."""
    name = f"parley_{side}_requests_total"
    return {key[1:]: int(count) for key, count in metrics.items() if key[0] == name and count}


def sum_of(counts, *results):
    return sum(count for (_, result), count in counts.items() if result in results)


def without(counts, action):
    return {key: count for key, count in counts.items() if key[0] != action}


def durations_of(metrics, side):
    """How many durations each action's histogram has, without the zeros."""
    name = f"parley_{side}_request_duration_seconds_count"
    return {key[1]: int(count) for key, count in metrics.items() if key[0] == name and count}


def by_action(counts):
    out = {}
    for (action, _), count in counts.items():
        out[action] = out.get(action, 0) + count
    return out


def sockets_of(process, servers):
    """Established connections of a process to these ports of loopback: what the kernel counts."""
    inodes = set()
    for fd in os.scandir(f"/proc/{process.pid}/fd"):
        try:
            inodes.add(os.readlink(fd.path))
        except OSError:
            pass  # closed meanwhile
    ports = {int(one.rsplit(":", 1)[1]) for one in servers}
    out = 0
    for table in ("tcp", "tcp6"):
        with open(f"/proc/{process.pid}/net/{table}") as lines:
            for fields in map(str.split, list(lines)[1:]):
                to, state, inode = fields[2], fields[3], fields[9]
                out += state == "01" and int(to.rsplit(":", 1)[1], 16) in ports and f"socket:[{inode}]" in inodes
    return out


class ledger(operated):
    """Terminals, which ask and count; a courier for what they would not send; and statements about their figures that have to
    become true together, since programs that go on are looked at one after the other."""

    def terminal(self, user, patience=PATIENCE):
        """A client in a pipe that has entered a room, with an endpoint."""
        address = free_address()
        client = self.start("client", "--ops", address, "--room", "hall", "--timeout", patience, stdin=subprocess.PIPE, name=user,
                            **self.client_environment(user, LOG_LEVEL="info"))
        asked = operations(address)
        asked.wait_ready(told=client.told)
        eventually(lambda: asked.metrics()["parley_client_requests_total", "get_history", "ok"] == 1, f"{user} is in the room",
                   told=client.told)
        return client, asked

    def sockets(self, program):
        return sockets_of(program.process, (self.broker()["NAMESRV"], self.broker()["BROKER"]))

    def wait_deliveries(self, asked, count):
        eventually(lambda: asked.metrics()["parley_client_deliveries_total",] == count, f"{count} events are handed on")

    def courier(self, *arguments, **how):
        environment = {**os.environ, "ROCKETMQ_NAMESERVER": self.name_server}
        return subprocess.Popen([COURIER, *arguments], env=environment, cwd=self.folder, text=True, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, **how)

    def bring(self, topic, *messages):
        """Stores these, each a line as the courier reads it."""
        with self.courier("bring", f"chat-{self.mark}-{topic}") as out:
            out.communicate("".join(f"{one}\n" for one in messages), timeout=SOON)
        self.assertEqual(out.returncode, 0)

    def agree(self, statements, moved, told):
        """`statements` gives {what: (found, expected)}, and more of them where it is told what the broker holds; until each pair is
        equal in one and the same look. A look in which `moved` (a count of requests) changes is none."""
        last = {}

        def holds(*stored):
            last.clear()
            last.update({what: pair for what, pair in statements(*stored).items() if pair[0] != pair[1]})
            return not last

        def looked():
            if not holds():
                return False
            before = moved()
            stored = {topic: self.stored(topic) for topic in ("requests", "responses", "events")}
            return holds(stored) and moved() == before
        eventually(looked, "metrics and ledger agree", told=lambda: f"{differences(last)}\n{told()}")

    def wait_committed(self, group):
        """Until the broker knows that the group has done with all requests, so that none of them comes again."""
        topic = f"chat-{self.mark}-requests"
        with offsets(self.broker()["BROKER"]) as broker:
            eventually(lambda: broker.committed(topic, group) == broker.ends(topic), f"{group} has committed")

    def idle(self, metrics, side):
        """What holds of every program that has nothing to do."""
        return {f"{side}: nothing pending": (metrics[f"parley_{side}_requests_pending",], 0),
                f"{side}: no send under way": (metrics["parley_sends_pending",], 0),
                f"{side}: each request has its duration": (durations_of(metrics, side), by_action(requests_of(metrics, side)))}


def differences(pairs):
    return "\n".join(f"{what}: found {found}, expected {expected}" for what, (found, expected) in pairs.items())
