"""Pastes the commands of pages into a shell, one for each page, and compares what comes back with what stands there.

    python3 tests/readme/paste.py PAGE... [FROM=TO]...

PAGE is a file, from the root of the repository. FROM=TO replaces a text in the commands, such as a port. In what is expected, an
id, a token, a time, a length and a date stand for any, `…` for any text, and headers are in any order. Prints "passed" or "failed"
and the command, and ends with 1 if one failed or a page has no command."""

import itertools
import pathlib
import pty
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
# What stands for any of its kind: a text, an id, a point in time, a date, a token, a length.
ANY = [
    "…",
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    r"\b1[0-9]{12}\b",
    r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT",
    r"eyJ[\w-]+",
    r"(?<=content-length: )[0-9]+",
]
STYLE = re.compile("\x1b\\[[0-9;]*m")
END = "the-end-of-what-the-command-says"


def examples(page):
    """Each command of a page, with what the page says comes back."""
    for block in re.findall(r"^```console\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = example.partition("\n")
            yield command, expected


def pattern(expected):
    """What is expected, as a regular expression."""
    regex, start = "", 0
    for found in re.finditer("|".join(f"({form})" for form in ANY), expected):
        regex += re.escape(expected[start : found.start()]) + (".*" if found[0] == "…" else ANY[found.lastindex - 1])
        start = found.end()
    return regex + re.escape(expected[start:])


class Shell:
    """One shell for all commands of a page: one may use a variable that an earlier one set. It writes to a terminal, as people's
    does: curl says less there."""

    def __init__(self):
        ours, terminal = pty.openpty()
        self._process = subprocess.Popen(["bash", "--norc"], stdin=subprocess.PIPE, stdout=terminal, stderr=terminal, text=True)
        self._terminal = open(ours, newline="\n")

    def run(self, command):
        """What the command says."""
        self._process.stdin.write(f"{command}\necho; echo {END}\n")
        self._process.stdin.flush()
        lines = (STYLE.sub("", line).rstrip("\r\n") + "\n" for line in self._terminal)
        return "".join(itertools.takewhile(f"{END}\n".__ne__, lines))


def in_order(text):
    """The text without empty lines around it. An answer of HTTP has its headers in no order that means anything."""
    text = text.strip("\n") + "\n"
    head, gap, body = text.partition("\n\n")
    first, *headers = head.splitlines()
    return "\n".join([first, *sorted(headers)]) + (gap or "\n") + body if first.startswith("HTTP/1.1 ") else text


def passes(page, replacements):
    """Whether every command of a page gets what stands there, and there is one."""
    shell, good = Shell(), []
    for command, expected in examples(page):
        for replacement in replacements:
            command = command.replace(*replacement.split("=", 1))
        said = shell.run(command)
        good.append(bool(re.fullmatch(pattern(in_order(expected)), in_order(said))))
        print("passed" if good[-1] else "failed", f"{page}:", command[:90])
        if not good[-1]:
            print(f"expected:\n{expected}\nand this came:\n{said}")
    return all(good) and bool(good)


def main(*arguments):
    pages = [argument for argument in arguments if "=" not in argument]
    replacements = [argument for argument in arguments if "=" in argument]
    passed = [passes(page, replacements) for page in pages]
    sys.exit(not all(passed) or not passed)


if __name__ == "__main__":
    main(*sys.argv[1:])
