"""Says where each command of the README is tried. A command that is not listed here or pasted fails, and so does a line of
this list that the README does not have any more. Prints "passed" or "failed" and the command."""

import re
import sys

from paste import README, examples

PASTED = {
    "Use it": "tests/readme/run",
    "Protect your own service": "tests/readme/run",
    "The functions' own programs": "tests/cargo-lambda/run",
}
TRIED = {
    "cargo dev": "tests/readme/run",
    "cargo dev --function": "tests/readme/run",
    "cargo test": ".ci/run, step 'tests'",
    "cargo dev --tables-only": "tests/cargo-lambda/run",
    "export ISSUER=": "tests/cargo-lambda/run",
    "cargo lambda watch": "tests/cargo-lambda/run",
    "pip install": "tests/sam/run, by its requirements.txt",
    "sam build": "tests/sam/run",
    "sam deploy --guided": "nowhere: it takes an account with AWS",
    "export USERS_TABLE=": "tests/sam/run",
    "export SIGNING_KEYS_TABLE=": "tests/sam/run",
    "sam local invoke": "nowhere: it takes Docker; tests/sam/run runs the program under the same emulator",
}
NOT_COMMANDS = {"text", "js", "ts"}


def main():
    pasted = {command: f"{where}, pasted" for heading, where in PASTED.items() for command, _ in examples(heading)}
    unseen, failed = set(TRIED), False
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", README.read_text(), re.MULTILINE | re.DOTALL):
        if kind in NOT_COMMANDS:
            continue
        lines = block.splitlines()
        commands = lines if kind == "sh" else [line[2:] for line in lines if line.startswith("$ ")]
        for command in commands or [f"a block of the kind '{kind}' without a command"]:
            known = max((start for start in TRIED if kind == "sh" and command.startswith(start)), key=len, default=None)
            unseen.discard(known)
            where = TRIED.get(known) if kind == "sh" else pasted.get(command)
            failed = failed or not where
            print("passed" if where else "failed", "README:", command[:60], f"is tried in {where}" if where else "is not tried")
    for start in unseen:
        print("failed README:", start, "is listed and not there")
    sys.exit(bool(failed or unseen))


if __name__ == "__main__":
    main()
