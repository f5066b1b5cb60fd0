# What the interop scripts share: processes that speak JSON lines, the Java peer, parley, mqadmin, names of their own.
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid
from pathlib import Path

SOURCE = Path(os.environ.get("PARLEY_SOURCE") or Path(__file__).resolve().parents[3])
BUILD = Path(os.environ.get("PARLEY_BUILD") or SOURCE / "build" / "release")
PARLEY = BUILD / "parley"
JAVA_CLASSES = BUILD / "tests" / "interop" / "chat" / "java"
SCRIPT = SOURCE / "scripts" / "rocketmq"
# A bound for what must happen soon: generous, since the machine may be busy with other tests.
SOON = 120
# What a command of ours waits for its answer, well past the contract's 10 s: the machine may be busy with other tests.
PATIENCE = 50


def broker():
    """The broker that ctest started, as `scripts/rocketmq start` describes it."""
    text = Path(os.environ.get("PARLEY_ROCKETMQ_ENV") or BUILD / "rocketmq" / "env").read_text()
    return dict(line.split("=", 1) for line in text.split())


class speaker:
    """A program whose output is JSON lines. Every line is kept, so that a wait finds what came before it began."""

    def __init__(self, command, environment, folder, name, output_is_log=False):
        self.name = name
        self.lines = []
        self.error_path = folder / f"{name}.err"
        self.changed = threading.Condition()
        with open(self.error_path, "w") as errors:
            self.process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, text=True,
                                            stdin=subprocess.PIPE, stdout=errors if output_is_log else subprocess.PIPE,
                                            stderr=errors)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for text in self.process.stdout or ():
            try:
                line = json.loads(text)
            except ValueError:
                line = {"kind": "text", "text": text.rstrip("\n")}
            with self.changed:
                self.lines.append(line)
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def write(self, line):
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def matching(self, wanted):
        with self.changed:
            return [line for line in self.lines if wanted(line)]

    def wait(self, wanted, what, count=1, seconds=SOON, key=None):
        """The first `count` lines that `wanted` takes, of those with an equal `key` only the first. The bus delivers at least once,
        so what comes may come again. Fails, telling all that was printed, when they do not come."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while True:
                found = [line for line in self.lines if wanted(line)]
                if key:
                    found = first_of_each(found, key)
                if len(found) >= count:
                    return found[:count]
                left = deadline - time.monotonic()
                ended = not self.reader.is_alive()
                if left <= 0 or ended:
                    raise AssertionError(f"{self.name}: {len(found)} of {count} of {what} came"
                                         f"{' before it ended' if ended else ''}\n{self.told()}")
                self.changed.wait(min(left, 0.5))

    def wait_said(self, pattern, seconds=SOON):
        """Waits until its standard error has said this."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.error_path.read_text(errors="replace")):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise AssertionError(f"{self.name} did not say {pattern!r}\n{self.told()}")
            time.sleep(0.05)

    def told(self):
        printed = "\n".join(json.dumps(line) for line in self.lines[-40:])
        return f"--- {self.name} printed\n{printed}\n--- {self.name} said\n{self.error_path.read_text()[-4000:]}"

    def finish(self, seconds=SOON):
        """Its exit status once it has ended by itself."""
        self.process.wait(seconds)
        self.reader.join(seconds)
        return self.process.returncode

    def close(self):
        """End of input, which ends a Java peer; SIGTERM for what does not read it."""
        if self.process.poll() is None:
            self.process.stdin.close()
            if not self.name.startswith("java"):
                self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.reader.join(5)
        self.process.stdin.close()
        if self.process.stdout:
            self.process.stdout.close()
        return self.process.returncode


