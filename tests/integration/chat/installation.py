# One chat installation for a test: topics and groups of its own on a real broker, a database, servers and clients.
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import uuid
from pathlib import Path

from offsets import offsets

SOURCE = Path(os.environ.get("PARLEY_SOURCE") or Path(__file__).resolve().parents[3])
BUILD = Path(os.environ.get("PARLEY_BUILD") or SOURCE / "build" / "release")
PARLEY = BUILD / "parley"
# A bound for what must happen soon: generous, since the machine may be busy with other tests.
SOON = 60
# What a command of a test waits for its answer, well past the contract's 10 s: a server that has just started on a busy machine may
# take its time, and no test but those that give a time-out of their own is about that.
PATIENCE = 50


def shared_broker():
    """The broker that ctest started, as `scripts/rocketmq start` describes it."""
    text = Path(os.environ.get("PARLEY_ROCKETMQ_ENV") or BUILD / "rocketmq" / "env").read_text()
    return dict(line.split("=", 1) for line in text.split())


def eventually(condition, what, seconds=SOON, told=lambda: ""):
    """The first true value of `condition`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s\n{told()}")
        time.sleep(0.02)


class running:
    """A program whose lines of output and of log are kept as they come. A program that stays has no output but its log."""

    def __init__(self, command, environment, folder, name, stdin=subprocess.DEVNULL, output_is_log=False):
        self.name = name
        self.lines = []
        self.log_path = folder / f"{name}.log"
        log = open(self.log_path, "a")
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=stdin,
                                        stdout=log if output_is_log else subprocess.PIPE, stderr=log, text=True)
        log.close()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip("\n"))

    def log(self):
        return self.log_path.read_text(errors="replace")

    def told(self):
        printed = "\n".join(self.lines[-30:])
        return f"--- {self.name} printed\n{printed}\n--- {self.name} logged\n{self.log()[-6000:]}"

    def json_lines(self):
        return [json.loads(line) for line in list(self.lines)]

    def wait_logged(self, text, times=1):
        def seen():
            if self.log().count(text) >= times:
                return True
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.process.returncode} before it logged {text!r}\n{self.told()}")
            return False
        eventually(seen, f"{self.name} logs {text!r}", told=self.told)

    def wait_lines(self, count, seconds=SOON, wanted=lambda line: True):
        """Until it has printed so many lines that `wanted` takes."""
        eventually(lambda: sum(map(wanted, list(self.lines))) >= count, f"{count} lines of {self.name}", seconds, self.told)
        return list(self.lines)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def signal(self, number):
        self.process.send_signal(number)

    def finish(self, seconds=SOON):
        """Its exit status, once it has ended by itself."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end within {seconds} s\n{self.told()}") from None
        self.reader.join(seconds)
        return status

    def terminate(self, seconds=SOON):
        self.signal(signal.SIGTERM)
        return self.finish(seconds)

    def discard(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(SOON)
        if self.process.stdin:
            self.process.stdin.close()
        if self.process.stdout:
            self.process.stdout.close()


class installation(unittest.TestCase):
    """A test with everything of its own but the broker."""

    def broker(self):
        return shared_broker()

    def setUp(self):
        self.mark = uuid.uuid4().hex[:10]
        scratch = tempfile.TemporaryDirectory(prefix="parley-chat-")
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        self.database = self.folder / "chat.db"
        self.name_server = self.broker()["NAMESRV"]
        self.started = 0

    def environment(self, **more):
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("LOG_", "CHAT_", "ROCKETMQ_", "POD_"))}
        return {**clean, "ROCKETMQ_NAMESERVER": self.name_server, "CHAT_TOPIC_PREFIX": f"chat-{self.mark}",
                "CHAT_DB": str(self.database), **more}

    def start(self, *arguments, stdin=subprocess.DEVNULL, name=None, **environment):
        self.started += 1
        name = name or f"{arguments[0]}{self.started}"
        out = running([str(PARLEY), *map(str, arguments)], self.environment(**environment), self.folder, name, stdin,
                      output_is_log=arguments[0] == "server" or "--service" in arguments)
        self.addCleanup(out.discard)
        return out

    def server(self, *arguments, ready=True, **environment):
        environment.setdefault("ROCKETMQ_GROUP", f"server-{self.mark}")
        out = self.start("server", *arguments, **environment)
        if ready:
            out.wait_logged("the server takes requests")
        return out

    def client_environment(self, user="ann", **more):
        return {"ROCKETMQ_GROUP": f"client-{self.mark}", "USER_ID": user, **more}

    def watcher(self, *arguments, user="watcher", **environment):
        """`parley events`, subscribed when this returns."""
        out = self.start("events", *arguments, LOG_LEVEL="info", **self.client_environment(user, **environment))
        out.wait_logged("connected")
        return out

    def ask(self, *arguments, user="ann", expect=0, **environment):
        """A one-shot command: its lines as JSON."""
        if "--timeout" not in arguments:
            arguments += ("--timeout", PATIENCE)
        done = subprocess.run([str(PARLEY), *map(str, arguments)], cwd=self.folder, text=True, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PATIENCE + 40, env=self.environment(**self.client_environment(user, **environment)))
        if expect is not None:
            self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def send(self, text, *arguments, **how):
        return self.ask("send", text, *arguments, **how)[0]

    def stored(self, topic):
        """How many messages the broker holds in one of the three topics, such as "events", by its own word."""
        with offsets(self.broker()["BROKER"]) as broker:
            return broker.stored(f"chat-{self.mark}-{topic}")

    def history(self, room="room_001", **how):
        return self.ask("history", "--room", room, "--all", "--limit", 200, **how)
