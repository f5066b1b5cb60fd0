# Asking a program's operations endpoint, for tests of any kind.
import json
import re
import socket
import urllib.error
import urllib.request

from installation import SOON, eventually, installation

SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'\w+="([^"]*)"')


def free_address():
    """A port of loopback that nobody has at the moment."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"


class operations:
    """One program's endpoint."""

    def __init__(self, address):
        self.address = address

    def get(self, path):
        """Status and body; (0, "") when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=SOON) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except OSError:
            return 0, ""

    def health(self):
        return self.get("/health")[0]

    def ready(self):
        """The status, and the checks by name."""
        status, body = self.get("/ready")
        return status, {one["name"]: one for one in json.loads(body)["checks"]} if body else {}

    def metrics(self):
        """Every sample: (name, label values) to its value; of histograms the sum and the count."""
        out = {}
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith("#") or "_bucket{" in line:
                continue
            name, labels, value = SAMPLE.fullmatch(line).groups()
            out[(name, *LABEL.findall(labels or ""))] = float(value)
        return out

    def wait_ready(self, wanted=200, seconds=SOON, told=lambda: ""):
        """Until /ready has that status; gives the checks that went with it."""
        def looked():
            status, checks = self.ready()
            return (status, checks) if status == wanted else None
        return eventually(looked, f"/ready is {wanted}", seconds, lambda: f"{self.ready()}\n{told()}")[1]


class operated(installation):
    """A test whose programs have an endpoint each."""

    def served(self, *arguments, **environment):
        """A program with an endpoint: both."""
        address = free_address()
        return self.start(*arguments, CHAT_OPS=address, **environment), operations(address)

    def ready_server(self, **environment):
        server, asked = self.served("server", ROCKETMQ_GROUP=f"server-{self.mark}", **environment)
        asked.wait_ready(told=server.told)
        return server, asked

    def ready_client(self, user="robot"):
        client, asked = self.served("client", "--service", **self.client_environment(user))
        asked.wait_ready(told=client.told)
        return client, asked
