"""This project, as `cargo dev` serves it, its data in a file."""

import re

from .load import Call
from .process import Process

PASSWORD = "nine-Violet-kettles"
JSON = {"content-type": "application/json"}
# Nobody else logs requests either.
VARIABLES = {"RUST_LOG": "warn"}


class Latchkey:
    """The API at a port of this machine."""

    def __init__(self, program, port):
        self._program, self._port = program, port
        self._url = f"http://127.0.0.1:{port}"

    def start(self, folder):
        """Starts it. Its data is in `folder`, and stays there."""
        ports = ["--port", self._port, "--provider-port", 0, "--dynamodb-port", 0]
        return Process([self._program, "--no-limits", *ports], VARIABLES, folder)

    def sign_up(self, email):
        body = f'{{"name":"Grace Hopper","email":"{email}","password":"{PASSWORD}"}}'
        return Call("POST", f"{self._url}/auth/signup", 201, '"authToken":"', JSON, body)

    def log_in(self, email):
        body = f'{{"email":"{email}","password":"{PASSWORD}"}}'
        return Call("POST", f"{self._url}/auth/login", 200, '"authToken":"', JSON, body)

    def me(self, token, email):
        return Call("GET", f"{self._url}/auth/me", 200, f'"email":"{email}"', {"authorization": f"Bearer {token}"})

    @staticmethod
    def token(reply):
        """The token in the answer to a log-in."""
        return re.search('"authToken":"([^"]+)"', reply.body)[1]

    @staticmethod
    def key_file(folder):
        """The file that leads to its DynamoDB. It is there once the API answers."""
        return folder / ".local/dynamodb.key"
