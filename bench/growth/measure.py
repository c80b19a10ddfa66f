"""Lets one stack grow and measures it at each size, in turn with a second one that stays small.

    python bench/growth/measure.py PROGRAMS

PROGRAMS holds `local`, `load` and `fill`.
"""

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

from tqdm import tqdm

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import tables  # noqa: E402
from servers import Latchkey, Load, call, free_port  # noqa: E402
from servers.process import end_what_was_started  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 9
# Of all users, evenly spread. One load goes on where the one before ended.
SAMPLE = 2000
# How many of these have a token: each takes a log-in.
TOKENS = 400
WARM_UP_SECONDS, SECONDS = 0.2, 1.0
FIRST = "first@example.com"
OPERATIONS = ("log-in", "me")
TABLES = ("latchkey-users", "latchkey-credentials")


def email(number):
    """Neighbours in number are none in the order of the keys, as with people. The factor has no divisor in common with
    the modulus, so that no two numbers have one address."""
    return f"{number * 2654435761 % 2**32:08x}@example.com"


class Stack:
    """A running Latchkey, how many users it has, and the requests of a sample of them."""

    def __init__(self, programs, folder):
        folder.mkdir()
        self._programs, self._latchkey = programs, Latchkey(f"{programs}/local", free_port())
        self._process, self._folder = self._latchkey.start(folder), folder
        self._users, self._rows = 0, {}
        self._sent = dict.fromkeys(OPERATIONS, 0)

    def __enter__(self):
        try:
            self._process.wait_until(lambda: call(self._latchkey.sign_up(FIRST)))
        except BaseException:
            self._process.stop()
            raise
        return self

    def __exit__(self, *error):
        self._process.__exit__(*error)

    def grow(self, users, progress):
        """Adds users like the first one, who signed up, until there are so many, and takes a sample of all of them."""
        command = [f"{self._programs}/fill", self._latchkey.key_file(self._folder), *TABLES, FIRST]
        with tempfile.TemporaryFile("w+") as emails:
            emails.write("\n".join(email(number) for number in range(self._users, users)))
            emails.seek(0)
            fill = subprocess.Popen(command, stdin=emails, stdout=subprocess.PIPE, text=True)
            try:
                for line in fill.stdout:
                    progress.update(int(line))
                if fill.wait():
                    raise AssertionError("the tables were not filled")
            finally:
                fill.kill()
        self._users = users
        # What is still to be written to the disk would be written while something is measured.
        os.sync()
        self._take_sample()

    def load(self, operation):
        """One connection's requests for a while."""
        requests = {"log-in": self._latchkey.log_in("{{email}}"), "me": self._latchkey.me("{{token}}", "{{email}}")}
        load = Load(
            f"{self._programs}/load", requests[operation], connections=1, seconds=SECONDS, warm_up=WARM_UP_SECONDS,
            rows=self._rows[operation], first_number=self._sent[operation],
        )
        self._sent[operation] += load.sent
        return load

    def _take_sample(self):
        emails = [email(number) for number in range(0, self._users, self._users // SAMPLE)]
        known = emails[:: SAMPLE // TOKENS]
        with concurrent.futures.ThreadPoolExecutor() as pool:
            tokens = list(pool.map(self._token, known))
        self._rows = {
            "log-in": [{"email": address} for address in emails],
            "me": [{"email": address, "token": token} for address, token in zip(known, tokens, strict=True)],
        }

    def _token(self, address):
        return self._latchkey.token(call(self._latchkey.log_in(address)))


class Size:
    """What was found at a size: the loads of the stack that grows and of the one that does not, round by round."""

    def __init__(self, users):
        self.users = users
        self.growing = {operation: [] for operation in OPERATIONS}
        self.control = {operation: [] for operation in OPERATIONS}


def measure(size, growing, control, progress):
    for number in range(ROUNDS):
        for operation in OPERATIONS:
            turns = [(growing, size.growing), (control, size.control)]
            for stack, loads in turns if number % 2 else turns[::-1]:
                loads[operation].append(stack.load(operation))
                progress.update()


def main():
    programs = sys.argv[1]
    end_what_was_started()
    sizes, before = [], 0
    with tempfile.TemporaryDirectory(dir=programs) as folder:
        folder = pathlib.Path(folder)
        with Stack(programs, folder / "growing") as growing, Stack(programs, folder / "control") as control:
            with tqdm(total=SIZES[0], unit="user", desc="control") as progress:
                control.grow(SIZES[0], progress)
            for users in SIZES:
                with tqdm(total=users - before, unit="user", desc=f"up to {users:,}") as progress:
                    growing.grow(users, progress)
                sizes.append(Size(users))
                before = users
                with tqdm(total=ROUNDS * len(OPERATIONS) * 2, unit="load", desc=f"with {users:,}") as progress:
                    measure(sizes[-1], growing, control, progress)
    tables.show(sizes)


if __name__ == "__main__":
    main()
