# The program's command line as its help tells it: what completions and the manual page are held against.
import os
import re
import subprocess
from pathlib import Path

PROGRAM = Path(os.environ["PARLEY_BUILD"]) / "parley"


def output_of(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=True, timeout=60).stdout


class command:
    """A command of the program, such as ("bench", "chat"), with its flags, variables and the commands below it."""

    def __init__(self, path):
        self.path = path
        help_text = output_of(*path, "--help")
        self.flags = re.findall(r"^  (?:-\w,)?(--[\w-]+)", help_text, re.MULTILINE)
        self.variables = re.findall(r"\(Env:(\w+)\)", help_text)
        below = re.search(r"^Subcommands:\n((?:  .*\n)+)", help_text, re.MULTILINE)
        self.below = re.findall(r"^  (\S+)", below.group(1), re.MULTILINE) if below else []


def all_commands(path=()):
    top = command(path)
    return [top] + [one for name in top.below for one in all_commands((*path, name))]
