#!/usr/bin/env python3
# The Debian packages, made of the finished build by cpack: what is in them, what they say of themselves, and the program unpacked from one.
import gzip
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from command_line import command, output_of

BUILD = Path(os.environ["PARLEY_BUILD"])
SCRIPTS = ("postinst", "postrm", "prerm")
IN_THE_PROGRAMS_PACKAGE = {
    "etc/parley/client.env", "etc/parley/server.env", "usr/bin/parley", "usr/lib/systemd/system/parley-client@.service",
    "usr/lib/systemd/system/parley-server.service", "usr/share/bash-completion/completions/parley",
    "usr/share/fish/vendor_completions.d/parley.fish", "usr/share/man/man1/parley.1.gz", "usr/share/zsh/vendor-completions/_parley",
}
DOCUMENTS = "usr/share/doc/parley/"


def printed(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True, timeout=120).stdout


class package:
    def __init__(self, folder, name, version):
        self.file = folder / f"{name}_{version}_{printed('dpkg', '--print-architecture').strip()}.deb"
        self.root, self.control = folder / name, folder / f"{name}.control"
        printed("dpkg-deb", "-x", self.file, self.root)
        printed("dpkg-deb", "-e", self.file, self.control)

    def field(self, name):
        return printed("dpkg-deb", "-f", self.file, name).strip()

    def needs(self):
        return {one.split()[0] for one in self.field("Depends").split(", ")}

    def files(self):
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*") if not path.is_dir()}

    def listing(self):
        """Of each file and folder: mode and owner."""
        lines = printed("dpkg-deb", "-c", self.file).splitlines()
        return {line.split(None, 5)[5].removeprefix("./"): tuple(line.split()[:2]) for line in lines}


def setUpModule():
    global program, library, version
    folder = tempfile.TemporaryDirectory(prefix="parley-package-")
    unittest.addModuleCleanup(folder.cleanup)
    version = output_of("version").split()[1]
    # gzip: a hasty compression, for a package that nobody installs.
    made = subprocess.run([os.environ["PARLEY_CPACK"], "--config", BUILD / "CPackConfig.cmake", "-B", folder.name,
                           "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip"], capture_output=True, text=True, timeout=100)
    if made.returncode != 0:
        raise AssertionError(made.stdout + made.stderr)
    program, library = (package(Path(folder.name), name, version) for name in ("parley", "libparley-dev"))


class the_programs_package(unittest.TestCase):
    def test_says_what_it_is(self):
        self.assertEqual("parley", program.field("Package"))
        self.assertEqual(version, program.field("Version"))
        self.assertEqual("chat service on Apache RocketMQ", program.field("Description").splitlines()[0])
        self.assertRegex(program.field("Maintainer"), r"^[\w ]+ <[\w.]+@[\w.]+>$")

    def test_needs_the_libraries_of_the_program_and_who_makes_the_user(self):
        self.assertLessEqual({"adduser", "libc6", "libsqlite3-0", "libssl3", "libstdc++6"}, program.needs())
        self.assertFalse([one for one in program.needs() if one.endswith("-dev")])

    def test_holds_just_this(self):
        self.assertEqual(IN_THE_PROGRAMS_PACKAGE, {name for name in program.files() if not name.startswith(DOCUMENTS)})
        self.assertLessEqual({DOCUMENTS + name for name in ("README.md", "README.zh.md", "changelog.gz", "copyright")}, program.files())

    def test_has_the_operators_guide_with_what_it_links_to(self):
        for guide in ("docs/operations.md", "docs/operations.zh.md"):
            document = program.root / DOCUMENTS / guide
            for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", document.read_text()):
                with self.subTest(target=target):
                    self.assertTrue((document.parent / target).exists())

    def test_is_roots(self):
        self.assertEqual({"root/root"}, {owner for _, owner in program.listing().values()})

    def test_hides_settings_since_they_may_be_keys_and_keeps_them_in_upgrades(self):
        settings = {name for name in program.files() if name.startswith("etc/")}
        self.assertEqual({f"/{name}" for name in settings}, {*(program.control / "conffiles").read_text().split()})
        self.assertEqual({"-rw-r-----"}, {program.listing()[name][0] for name in settings})

    def test_has_scripts_that_a_shell_can_read(self):
        for name in SCRIPTS:
            with self.subTest(script=name):
                self.assertTrue(os.access(program.control / name, os.X_OK))
                printed("sh", "-n", program.control / name)

    def test_has_the_program_stripped(self):
        self.assertNotIn(".symtab", printed("readelf", "-SW", program.root / "usr/bin/parley"))


