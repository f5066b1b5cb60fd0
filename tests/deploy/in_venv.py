#!/usr/bin/env python3
# Runs a Python program with packages of PyPI, in a virtual environment that is made once for each build folder.
"""in_venv.py FOLDER REQUIREMENTS PROGRAM [ARGUMENT…]"""
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path


def make(folder, requirements):
    """A half-made environment has no stamp, and is made anew."""
    print(f"installing {requirements.name} into {folder} ...", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(f"python -m venv failed: install python3-venv (scripts/setup does).\n{made.stdout}{made.stderr}")
    subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", requirements],
                   check=True, stdin=subprocess.DEVNULL)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    folder, requirements, *program = sys.argv[1:]
    folder, requirements = Path(folder).resolve(), Path(requirements)
    stamp, wanted = folder / "stamp", hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    folder.parent.mkdir(parents=True, exist_ok=True)
    # One makes it, the others wait for it.
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            make(folder, requirements)
            stamp.write_text(wanted)
    python = str(folder / "bin" / "python")
    os.execv(python, [python, "-B", *program])


if __name__ == "__main__":
    main()
