# What tests of doctor share: clusters with troubles, what doctor finds, and doing what it says.
import json
import os
import shlex
import socket
import subprocess
import unittest

from installation import PARLEY, SOURCE, eventually, installation, running

SCRIPT = str(SOURCE / "scripts" / "rocketmq")
MEMBER = os.environ.get("PARLEY_MEMBER") or str(SOURCE / "build" / "release" / "tests" / "fault" / "doctor" / "doctor_member")
BOOT = 600
# doctor's own bound, generous to a busy machine, and what the process may need beside.
EXAMINATION, AROUND_IT = 60, 60


def rocketmq(*arguments):
    done = subprocess.run([SCRIPT, *map(str, arguments)], text=True, capture_output=True, timeout=BOOT)
    if done.returncode != 0:
        raise AssertionError(f"scripts/rocketmq {arguments}: {done.stdout}{done.stderr}")
    return done.stdout


def boot(*options):
    """A cluster of the module's own, as `scripts/rocketmq start` describes it."""
    own = dict(line.split("=", 1) for line in rocketmq("start", *options).split())
    unittest.addModuleCleanup(rocketmq, "stop", "--dir", own["DIR"])
    return own


def local(address):
    """The address through which this machine reaches what listens at that port."""
    return "127.0.0.1:" + address.rsplit(":", 1)[1]


class silence:
    """An address of loopback that swallows every connection, as a firewall does: a listener whose queue is full."""

    def __init__(self, host, port):
        self.listening = socket.socket()
        self.listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listening.bind((host, port))
        self.listening.listen(0)
        self.fillers = []
        for _ in range(2):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex((host, port))
            self.fillers.append(one)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in [*self.fillers, self.listening]:
            one.close()


class report:
    """What doctor told."""

    def __init__(self, status, text, errors):
        self.status, self.text, self.errors = status, text, errors
        self.findings = json.loads(text)["findings"] if text else []

    def __repr__(self):
        return f"exit status {self.status}\n{json.dumps(self.findings, indent=1)}\n{self.errors}"

    def codes(self, *severities):
        return [one["code"] for one in self.findings if one["severity"] in severities]

    def bad(self):
        return self.codes("failure", "warning")

    def one(self, code):
        found = [one for one in self.findings if one["code"] == code]
        if not found:
            raise AssertionError(f"no finding {code}\n{self!r}")
        return found[0]

    def remedy(self, code, tool, containing=""):
        """The text of a finding's remedy; the first that fits."""
        for each in self.one(code)["remedies"]:
            if each["with"] == tool and containing in each["text"]:
                return each["text"]
        raise AssertionError(f"{code} has no remedy of {tool} with {containing!r}\n{self!r}")


class patient(installation):
    """An installation that doctor looks at. The cluster is the class's own."""

    def broker(self):
        return self.own

    def setUp(self):
        super().setUp()
        self.name_server = local(self.own["NAMESRV"])
        self.group = f"server-{self.mark}"

    def examine(self, *arguments, **environment):
        environment.setdefault("ROCKETMQ_GROUP", self.group)
        done = subprocess.run([str(PARLEY), "doctor", "--json", "--timeout", str(EXAMINATION), *map(str, arguments)], cwd=self.folder, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=EXAMINATION + AROUND_IT, env=self.environment(**environment))
        return report(done.returncode, done.stdout, done.stderr)

    def finds(self, code, *arguments, status=3, seen=(), **environment):
        """The report, in which that finding has to be."""
        out = self.examine(*arguments, **environment)
        one = out.one(code)
        self.assertEqual(out.status, status, repr(out))
        for part in [seen] if isinstance(seen, str) else seen:
            self.assertIn(part, one["seen"], repr(out))
        self.assertTrue(one["why"], repr(out))
        return out

    def comes_to_find(self, wanted, *arguments, **environment):
        """The first report with exactly these failures and warnings: members come and go, and a broker that was killed is slow for a while."""
        last = []

        def looked():
            last[:] = [self.examine(*arguments, **environment)]
            return last[0].bad() == wanted
        eventually(looked, f"doctor finds {wanted}", told=lambda: repr(last))
        return last[0]

    def becomes_satisfied(self, *arguments, **environment):
        out = self.comes_to_find([], *arguments, **environment)
        self.assertEqual(out.status, 0)
        return out

    def notices(self, code, *arguments, **environment):
        """The first report with that finding among others."""
        last = []

        def looked():
            last[:] = [self.examine(*arguments, **environment)]
            return code in last[0].bad()
        eventually(looked, f"doctor notices {code}", told=lambda: repr(last))
        return last[0]

    def chat_works(self, *arguments, **environment):
        environment.setdefault("ROCKETMQ_GROUP", f"client-{self.mark}")
        self.assertTrue(self.send("hello", *arguments, **environment)["success"])

    # --- doing what it says

    def variables(self, text, **blanks):
        """What `export …` sets, in a shell. Blanks are what only we know: <FILE> and the like."""
        for blank, value in blanks.items():
            text = text.replace(f"'<{blank}>'", shlex.quote(str(value))).replace(f"<{blank}>", shlex.quote(str(value)))
        told = subprocess.run(["bash", "-c", f"{text}\nenv -0"], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=BOOT,
                              check=True).stdout
        after = dict(line.split("=", 1) for line in told.split("\0") if line)
        return {key: value for key, value in after.items() if key.startswith(("ROCKETMQ_", "CHAT_", "POD_"))}

    def run_parley(self, text, **environment):
        """A command that ends."""
        words = shlex.split(text)
        self.assertEqual(words[0], "parley")
        done = subprocess.run([str(PARLEY), *words[1:]], cwd=self.folder, text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=BOOT,
                              env=self.environment(**environment))
        self.assertEqual(done.returncode, 0, f"{text}\n{done.stdout}{done.stderr}")

    def start_parley(self, text, *more, **environment):
        """A command that stays: a server, ready when this returns."""
        words = shlex.split(text)
        self.assertEqual(words[:2], ["parley", "server"])
        out = self.start(*words[1:], *more, **environment)
        eventually(lambda: "the server takes requests" in out.told() or out.process.poll() is not None, "the server starts", told=out.told)
        self.assertIsNone(out.process.poll(), out.told())
        return out

    def run_mqadmin(self, text):
        """By the script, which fills in the NameServer."""
        words = shlex.split(text)
        self.assertEqual((words[0], words[2]), ("mqadmin", "-n"))
        return rocketmq("admin", "--dir", self.own["DIR"], words[1], *words[4:])

    def restart_broker(self, *lines, own=None):
        """With lines in its broker.conf; gives the cluster's description anew."""
        folder = (own or self.own)["DIR"]
        rocketmq("kill-broker", "--dir", folder, "-9")
        told = rocketmq("start-broker", "--dir", folder, *(word for line in lines for word in ("--set", line)))
        return dict(line.split("=", 1) for line in told.split())

    def member(self, **environment):
        """A member of the group that is no server."""
        self.started += 1
        environment.setdefault("ROCKETMQ_GROUP", self.group)
        out = running([MEMBER], self.environment(**environment), self.folder, f"member{self.started}")
        self.addCleanup(out.discard)
        out.wait_lines(1)
        return out
