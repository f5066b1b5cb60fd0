# The house rules that a compiler does not check: each yields (line, complaint) for a file's text.
import re

from cpp_text import code_only, line_of, statement_around

MAX_LINES = 600
# Which of our layers a layer may include, and which headers of others. The longest matching folder decides.
ANY = object()
_POSIX = r"(?:unistd|fcntl|netdb|ifaddrs|pthread|spawn|signal|termios|poll|errno)\.h|(?:sys|net|netinet|arpa|linux)/\w+\.h"
_RESULT = r"boost/(?:system|assert)(?:/.*|\.hpp)"
_ASIO = r"boost/asio(?:/.*|\.hpp)"
_JSON = r"boost/json(?:/.*|\.hpp)"
# Slow to compile: one file of a layer that speaks HTTP includes it.
_BEAST = r"boost/beast(?:/.*|\.hpp)"
LAYERS = {
    "src/base": ((), (_RESULT, r"fmt/.*", _POSIX)),
    "src/io": (("base",), (_RESULT, r"fmt/.*", _ASIO, r"openssl/.*", _POSIX)),
    "src/remoting/codec": (("base",), (_RESULT, r"fmt/.*", _JSON, r"zlib\.h", r"lz4\w*\.h", r"zstd\w*\.h")),
    "src/remoting/include/parley/remoting/exchange": (("base", "codec"), (_RESULT, r"fmt/.*")),
    "src/remoting/exchange": (("base", "codec", "remoting"), (_RESULT, r"fmt/.*")),
    "src/remoting": (("base", "io", "codec"), (_RESULT, r"fmt/.*", _ASIO, r"openssl/(?:evp|hmac)\.h", _POSIX)),
    "include/parley/rocketmq": (("base", "io"), (_RESULT, _ASIO)),
    "src/rocketmq": (("base", "io", "codec", "remoting"), (_RESULT, r"fmt/.*", _ASIO, _JSON, _POSIX)),
    "src/broker/store": (("base", "broker"), (_RESULT, r"fmt/.*", r"nmmintrin\.h")),
    "src/broker/include/parley/broker/store": (("base",), (_RESULT,)),
    "src/broker": (("base", "io", "codec", "remoting"), (_RESULT, r"fmt/.*", _ASIO, _JSON, r"zlib\.h", _POSIX)),
    "src/ops": (("base", "io"), (_RESULT, r"fmt/.*", _ASIO, _JSON, _BEAST, r"prometheus/.*", _POSIX)),
    "src/chat/store": (("base", "io", "rocketmq"), (_RESULT, r"fmt/.*", r"sqlite3\.h", _POSIX)),
    "src/chat": (("base", "io", "rocketmq"), (_RESULT, r"fmt/.*", _ASIO, _JSON, r"openssl/(?:sha|evp)\.h", _POSIX)),
    "src/gateway": (("base", "io", "rocketmq", "chat", "ops"), (_RESULT, r"fmt/.*", _ASIO, _JSON, r"openssl/.*", _POSIX)),
    "src/cli": (ANY, (_RESULT, r"fmt/.*", _ASIO, _JSON, r"CLI/.*", _POSIX)),
}
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)
_CO_AWAIT = re.compile(r"\bco_await\b")
# A lambda that captures nothing or only references is destroyed rightly by every compiler, so its braces do no harm.
_HARMLESS_LAMBDA = re.compile(
    r"\[\s*(?:&\s*\w*\s*(?:,\s*&\s*\w+\s*)*)?\]\s*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)\s*)?"
    r"(?:mutable\s*)?(?:->\s*[\w:<>,&*\s]+?)?\{")
_VAGUE = re.compile(r"(?:^|_)(?:manager|helper|util|impl\d*)s?(?=$|_)|(?:Manager|Helper|Util|Impl\d*)s?$", re.IGNORECASE)
_DEFINITION = re.compile(r"\b(?:class|struct|union|enum(?:\s+class)?|namespace|interface)\s+(?:\[\[[^\]]*\]\]\s*)?(\w+(?:::\w+)*)")
# Written in two halves, since the lint reads itself too.
_UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")
_MACHINE_PATH = re.compile(r"(?<![\w.$}>])/(?:wor" + r"k|ro" + r"ot|home/\w+)/|/tm" + r"p/build")


def layer_of(path):
    """The folder of LAYERS that a file belongs to, or None where anything may be included (tests, bench)."""
    found = [folder for folder in LAYERS if path.startswith(folder + "/")]
    return max(found, key=len) if found else None


def _layer_name(target):
    """The layer that <parley/...> names: remoting/codec is one of its own."""
    parts = target.split("/")
    return "codec" if parts[1:3] == ["remoting", "codec"] else parts[1]


