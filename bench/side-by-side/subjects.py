"""What is measured: this project and its peers, and how each is asked for the same things."""

import json
import pathlib
import re
import sqlite3
import subprocess

from servers import Call, Latchkey, Process
from servers.latchkey import JSON, PASSWORD

HERE = pathlib.Path(__file__).parent
FORM = {"content-type": "application/x-www-form-urlencoded"}
SYNCHRONOUS = {0: "off", 1: "normal", 2: "full"}

OWN, SAME = "default", "argon2id"
OWASP_MINIMUM = "Argon2id, 19 MiB, t = 2, p = 1"


class Subject:
    """A server with a hash. `start`, `sign_up`, `log_in`, `me` and `token` are as those of `Latchkey`."""

    def __init__(self, name, version, hashed_with, requests):
        self.name, self.version, self.hashed_with = name, version, hashed_with
        self.start, self.token = requests.start, requests.token
        self.sign_up, self.log_in, self.me, self.storage = requests.sign_up, requests.log_in, requests.me, requests.storage


class _Latchkey(Latchkey):
    def storage(self, process, folder):
        """dynoxide sets no `synchronous`: its connection has SQLite's default."""
        with sqlite3.connect(pathlib.Path(folder) / ".local/dynamodb.sqlite") as connection:
            return f"{connection.execute('PRAGMA journal_mode').fetchone()[0]}, full"


class _Peer:
    """A server that says in a line of JSON how it uses SQLite."""

    @staticmethod
    def storage(process, _folder):
        pragmas = json.loads(re.search('^{"journal_mode.*$', process.log(), re.MULTILINE)[0])
        return f"{pragmas['journal_mode']}, {SYNCHRONOUS[pragmas['synchronous']]}"


class _BetterAuth(_Peer):
    def __init__(self, hashing, port):
        self._variables = {"NODE_ENV": "production", "PORT": str(port), "DATABASE": "data.sqlite", "HASH": hashing}
        self._url = f"http://127.0.0.1:{port}/api/auth"

    def start(self, folder):
        return Process(["node", HERE / "better-auth/server.js"], self._variables, folder)

    def sign_up(self, email):
        body = f'{{"name":"Grace Hopper","email":"{email}","password":"{PASSWORD}"}}'
        return Call("POST", f"{self._url}/sign-up/email", 200, f'"email":"{email}"', JSON, body)

    def log_in(self, email):
        body = f'{{"email":"{email}","password":"{PASSWORD}"}}'
        return Call("POST", f"{self._url}/sign-in/email", 200, f'"email":"{email}"', JSON, body)

    def me(self, token, email):
        """Without a session this too is 200, with `null`."""
        return Call("GET", f"{self._url}/get-session", 200, f'"email":"{email}"', {"cookie": token})

    @staticmethod
    def token(reply):
        return reply.headers["set-cookie"].split(";")[0]


class _FastapiUsers(_Peer):
    def __init__(self, venv, hashing, port):
        self._venv, self._port, self._url = pathlib.Path(venv), port, f"http://127.0.0.1:{port}"
        self._variables = {"DATABASE": "data.sqlite", "HASH": hashing}

    def start(self, folder):
        """https://uvicorn.dev/settings/: the faster loop and parser, and no line for each request."""
        options = ["--port", self._port, "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
        command = [self._venv / "bin/uvicorn", "--app-dir", HERE / "fastapi-users", "app:app", *options]
        return Process(command, self._variables, folder)

    def sign_up(self, email):
        body = f'{{"email":"{email}","password":"{PASSWORD}"}}'
        return Call("POST", f"{self._url}/auth/register", 201, f'"email":"{email}"', JSON, body)

    def log_in(self, email):
        body = f"username={email}&password={PASSWORD}"
        return Call("POST", f"{self._url}/auth/jwt/login", 200, '"access_token":"', FORM, body)

    def me(self, token, email):
        return Call("GET", f"{self._url}/users/me", 200, f'"email":"{email}"', {"authorization": f"Bearer {token}"})

    @staticmethod
    def token(reply):
        return re.search('"access_token":"([^"]+)"', reply.body)[1]


def subjects(programs, venv, port):
    """This project, then each peer with its own hash, then each with the same as this project. They take the port in turn."""
    latchkey = subprocess.run([f"{programs}/local", "--version"], capture_output=True, text=True, check=True).stdout.split()[-1]
    lock = json.loads((HERE / "better-auth/package-lock.json").read_text())["packages"]
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    better_auth = f"{lock['node_modules/better-auth']['version']}, Node.js {node}"
    pinned = (HERE / "fastapi-users/requirements.txt").read_text()
    python = subprocess.run([f"{venv}/bin/python", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    fastapi_users = f"{re.search('^fastapi-users==(.*)$', pinned, re.MULTILINE)[1]}, {python}"
    return [
        Subject("Latchkey", latchkey, OWASP_MINIMUM, _Latchkey(f"{programs}/local", port)),
        Subject("Better Auth", better_auth, "scrypt, N = 16384, r = 16, p = 1", _BetterAuth(OWN, port)),
        Subject("fastapi-users", fastapi_users, "Argon2id, 64 MiB, t = 3, p = 4", _FastapiUsers(venv, OWN, port)),
        Subject("Better Auth", better_auth, OWASP_MINIMUM, _BetterAuth(SAME, port)),
        Subject("fastapi-users", fastapi_users, OWASP_MINIMUM, _FastapiUsers(venv, SAME, port)),
    ]