class what_was_unpacked(unittest.TestCase):
    def run_it(self, *arguments):
        return printed(program.root / "usr/bin/parley", *arguments)

    def test_runs(self):
        self.assertEqual(f"parley {version}\n", self.run_it("version"))

    def test_documents_itself(self):
        share = program.root / "usr/share"
        self.assertEqual(self.run_it("man"), gzip.decompress((share / "man/man1/parley.1.gz").read_bytes()).decode())
        for shell, file in (("bash", "bash-completion/completions/parley"), ("zsh", "zsh/vendor-completions/_parley"),
                            ("fish", "fish/vendor_completions.d/parley.fish")):
            self.assertEqual(self.run_it("completion", shell), (share / file).read_text())


class the_services(unittest.TestCase):
    def units(self):
        return sorted((program.root / "usr/lib/systemd/system").iterdir())

    def test_are_right_to_systemd(self):
        for unit in self.units():
            with self.subTest(unit=unit.name), tempfile.TemporaryDirectory() as folder:
                here = Path(folder) / unit.name
                here.write_text(unit.read_text().replace("/usr/bin/parley", str(program.root / "usr/bin/parley")))
                done = subprocess.run(["systemd-analyze", "verify", "--man=no", here], capture_output=True, text=True, timeout=60)
                self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))

    def test_start_the_program_with_settings_that_the_package_has(self):
        for unit in self.units():
            text = unit.read_text()
            self.assertIn(re.search(r"^ExecStart=/(\S+)", text, re.MULTILINE).group(1), program.files())
            of_all = [name for name in re.findall(r"^EnvironmentFile=-/(\S+)", text, re.MULTILINE) if "%" not in name]
            self.assertEqual(1, len(of_all))
            self.assertIn(of_all[0], program.files())

    def test_give_the_program_time_to_finish(self):
        for unit in self.units():
            self.assertGreater(int(re.search(r"^TimeoutStopSec=(\d+)$", unit.read_text(), re.MULTILINE).group(1)), 10)

    def test_offer_settings_that_the_program_has(self):
        for name in ("server", "client"):
            offered = re.findall(r"^#?([A-Z_]+)=", (program.root / f"etc/parley/{name}.env").read_text(), re.MULTILINE)
            self.assertIn("ROCKETMQ_NAMESERVER", offered)
            self.assertLessEqual({*offered}, {*command((name,)).variables})


class the_librarys_package(unittest.TestCase):
    def test_has_headers_archives_and_the_cmake_package(self):
        self.assertEqual(version, library.field("Version"))
        files = library.files()
        for wanted in (r"usr/include/parley/rocketmq/client\.hpp", r"usr/lib/.*libparley_rocketmq\.a", r"usr/lib/.*parley-config\.cmake"):
            self.assertTrue([one for one in files if re.fullmatch(wanted, one)], wanted)
        self.assertFalse([one for one in files if one.startswith(("usr/bin", "etc"))])

    def test_needs_what_a_program_is_linked_with(self):
        self.assertLessEqual({"libboost-json1.81-dev", "libfmt-dev", "libssl-dev"}, library.needs())


if __name__ == "__main__":
    unittest.main()
