"""Pastes the commands below headings of the README into one shell, and compares what comes back with what stands there.

    python3 tests/readme/paste.py HEADING... [FROM=TO]...

FROM=TO replaces a text in the commands, such as a port. In what is expected, an id, a token, a time, a length and a date
stand for any, `…` for any text, and headers are in any order. Prints "passed" or "failed" and the command, and ends with
1 if one failed."""

import itertools
import pathlib
import pty
import re
import subprocess
import sys

README = pathlib.Path(__file__).parents[2] / "README.md"
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


def examples(heading):
    """Each command below a heading, with what the README says comes back."""
    section = README.read_text().split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    for block in re.findall(r"^```console\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
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
    """One shell for all commands: one may use a variable that an earlier one set. It writes to a terminal, as people's
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


def main(*arguments):
    headings = [argument for argument in arguments if "=" not in argument]
    replacements = [argument for argument in arguments if "=" in argument]
    shell, failed, count = Shell(), False, 0
    for command, expected in itertools.chain.from_iterable(map(examples, headings)):
        for replacement in replacements:
            command = command.replace(*replacement.split("=", 1))
        said = shell.run(command)
        good = re.fullmatch(pattern(in_order(expected)), in_order(said))
        print("passed" if good else "failed", "README:", command[:90])
        if not good:
            print(f"expected:\n{expected}\nand this came:\n{said}")
        failed, count = failed or not good, count + 1
    sys.exit(failed or not count)


if __name__ == "__main__":
    main(*sys.argv[1:])