def _own_name(folder):
    return {"src/remoting/codec": "codec", "include/parley/rocketmq": "rocketmq"}.get(folder, folder.split("/")[1])


def includes(path, text):
    """Arrows between layers, and the third-party headers that a layer may name."""
    folder = layer_of(path)
    for match in _INCLUDE.finditer(text):
        line, quote, target = line_of(text, match.start()), match.group(1), match.group(2)
        if target.startswith("boost/beast") and folder is None:
            yield line, f"<{target}>: Boost.Beast belongs to the layers that speak HTTP"
        if "../" in target:
            yield line, f'"{target}" climbs out of its folder: include it from its include root'
        elif quote == '"' or folder is None:
            continue
        elif target.startswith("parley/"):
            allowed, name = LAYERS[folder][0], _layer_name(target)
            if allowed is not ANY and name != _own_name(folder) and name not in allowed:
                yield line, f"<{target}>: {folder} may use {', '.join(allowed) or 'no other layer'} only"
        elif ("/" in target or target.endswith((".h", ".hpp"))) and not any(re.fullmatch(one, target) for one in LAYERS[folder][1]):
            yield line, f"<{target}> is not among the headers that {folder} may include"


def co_await_form(_path, text):
    """One co_await per statement, no braces beside it, never in a condition: the form that every compiler gets right."""
    code = code_only(text)
    seen = set()
    for match in _CO_AWAIT.finditer(code):
        begin, end, keyword = statement_around(code, match.start())
        line, statement = line_of(code, match.start()), code[begin:end]
        if keyword:
            yield line, f"co_await inside the parentheses of `{keyword}`: await into a named local first"
            continue
        if begin in seen:
            yield line, "a second co_await in one statement: await each into a named local"
            continue
        seen.add(begin)
        if "{" in _HARMLESS_LAMBDA.sub("", statement):
            yield line, "braces (a list, an aggregate or a lambda) in a statement with co_await: name the value first and move it in"


def purpose_line(path, text):
    """The first line (after #!) of every source says what the file is for."""
    lines = text.splitlines() or [""]
    at = 1 if lines[0].startswith("#!") else 0
    first = lines[at] if at < len(lines) else ""
    mark = "//" if path.endswith((".hpp", ".cpp", ".java")) else "<!--" if path.endswith(".xml") else "#"
    if not re.match(re.escape(mark) + r" \S.{8,}", first):
        yield at + 1, f"the file's first line does not say what it is for: `{mark} ...`"


def header_guard(path, text):
    if path.endswith(".hpp") and "#pragma once\n" not in text:
        yield 1, "a header without #pragma once"


def vague_names(path, text):
    stem = path.rsplit("/", 1)[-1].split(".")[0]
    if _VAGUE.search(stem):
        yield 1, f"a file named {stem}: name it after what it does"
    for match in _DEFINITION.finditer(code_only(text)):
        if _VAGUE.search(match.group(1)):
            yield line_of(text, match.start()), f"the name {match.group(1)} does not say what the thing does"


def length(_path, text):
    lines = text.count("\n")
    if lines > MAX_LINES:
        yield MAX_LINES, f"{lines} lines: split the file by reason to exist (at most {MAX_LINES})"


def unfinished(_path, text):
    for match in _UNFINISHED.finditer(text):
        yield line_of(text, match.start()), f"{match.group(0)}: do it, or write an issue"


def machine_paths(_path, text):
    for match in _MACHINE_PATH.finditer(text):
        yield line_of(text, match.start()), f"a path of somebody's machine: {match.group(0)}"


def white_space(_path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip() or "\t" in line:
            yield number, "a tab, a carriage return or blanks at the line's end"
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "no newline at the file's end"


def _shape(markdown):
    fences, headings, inside = 0, 0, False
    for line in markdown.splitlines():
        if line.lstrip().startswith("```"):
            inside = not inside
            fences += inside
        elif not inside and re.match(r"#{1,6} ", line):
            headings += 1
    return headings, fences


def translations(english, chinese):
    """README.md and README.zh.md have the same skeleton, so that neither falls behind."""
    if (english is None) != (chinese is None):
        yield 1, "README.md and README.zh.md must both exist"
    elif english is not None and _shape(english) != _shape(chinese):
        yield 1, "README.md has {} headings and {} code blocks, README.zh.md {} and {}".format(*_shape(english), *_shape(chinese))


CPP = (includes, co_await_form, purpose_line, header_guard, vague_names, length, unfinished, machine_paths, white_space)
SCRIPT = (purpose_line, length, unfinished, machine_paths, white_space)
JAVA = (purpose_line, vague_names, length, unfinished, machine_paths, white_space)
TEXT = (unfinished, machine_paths)
