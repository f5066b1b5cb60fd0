#!/usr/bin/env python3
# Holds what the documents say to what is there: code, links, and the two languages of the README against each other.
import os
import re
import unittest
from pathlib import Path

SOURCE = Path(os.environ.get("PARLEY_SOURCE") or Path(__file__).resolve().parents[1])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
PATH = re.compile(r"`((?:src|include|tests|docs|scripts|examples|cmake|k8s)/[\w./-]+)`")


# Files that the documents tell the reader to make.
YET_TO_BE_MADE = re.compile(r"NAME|get_room")


# Documents in two languages.
PAIRS = {"README.md": "README.zh.md", "docs/kubernetes.md": "docs/kubernetes.zh.md", "docs/operations.md": "docs/operations.zh.md"}


def read(name):
    return (SOURCE / name).read_text(encoding="utf-8")


def documents():
    return [SOURCE / name for name in ("README.md", "README.zh.md", "CHANGELOG.md")] + sorted((SOURCE / "docs").rglob("*.md"))


def code(name):
    """The code blocks of a document by language; pictures, whose words are translated, by their number only."""
    return [(language, text if language not in ("", "text", "mermaid") else "") for language, text in FENCE.findall(read(name))]


def links(document):
    return LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8")))


def headings(name):
    return [len(mark) for mark in re.findall(r"^(#+) ", FENCE.sub("", read(name)), re.MULTILINE)]


def rows(name):
    """How many columns each row of the document's tables has."""
    return [line.count("|") for line in FENCE.sub("", read(name)).splitlines() if line.startswith("|")]


class the_readme(unittest.TestCase):
    def test_shows_the_example_as_it_is_compiled(self):
        shown = [text for language, text in FENCE.findall(read("README.md")) if language == "cpp"]
        self.assertIn(read("examples/greetings.cpp"), shown)


class every_document(unittest.TestCase):
    def test_says_the_same_in_both_languages(self):
        for pair in PAIRS.items():
            with self.subTest(documents=pair):
                one, other = (Path(name).name for name in pair)
                english, chinese = ({*links(SOURCE / name)} for name in pair)
                self.assertEqual(english - {other}, chinese - {one})
                for shape in (code, headings, rows):
                    self.assertEqual(*map(shape, pair))

    def test_links_to_what_exists(self):
        for document in documents():
            for target in links(document):
                with self.subTest(document=document.name, target=target):
                    self.assertTrue((document.parent / target).exists())

    def test_names_files_that_exist(self):
        for document in documents():
            for target in PATH.findall(document.read_text(encoding="utf-8")):
                if YET_TO_BE_MADE.search(target):
                    target = str(Path(target).parent)
                with self.subTest(document=document.name, target=target):
                    self.assertTrue((SOURCE / target).exists())


if __name__ == "__main__":
    unittest.main()
