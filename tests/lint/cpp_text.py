# C++ as the lint needs it: text without comments and literals, and the statement that surrounds a position.
import re

_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'""",
    re.DOTALL)
_BLOCK_BEFORE = re.compile(r"(?:[;{}):]|\b(?:else|do|try|noexcept|mutable|const|override|final))$")


def _blank(match):
    text = match.group(0)
    kept = "".join(c if c == "\n" else " " for c in text)
    # A literal stays one: as an empty string, so that an argument list keeps its shape.
    return '""' + kept[2:] if text.startswith(('"', "R")) else kept


def code_only(text):
    """The text with comments blanked and literals emptied; every line keeps its number, every character its place."""
    return _TOKEN.sub(_blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def _is_block(code, brace):
    """Whether the brace opens a block (a body) and not a braced list of values."""
    before = code[max(0, brace - 400):brace].rstrip()
    if not before or _BLOCK_BEFORE.search(before):
        return True
    since = max(before.rfind(mark) for mark in ";{}")
    clause = before[since + 1:]
    if re.search(r"->\s*[\w:<>,&*\s]+$", clause):
        return True
    return bool(re.match(r"\s*(?:template\b.*?>\s*)?(?:inline\s+)?(?:namespace|class|struct|enum|union|extern)\b", clause, re.DOTALL))


def statement_around(code, position):
    """Begin and end of the statement at a position, and the keyword of the condition that the position lies in, or None."""
    begin, depth, keyword = position, 0, None
    while begin > 0:
        c = code[begin - 1]
        if c in ")]":
            depth += 1
        elif c in "([":
            if depth == 0 and c == "(":
                found = re.search(r"\b(if|while|switch|for)(?:\s+constexpr)?\s*$", code[max(0, begin - 30):begin - 1])
                keyword = keyword or (found.group(1) if found else None)
            depth = max(0, depth - 1)
        elif c == "}":
            opener = _matching_open(code, begin - 1)
            if _is_block(code, opener) and depth == 0 and keyword is None:
                break
            begin = opener + 1
        elif c == "{":
            if _is_block(code, begin - 1):
                break
        elif c == ";" and depth == 0 and not _in_for_header(code, begin - 1):
            break
        begin -= 1
    return begin, _end_of(code, position), keyword


def _matching_open(code, closing):
    depth = 0
    for at in range(closing, -1, -1):
        depth += (code[at] == "}") - (code[at] == "{")
        if depth == 0:
            return at
    return 0


def _in_for_header(code, semicolon):
    depth = 0
    for at in range(semicolon - 1, max(-1, semicolon - 600), -1):
        c = code[at]
        if c in "{}":
            return False
        depth += (c == ")") - (c == "(")
        if depth < 0:
            return bool(re.search(r"\b(?:for|if|while|switch)\s*$", code[max(0, at - 20):at]))
    return False


def _end_of(code, position):
    depth = 0
    for at in range(position, len(code)):
        c = code[at]
        if c in "({[":
            depth += 1
        elif c in ")}]":
            depth -= 1
            if depth < -8:
                return at
        elif c == ";" and depth <= 0:
            return at
    return len(code)
