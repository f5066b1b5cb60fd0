#!/usr/bin/env python3
# Checks every file of the checkout against the house rules in rules.py; prints FILE:LINE: complaint and fails if there is one.
import subprocess
import sys
from pathlib import Path

import rules

ROOT = Path(__file__).resolve().parent.parent.parent
SKIPPED = ("tests/fuzz/corpus/", "build/", ".git/", "LICENSE")


def files():
    """What git tracks or would track; without git, everything."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                            capture_output=True, text=True)
    if listed.returncode == 0 and listed.stdout:
        names = listed.stdout.split("\0")
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
    return sorted(name for name in set(names) if name and not name.startswith(SKIPPED) and (ROOT / name).is_file())


def rules_for(name, text):
    if name.endswith((".hpp", ".cpp")):
        return rules.CPP
    if name.endswith(".java"):
        return rules.JAVA
    if name.endswith((".py", ".sh", ".cmake")) or text.startswith("#!"):
        return rules.SCRIPT
    if name.endswith((".md", ".txt", ".json", ".xml", ".yml", ".yaml")):
        return rules.TEXT
    return ()


def main():
    complaints, checked = [], 0
    for name in files():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        applied = rules_for(name, text)
        checked += bool(applied)
        for rule in applied:
            complaints += [f"{name}:{line}: {complaint}" for line, complaint in rule(name, text)]
    readmes = [(ROOT / name).read_text(encoding="utf-8") if (ROOT / name).exists() else None
               for name in ("README.md", "README.zh.md")]
    complaints += [f"README.md:{line}: {complaint}" for line, complaint in rules.translations(*readmes)]
    print("\n".join(complaints))
    print(f"lint: {checked} files checked, {len(complaints)} complaints")
    if checked == 0:
        print("lint: nothing was found to check, which cannot be right")
    return 1 if complaints or not checked else 0


if __name__ == "__main__":
    sys.exit(main())
