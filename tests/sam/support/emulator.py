"""A function's program under AWS's Lambda Runtime Interface Emulator, which SAM CLI brings."""

import json
import os
import pathlib
import platform
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import samcli

_MACHINE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
_EMULATOR = pathlib.Path(samcli.__file__).parent / f"local/rapid/aws-lambda-rie-{_MACHINE}"
_START_SECONDS = 30


class Emulator:
    """Runs a program with these variables and nothing else of this process's environment."""

    def __init__(self, program, variables):
        os.chmod(_EMULATOR, 0o755)
        self._address, runtime_api = _free_address(), _free_address()
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(
            [_EMULATOR, "--runtime-interface-emulator-address", self._address, "--runtime-api-address", runtime_api, program],
            env=variables,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def invoke(self, event):
        """The function's answer to an event."""
        url = f"http://{self._address}/2015-03-31/functions/function/invocations"
        request = urllib.request.Request(url, json.dumps(event).encode())
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as response:
                    return json.load(response)
            except urllib.error.URLError as error:
                refused = isinstance(error.reason, ConnectionRefusedError)
                if not refused or time.monotonic() > end or self._process.poll() is not None:
                    raise AssertionError(f"{error}\n{self.log()}") from error
                time.sleep(0.05)

    @property
    def pid(self):
        """The emulator's process, whose child is the program."""
        return self._process.pid

    def log(self):
        """What the emulator and the program wrote."""
        self._log.seek(0)
        return self._log.read().decode()

    def stop(self):
        """Ends both."""
        self._process.terminate()
        self._process.wait()
        self._log.close()


def _free_address():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"
