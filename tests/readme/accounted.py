"""Says where each command of the README is tried. A command that is not listed here fails, and so does a line of this
list that the README does not have any more. Prints "passed" or "failed" and the command."""

import re
import sys

from paste import README

TRIED = {
    "cargo dev": "tests/readme/run",
    "cargo dev --function": "tests/readme/run",
    "cargo test": ".ci/run, step 'tests'",
    "curl": "tests/readme/run, pasted",
    "TOKEN=$(curl": "tests/readme/run, pasted",
    "cargo dev --tables-only": "tests/cargo-lambda/run",
    "export ISSUER=": "tests/cargo-lambda/run",
    "cargo lambda watch": "tests/cargo-lambda/run",
    "cargo lambda invoke": "tests/cargo-lambda/run, pasted",
    "pip install": "tests/sam/run, by its requirements.txt",
    "sam build": "tests/sam/run",
    "sam deploy --guided": "nowhere: it takes an account with AWS",
    "export USERS_TABLE=": "tests/sam/run",
    "export SIGNING_KEYS_TABLE=": "tests/sam/run",
    "sam local invoke": "nowhere: it takes Docker; tests/sam/run runs the program under the same emulator",
}


def commands():
    """The commands in all blocks of the README that are to be pasted."""
    for kind, block in re.findall(r"^```(sh|console)\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if kind == "sh":
                yield line
            elif line.startswith("$ "):
                yield line[2:]


def main():
    unseen, failed = set(TRIED), False
    for command in commands():
        known = max((start for start in TRIED if command.startswith(start)), key=len, default=None)
        unseen.discard(known)
        failed = failed or not known
        print("passed" if known else "failed", "README:", command[:60], "is tried in" if known else "is not tried", TRIED.get(known, ""))
    for start in unseen:
        print("failed README:", start, "is listed and not there")
    sys.exit(bool(failed or unseen))


if __name__ == "__main__":
    main()
