"""Runs every subject in turn, several times, and prints and keeps what came of it.

    python bench/side-by-side/measure.py PROGRAMS VENV

PROGRAMS holds `local` and `load`, VENV is where fastapi-users is installed.
"""

import pathlib
import random
import sys
import tempfile

from tqdm import tqdm

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import tables  # noqa: E402
from servers import Load, call, free_port  # noqa: E402
from servers.process import end_what_was_started  # noqa: E402
from subjects import subjects  # noqa: E402

ROUNDS = 4
SEED = 20261125
CONNECTIONS = (1, 16)
OPERATIONS = ("sign-up", "log-in", "me")
ACCOUNTS = 4
# Before anything is measured: for compilers that work while a program runs.
WARM_UP_SECONDS, WARM_UP_CONNECTIONS = 0.7, 2
# Before each measurement: for as many requests as connections to be on their way.
LEAD_SECONDS = 0.3
SECONDS = 1.2


class Run:
    """What one start of a subject gave."""

    def __init__(self):
        self.loads, self.processor_milliseconds = {}, {}
        self.megabytes = self.start_milliseconds = self.storage = None


def run(subject, driver):
    found = Run()
    with tempfile.TemporaryDirectory(dir=pathlib.Path(driver).parent) as folder:
        with subject.start(folder) as process:
            emails = [f"account{number}@example.com" for number in range(ACCOUNTS)]
            process.wait_until(lambda: call(subject.sign_up(emails[0])))
            for email in emails[1:]:
                call(subject.sign_up(email))
            rows = [{"email": email, "token": subject.token(call(subject.log_in(email)))} for email in emails]
            found.storage = subject.storage(process, folder)
            _load(subject, driver, process, rows, found)
            found.megabytes = process.resident_megabytes()
        with subject.start(folder) as process:
            first = rows[0]
            _answer, seconds = process.wait_until(lambda: call(subject.me(first["token"], first["email"])))
            found.start_milliseconds = seconds * 1000
    return found


def _load(subject, driver, process, rows, found):
    requests = {
        "sign-up": subject.sign_up("person{{number}}@example.com"),
        "log-in": subject.log_in("{{email}}"),
        "me": subject.me("{{token}}", "{{email}}"),
    }
    first_number = 0
    for operation in OPERATIONS:
        warm_up = Load(driver, requests[operation], connections=WARM_UP_CONNECTIONS, seconds=WARM_UP_SECONDS,
                       rows=rows, first_number=first_number)
        first_number += warm_up.sent
    for connections in CONNECTIONS:
        for operation in OPERATIONS:
            before = process.processor_seconds()
            load = Load(driver, requests[operation], connections=connections, seconds=SECONDS, warm_up=LEAD_SECONDS,
                        rows=rows, first_number=first_number)
            first_number += load.sent
            found.loads[operation, connections] = load
            used = (process.processor_seconds() - before) / load.sent
            found.processor_milliseconds[operation, connections] = used * 1000


def main():
    programs, venv = sys.argv[1:]
    end_what_was_started()
    measured = subjects(programs, venv, free_port())
    runs = [[] for _ in measured]
    with tqdm(total=ROUNDS * len(measured), unit="run") as progress:
        chance = random.Random(SEED)
        for _ in range(ROUNDS):
            for index in chance.sample(range(len(measured)), len(measured)):
                subject = measured[index]
                progress.set_postfix_str(f"{subject.name}, {subject.hashed_with}")
                runs[index].append(run(subject, f"{programs}/load"))
                progress.update()
    tables.show(measured, runs, OPERATIONS, CONNECTIONS)


if __name__ == "__main__":
    main()
