"""A program that runs until the bench is done with it."""

import os
import pathlib
import signal
import socket
import subprocess
import time

START_SECONDS = 60
STOP_SECONDS = 20
# Between two tries to reach a server that starts: what its start is measured to.
POLL_SECONDS = 0.001
TICKS = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def end_what_was_started():
    """Lets a bench that is told to end leave by its `finally`s, as it does at Ctrl-C."""

    def end(_signal, _frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)


class Process:
    """Runs a command with these variables and nothing else of this process's environment, in `folder`. As a context it
    ends the program, and whatever that started, when it is left.
    """

    def __init__(self, command, variables, folder):
        self._log_path = pathlib.Path(folder) / "log"
        self._began = time.monotonic()
        with self._log_path.open("wb") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command],
                env={"PATH": os.environ["PATH"], **variables},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self):
        return self

    def __exit__(self, _type, error, _traceback):
        self.stop()
        if error:
            error.add_note(f"What the server wrote:\n{self.log()}")

    def wait_until(self, answers):
        """Tries until `answers()` gives something and does not find the connection refused. Returns that, and how many
        seconds after the start it came.
        """
        while True:
            try:
                return answers(), time.monotonic() - self._began
            except ConnectionError as error:
                if self._process.poll() is not None or time.monotonic() - self._began > START_SECONDS:
                    raise AssertionError("the server does not answer") from error
                time.sleep(POLL_SECONDS)

    def log(self):
        """What the program wrote."""
        return self._log_path.read_text(errors="replace")

    def resident_megabytes(self):
        """The memory that it and whatever it started hold."""
        return sum(_status(pid, "VmRSS") for pid in self._family()) / 1024

    def processor_seconds(self):
        """The processor time that it and whatever it started have used."""
        return sum(_ticks(pid) for pid in self._family()) / TICKS

    def stop(self):
        """Asks it to end, and sees to it that it does."""
        family = self._family()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pid in family[1:]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def _family(self):
        parents = {int(path.name): _parent(path) for path in pathlib.Path("/proc").glob("[0-9]*")}
        family = [self._process.pid]
        for member in family:
            family += [pid for pid, parent in parents.items() if parent == member]
        return family


def _parent(path):
    try:
        return int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _status(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


def _ticks(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])
