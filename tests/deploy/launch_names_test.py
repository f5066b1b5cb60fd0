#!/usr/bin/env python3
# The program under the names that the images start it by: ./server and ./client are `parley server` and `parley client`.
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

PROGRAM = Path(os.environ["PARLEY_BUILD"]) / "parley"


class the_name_of_the_program(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("server", "client", "servers", "parley"):
            (self.folder / name).symlink_to(PROGRAM)

    def run_as(self, *command, executable=None):
        return subprocess.run(command, executable=executable, cwd=self.folder, capture_output=True, text=True)

    def test_stands_for_the_subcommand(self):
        for name in ("server", "client"):
            expected = self.run_as("./parley", name, "--help")
            self.assertIn(f"parley {name} ", expected.stdout)
            for form in (f"./{name}", str(self.folder / name)):
                with self.subTest(form=form):
                    shown = self.run_as(form, "--help")
                    self.assertEqual((0, expected.stdout), (shown.returncode, shown.stdout))

    def test_stands_for_it_when_the_path_was_searched(self):
        shown = self.run_as("server", "--help", executable=self.folder / "server")
        self.assertIn("parley server ", shown.stdout)

    def test_leaves_flags_and_their_refusals_as_they_are(self):
        refused = self.run_as("./client", "--nonsense")
        self.assertEqual(2, refused.returncode)
        self.assertIn("--nonsense", refused.stderr)

    def test_means_nothing_when_it_is_another(self):
        for form in ("./parley", "./servers"):
            with self.subTest(form=form):
                shown = self.run_as(form, "version")
                self.assertEqual(0, shown.returncode)
                self.assertRegex(shown.stdout, r"^parley \d")


if __name__ == "__main__":
    unittest.main()
