#!/usr/bin/env python3
# The manual page: complete, since it is written from the command line, and clean to those who read its macros.
import re
import subprocess
import unittest

from command_line import all_commands, output_of


def read_by_mandoc(*flags):
    return subprocess.run(["mandoc", *flags], input=output_of("man"), capture_output=True, text=True, timeout=60)


class the_manual_page(unittest.TestCase):
    def test_is_clean(self):
        # It has no date: the program's version says more, and a build of today is that of tomorrow.
        complaints = [line for line in read_by_mandoc("-Tlint", "-Wwarning").stdout.splitlines() if "missing date" not in line]
        self.assertEqual([], complaints)

    def test_is_of_the_programs_version(self):
        version = output_of("version").split()[1]
        self.assertIn(f'"parley {version}"', output_of("man"))

    def test_tells_every_command_flag_and_variable_that_help_shows(self):
        shown = read_by_mandoc("-Tutf8", "-Owidth=200").stdout
        shown = re.sub(".\b", "", shown)  # bold and underlined letters are written twice
        words = {*re.findall(r"[\w-]+", shown)}
        for command in all_commands():
            with self.subTest(command=command.path):
                self.assertEqual(set(), ({*command.flags} | {*command.variables}) - words)
                if not command.below:
                    self.assertIn(f"   parley {' '.join(command.path)}\n", shown)

    def test_is_not_shown_among_the_commands(self):
        self.assertNotIn("man", all_commands()[0].below)


if __name__ == "__main__":
    unittest.main()