class stage:
    """Topics and groups of its own on the broker that all tests share, and the programs that were started there."""

    def __init__(self):
        self.mark = uuid.uuid4().hex[:10]
        self.prefix = f"interop-{self.mark}"
        self.client_group = f"client_{self.mark}"
        self.server_group = f"server_{self.mark}"
        self.broker = broker()
        self.folder = Path(tempfile.mkdtemp(prefix="parley-interop-"))
        self.speakers = []

    def close(self):
        for one in reversed(self.speakers):
            one.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, group, **more):
        return {"ROCKETMQ_NAMESERVER": self.broker["NAMESRV"], "ROCKETMQ_GROUP": group,
                "CHAT_TOPIC_PREFIX": self.prefix, **more}

    def start(self, command, environment, name, **how):
        one = speaker([str(part) for part in command], environment, self.folder, f"{name}{len(self.speakers)}", **how)
        self.speakers.append(one)
        return one

    def java(self, role, user="user_java", group=None, prefix=None):
        """A Java peer that is ready: subscribed, and with queues of its own."""
        group = group or (self.server_group if role == "server" else self.client_group)
        jars = subprocess.run([SCRIPT, "classpath"], check=True, capture_output=True, text=True).stdout.strip()
        command = ["java", "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-Duser.home={self.folder}",
                   "--add-opens=java.base/java.lang=ALL-UNNAMED", "-cp", f"{JAVA_CLASSES}:{jars}", "parley.peer.Peer", role]
        environment = self.environment(group, USER_ID=user) | ({"CHAT_TOPIC_PREFIX": prefix} if prefix else {})
        peer = self.start(command, environment, f"java_{role.replace('-', '_')}")
        peer.wait(of_kind("ready"), "ready")
        return peer

    def parley_environment(self, group, user):
        return self.environment(group, USER_ID=user, CHAT_DB=str(self.folder / "chat.db"), LOG_LEVEL="info", LOG_FORMAT="text")

    def parley_server(self):
        """A server of ours that takes requests. All of a stage's servers share one SQLite file."""
        server = self.start([PARLEY, "server"], self.parley_environment(self.server_group, "nobody"), "parley_server",
                            output_is_log=True)
        server.wait_said("the server takes requests")
        return server

    def parley_events(self, *arguments):
        """`parley events`, reading: what is published from now on is printed."""
        command = [PARLEY, "events", *arguments]
        watcher = self.start(command, self.parley_environment(self.client_group, "user_watcher"), "parley_events")
        watcher.wait_said("connected")
        return watcher

    def parley(self, *arguments, user="user_001", status=0):
        """Runs a command of ours to its end and gives the lines of JSON that it printed."""
        if "--timeout" not in arguments:
            arguments += ("--timeout", PATIENCE)
        environment = {**os.environ, **self.parley_environment(self.client_group, user)}
        run = subprocess.run([PARLEY, *map(str, arguments)], env=environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=SOON)
        if run.returncode != status:
            raise AssertionError(f"parley {arguments}: exit status {run.returncode}\n{run.stdout}\n{run.stderr}")
        return [json.loads(line) for line in run.stdout.splitlines()]

    def ask(self, client, request):
        """Sends a request through a Java client and gives the one answer that it prints."""
        request.setdefault("request_id", f"req_{uuid.uuid4().hex}")
        client.write(request)
        return client.wait(lambda line: line.get("kind") == "response" and line["body"]["request_id"] == request["request_id"],
                           f"the answer to {request}")[0]

    def admin(self, *arguments, may_fail=False):
        """What mqadmin prints."""
        run = subprocess.run([SCRIPT, "admin", "--dir", self.broker["DIR"], *map(str, arguments)],
                             capture_output=True, text=True, timeout=SOON)
        if run.returncode != 0 and not may_fail:
            raise AssertionError(f"mqadmin {arguments}: {run.stdout}{run.stderr}")
        return run.stdout


class scenario(unittest.TestCase):
    """Tests of one stage. A Java peer takes seconds to start, so the tests share what setUpClass starts and use rooms of their own."""

    @classmethod
    def setUpClass(cls):
        cls.stage = stage()
        cls.addClassCleanup(cls.stage.close)

    def setUp(self):
        self.room = f"room_{uuid.uuid4().hex[:8]}"


def first_of_each(lines, key):
    first = {}
    for line in lines:
        first.setdefault(key(line), line)
    return list(first.values())


def of_kind(kind):
    return lambda line: line.get("kind") == kind


def compile_peer():
    """Compiles the Java peer against Apache's client, unless its classes are newer than its sources."""
    sources = sorted((Path(__file__).parent / "java").rglob("*.java"))
    mark = JAVA_CLASSES / "compiled"
    if mark.exists() and all(source.stat().st_mtime < mark.stat().st_mtime for source in sources):
        return 0
    jars = subprocess.run([SCRIPT, "classpath"], check=True, capture_output=True, text=True).stdout.strip()
    JAVA_CLASSES.mkdir(parents=True, exist_ok=True)
    run = subprocess.run(["javac", "-XDsuppressNotes", "-cp", jars, "-d", str(JAVA_CLASSES), *map(str, sources)])
    if run.returncode == 0:
        mark.touch()
    return run.returncode


if __name__ == "__main__":
    sys.exit(compile_peer() if sys.argv[1:] == ["compile"] else "usage: harness.py compile")
