"""What the tests of mails share: servers that end with a test, and what holds for every mail."""

import json
import pathlib
import re
import socket
import subprocess
import time
import unittest
import urllib.request

from aiosmtpd.controller import Controller

from office import Office

HERE = pathlib.Path(__file__).parent
MODULES = HERE.parent / "node_modules"
CODE = re.compile(r"\b\d{4} \d{4}\b")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(ready):
    end = time.monotonic() + 30
    while not (found := ready()):
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return found


class MailCase(unittest.TestCase):
    maxDiff = None

    def office(self, **variables):
        office = Office(**variables)
        self.addCleanup(office.stop)
        return office

    def started(self, arguments, **more):
        """A program that ends with the test."""
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **more)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.addCleanup(process.stdout.close)
        return process

    def ses(self):
        """npm's aws-ses-v2-local: its URL, and what lists the mails that it took."""
        port = free_port()
        self.started(["node", str(MODULES / "aws-ses-v2-local/dist/cli.js"), "--host", "127.0.0.1", "--port", str(port)])
        url = f"http://127.0.0.1:{port}"

        def store():
            try:
                with urllib.request.urlopen(f"{url}/store", timeout=5) as response:
                    return json.load(response)
            except OSError:
                return None

        wait_for(store)
        return url, lambda: store()["emails"]

    def aiosmtpd(self, handler, **options):
        """PyPI's aiosmtpd: its port."""
        controller = Controller(handler, port=free_port(), **{"hostname": "127.0.0.1", **options})
        controller.start()
        self.addCleanup(controller.stop)
        return controller.port

    def assert_no_code_is_written_down(self, office, codes):
        log, stored = office.program.log(), office.stored()
        self.assertNotIn("@", log)
        for code in codes:
            self.assertNotIn(code.replace(" ", ""), log + stored)
            self.assertNotIn(code, log + stored)
