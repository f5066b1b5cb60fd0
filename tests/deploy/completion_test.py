#!/usr/bin/env python3
# The shells' completion of the program's command line, evaluated by the shells themselves: bash always, zsh and fish where they are.
import os
import pty
import select
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from command_line import all_commands, output_of

# What readline does around the function. Files are completed by readline itself where the function asks for it by compopt.
EVALUATE = """
source "$1"; shift
compopt() { echo "compopt $*"; }
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
_parley parley "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
(( ${#COMPREPLY[@]} == 0 )) || printf '%s\\n' "${COMPREPLY[@]}"
"""
SOON = 30


def scratch(test, name, text):
    folder = tempfile.TemporaryDirectory()
    test.addCleanup(folder.cleanup)
    path = Path(folder.name) / name
    path.write_text(text)
    return path


class in_bash(unittest.TestCase):
    def setUp(self):
        self.script = scratch(self, "parley", output_of("completion", "bash"))

    def completed(self, *words):
        done = subprocess.run(["bash", "--norc", "-c", EVALUATE, "bash", self.script, "parley", *words], capture_output=True, text=True,
                              timeout=SOON)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        return done.stdout.split()

    def test_knows_every_command_and_flag_that_help_shows(self):
        for command in all_commands():
            with self.subTest(command=command.path):
                if command.below:
                    self.assertEqual(command.below, self.completed(*command.path, ""))
                self.assertLessEqual({*command.flags}, {*self.completed(*command.path, "-")})

    def test_completes_the_word_that_is_begun(self):
        self.assertEqual(["server"], self.completed("ser"))
        self.assertEqual(["--log-level", "--log-level-file", "--log-format"], self.completed("server", "--db", "chat.db", "--log"))
        self.assertEqual(["chat"], self.completed("bench", "c"))

    def test_offers_a_flags_values_in_both_ways_of_writing_it(self):
        self.assertEqual(["debug"], self.completed("client", "--log-level", "de"))
        self.assertEqual(["text", "json"], self.completed("client", "--log-format", "=", ""))
        self.assertEqual(["text", "json"], self.completed("client", "--log-format", "="))
        self.assertEqual(["json"], self.completed("client", "--log-format", "=", "j"))
        self.assertEqual(["bash", "zsh", "fish"], self.completed("completion", ""))

    def test_leaves_files_and_folders_to_readline(self):
        self.assertEqual(["compopt", "-o", "default"], self.completed("server", "--db", ""))
        self.assertEqual(["compopt", "-o", "default"], self.completed("send", "--tls-ca", "/etc"))
        self.assertEqual(["compopt", "-o", "dirnames"], self.completed("bench", "chat", "--folder", ""))

    def test_offers_nothing_where_it_knows_nothing(self):
        self.assertEqual([], self.completed("server", "--ops", ""))
        self.assertEqual([], self.completed("send", ""))
        self.assertEqual([], self.completed("send", "--", "-"))
        self.assertEqual([], self.completed("no_command", "--no-flag", ""))

    def test_takes_a_flags_value_for_no_command(self):
        self.assertIn("--no-events", self.completed("bench", "chat", "--user", "server", "--no"))

    def test_works_behind_the_tabulator(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.script.parent)
            os.environ.update(PS1="ready> ", TERM="dumb", HISTFILE="/dev/null", COLUMNS="200")
            os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
        self.addCleanup(os.waitpid, pid, 0)
        self.addCleanup(os.close, terminal)
        seen = ""

        def wait_for(text):
            nonlocal seen
            deadline = time.monotonic() + SOON
            while text not in seen:
                self.assertLess(time.monotonic(), deadline, seen)
                if select.select([terminal], [], [], 0.1)[0]:
                    seen += os.read(terminal, 4096).decode(errors="replace")
            seen = seen.split(text, 1)[1]

        wait_for("ready> ")
        os.write(terminal, b"source ./parley; complete -p parley\n")
        wait_for("complete -F _parley parley\r\n")
        wait_for("ready> ")
        os.write(terminal, b"parley ser\t--log-f\t=js\t")
        wait_for("server ")
        wait_for("--log-format ")
        os.write(terminal, b"\x15parley server --db par\t")
        wait_for("parley server --db parley ")
        os.write(terminal, b"\x15exit\n")


@unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
class in_zsh(unittest.TestCase):
    def test_the_script_is_one(self):
        script = scratch(self, "_parley", output_of("completion", "zsh"))
        subprocess.run(["zsh", "-n", script], check=True, timeout=SOON)


@unittest.skipUnless(shutil.which("fish"), "fish is not installed")
class in_fish(unittest.TestCase):
    def test_knows_every_command_and_flag_that_help_shows(self):
        script = scratch(self, "parley.fish", output_of("completion", "fish"))
        for command in all_commands():
            for begun, wanted in (("", command.below), ("--", command.flags)):
                line = " ".join(["parley", *command.path, begun])
                done = subprocess.run(["fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line],
                                      capture_output=True, text=True, timeout=SOON)
                self.assertLessEqual({*wanted}, {offered.split("\t")[0] for offered in done.stdout.splitlines()}, line)


class in_every_shell(unittest.TestCase):
    def test_the_script_names_every_command_and_flag_that_help_shows(self):
        for shell, as_written in (("bash", "{}"), ("zsh", "{}"), ("fish", "-l {}")):
            script = output_of("completion", shell)
            for command in all_commands():
                for flag in command.flags:
                    self.assertIn(as_written.format(flag[2:] if shell == "fish" else flag), script)
                for name in command.below:
                    self.assertIn(name, script)


if __name__ == "__main__":
    unittest.main()
