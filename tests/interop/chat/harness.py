# What the interop scripts share: processes that speak JSON lines, the Java peer, parley, mqadmin, names of their own.
import json
import os
import queue
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
SOON = 60


def broker():
    """The broker that ctest started, as `scripts/rocketmq start` describes it."""
    text = Path(os.environ.get("PARLEY_ROCKETMQ_ENV") or BUILD / "rocketmq" / "env").read_text()
    return dict(line.split("=", 1) for line in text.split())


class speaker:
    """A program whose output is JSON lines. Every line is kept, so that a wait finds what came before it began."""

    def __init__(self, command, environment, folder, name):
        self.name = name
        self.lines = []
        self.error_path = folder / f"{name}.err"
        self.changed = threading.Condition()
        with open(self.error_path, "w") as errors:
            self.process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, text=True,
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for text in self.process.stdout:
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

    def wait(self, wanted, what, count=1, seconds=SOON):
        """The first `count` lines that `wanted` takes; fails, telling all that was printed, when they do not come."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while True:
                found = [line for line in self.lines if wanted(line)]
                if len(found) >= count:
                    return found[:count]
                left = deadline - time.monotonic()
                ended = not self.reader.is_alive()
                if left <= 0 or ended:
                    raise AssertionError(f"{self.name}: {len(found)} of {count} of {what} came"
                                         f"{' before it ended' if ended else ''}\n{self.told()}")
                self.changed.wait(min(left, 0.5))

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
        return self.process.returncode


class scenario(unittest.TestCase):
    """A test with topics and groups of its own, on the broker that all tests share."""

    def setUp(self):
        self.mark = uuid.uuid4().hex[:10]
        self.prefix = f"interop-{self.mark}"
        self.client_group = f"client_{self.mark}"
        self.server_group = f"server_{self.mark}"
        self.broker = broker()
        self.folder = Path(tempfile.mkdtemp(prefix="parley-interop-"))
        self.speakers = []
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.addCleanup(self.close_all)

    def close_all(self):
        for one in reversed(self.speakers):
            one.close()
            if one.process.stdout:
                one.process.stdout.close()

    def environment(self, group, **more):
        return {"ROCKETMQ_NAMESERVER": self.broker["NAMESRV"], "ROCKETMQ_GROUP": group,
                "CHAT_TOPIC_PREFIX": self.prefix, **more}

    def start(self, command, environment, name):
        one = speaker([str(part) for part in command], environment, self.folder, f"{name}{len(self.speakers)}")
        self.speakers.append(one)
        return one

    def java(self, role, user="user_java", group=None):
        """A Java peer that is ready: subscribed, and with queues of its own."""
        group = group or (self.server_group if role == "server" else self.client_group)
        jars = subprocess.run([SCRIPT, "classpath"], check=True, capture_output=True, text=True).stdout.strip()
        command = ["java", "-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", f"-Duser.home={self.folder}",
                   "--add-opens=java.base/java.lang=ALL-UNNAMED", "-cp", f"{JAVA_CLASSES}:{jars}", "parley.peer.Peer", role]
        peer = self.start(command, self.environment(group, USER_ID=user), f"java_{role.replace('-', '_')}")
        peer.wait(of_kind("ready"), "ready")
        return peer

    def admin(self, *arguments):
        """What mqadmin prints."""
        run = subprocess.run([SCRIPT, "admin", "--dir", self.broker["DIR"], *map(str, arguments)],
                             capture_output=True, text=True, timeout=SOON)
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run.stdout


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
