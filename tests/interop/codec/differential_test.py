#!/usr/bin/env python3
# Our codec and Java's own classes over generated inputs: what one encodes, the other must decode to the same.
"""differential_test.py compile | ours | java | bodies

  compile  compiles CodecPeer.java with the jars of scripts/rocketmq
  ours     we encode, Java decodes
  java     Java encodes, we decode
  bodies   we encode JSON bodies, Java decodes and encodes them, we decode and compare

Needs PARLEY_BUILD (the build folder). PARLEY_SEED and PARLEY_ROUNDS change the inputs; a failure prints the seed.
"""
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
CLASSES = Path(os.environ["PARLEY_BUILD"]) / "tests" / "interop" / "codec" / "java"
SEED = os.environ.get("PARLEY_SEED", "20240101")
ROUNDS = os.environ.get("PARLEY_ROUNDS", "600")


def classpath():
    return subprocess.run([SOURCE / "scripts" / "rocketmq", "classpath"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def compile_peer():
    CLASSES.mkdir(parents=True, exist_ok=True)
    (CLASSES / "rmq.logback-test.xml").write_bytes((HERE / "rmq.logback-test.xml").read_bytes())
    return subprocess.run(["javac", "-nowarn", "-XDignore.symbol.file", "-d", CLASSES, "-cp", classpath(), HERE / "CodecPeer.java"]).returncode


def ours():
    return [os.environ["PARLEY_INTEROP_CODEC"]]


def java():
    return ["java", "-Xmx256m", "-XX:+UseSerialGC", "-cp", f"{CLASSES}:{classpath()}", "CodecPeer"]


def pipe(*commands):
    """Runs the commands with each one's output going into the next; fails when one of them does."""
    running, source = [], subprocess.DEVNULL
    for index, command in enumerate(commands):
        last = index + 1 == len(commands)
        process = subprocess.Popen(command, stdin=source, stdout=None if last else subprocess.PIPE)
        if source is not subprocess.DEVNULL:
            source.close()
        running.append(process)
        source = process.stdout
    codes = [process.wait() for process in running]
    if any(codes):
        print(f"seed {SEED}, {ROUNDS} rounds: exit statuses {codes}", flush=True)
    return 1 if any(codes) else 0


def main():
    inputs = [SEED, ROUNDS]
    runs = {
        "compile": compile_peer,
        "ours": lambda: pipe([*ours(), "make", *inputs], [*java(), "check"]),
        "java": lambda: pipe([*java(), "make", *inputs], [*ours(), "check"]),
        "bodies": lambda: pipe([*ours(), "make-bodies", *inputs], [*java(), "bodies"], [*ours(), "check-bodies", *inputs]),
    }
    if len(sys.argv) != 2 or sys.argv[1] not in runs:
        print(__doc__, file=sys.stderr)
        return 2
    return runs[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(main())
