import base64
import hmac
import json
import os
import subprocess
import sys
import time
import unittest
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key

from support.http import DYNAMODB_URL, TIMEOUT_SECONDS, URL, get, post
from support.person import Person, sign_up
from support.signing_key import read_signing_key
from support.token import forged

APP_URL = os.environ["FASTAPI_URL"]
APPS_WITHOUT_KEYS = os.environ["FASTAPI_WITHOUT_KEYS_URLS"].split()
INVALID = 'Bearer error="invalid_token"'


def ask(path: str, token: str | None = None, app: str = APP_URL) -> tuple[int, Any, Message]:
    """The status, the body and the headers of the app's response."""
    request = Request(app + path, headers={} if token is None else {"authorization": f"Bearer {token}"})
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, json.load(answer), answer.headers
    except HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal), refusal.headers


def give_scope(person: Person, scope: str) -> str:
    """Lets an operator give the user this scope. Returns the token of their next log-in."""
    user = get(f"{URL}/auth/me", {"authorization": f"Bearer {person.token}"})["id"]
    command = [os.environ["LATCHKEY_PROGRAM"], "users", "claims", "set", user, json.dumps({"scope": scope})]
    where = ["--dynamodb-url", DYNAMODB_URL]
    subprocess.run(command + where, check=True, capture_output=True, timeout=TIMEOUT_SECONDS)
    status, body = post(f"{URL}/auth/login", {"email": person.email, "password": person.password})
    assert status == 200, body
    return body["authToken"]


def tagged(claims: dict[str, Any], secret: bytes, headers: dict[str, str]) -> str:
    """A token with a tag of HS256. PyJWT itself refuses to make one with a public key as the secret."""
    parts = (json.dumps({"alg": "HS256", "typ": "JWT"} | headers), json.dumps(claims))
    message = ".".join(base64url(part.encode()) for part in parts)
    return f"{message}.{base64url(hmac.digest(secret, message.encode(), 'sha256'))}"


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Notes(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.person = sign_up()
        cls.header = jwt.get_unverified_header(cls.person.token)
        cls.claims = jwt.decode(cls.person.token, options={"verify_signature": False})
        cls.key = load_der_private_key(read_signing_key(), None)

    def signed(self, **claims: Any) -> str:
        """A token under Latchkey's own key, with these claims changed, or left out if they are `None`."""
        changed = {name: value for name, value in (self.claims | claims).items() if value is not None}
        return jwt.encode(changed, self.key, algorithm="RS256", headers={"kid": self.header["kid"]})

    def assert_refused(self, what: str, token: str) -> None:
        status, _, headers = ask("/notes/me", token)
        self.assertEqual((what, status, headers["www-authenticate"]), (what, 401, INVALID))

    def test_accepts(self) -> None:
        """FastAPI: a user of Latchkey gets their own notes"""
        for token in (self.person.token, self.signed()):
            status, body, _ = ask("/notes/me", token)
            self.assertEqual((status, body["id"]), (200, self.claims["sub"]))

    def test_needs_a_token(self) -> None:
        """FastAPI: without a token, the response is 401 with a plain challenge"""
        status, _, headers = ask("/notes/me")
        self.assertEqual((status, headers["www-authenticate"]), (401, "Bearer"))

    def test_claims(self) -> None:
        """FastAPI: another issuer, another audience, another kind of token and an expired token are 401, although Latchkey's key signed them"""
        for claims in (
            {"iss": "https://evil.example"},
            {"aud": "somebody-else"},
            {"aud": ["somebody-else"]},
            {"token_use": "id"},
            {"exp": int(time.time()) - 1},
            {"sub": ""},
            *({name: None} for name in ("iss", "aud", "exp", "sub", "token_use")),
        ):
            self.assert_refused(str(claims), self.signed(**claims))

    def test_signatures(self) -> None:
        """FastAPI: a changed token, a foreign key, another algorithm, `none` and HS256 under the public key are 401"""
        foreign = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        headers = {"kid": self.header["kid"]}
        self.assert_refused("changed", forged(self.person.token))
        self.assert_refused("a foreign key", jwt.encode(self.claims, foreign, algorithm="RS256", headers=headers))
        self.assert_refused("an unknown key", jwt.encode(self.claims, self.key, algorithm="RS256", headers={"kid": "x"}))
        self.assert_refused("no kid", jwt.encode(self.claims, self.key, algorithm="RS256"))
        for algorithm in ("RS384", "PS256"):
            self.assert_refused(algorithm, jwt.encode(self.claims, self.key, algorithm=algorithm, headers=headers))
        self.assert_refused("none", jwt.encode(self.claims, None, algorithm="none", headers=headers))
        public_key = json.dumps(get(f"{URL}/.well-known/jwks.json")["keys"][0])
        for secret in (public_key.encode(), self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)):
            self.assert_refused("HS256", tagged(self.claims, secret, headers))

    def test_garbage(self) -> None:
        """FastAPI: what is no token is 401"""
        deep = base64url(b"[" * 30_000)
        for token in ("garbage", "a.b.c", f"{deep}.e30.", f"{self.person.token}x", self.person.token.rpartition(".")[0]):
            self.assert_refused(token[:60], token)

    def test_scope(self) -> None:
        """FastAPI: a route with a scope is 403 without it, and open to users to whom an operator gave it"""
        challenge = 'Bearer error="insufficient_scope", scope="notes:admin"'
        admin = sign_up()
        for token in (admin.token, give_scope(admin, "notes:administrator notes"), self.signed(scope=["notes:admin"])):
            status, _, headers = ask("/notes", token)
            self.assertEqual((status, headers["www-authenticate"]), (403, challenge))
        self.assertEqual(ask("/notes", give_scope(admin, "other notes:admin"))[0], 200)
        self.assertEqual(ask("/notes")[0], 401)

    def test_plain_http(self) -> None:
        """FastAPI: the service does not start if its keys would come over plain HTTP from elsewhere"""
        for issuer, message in (("http://auth.example.com", "LATCHKEY_ISSUER must be an https URL"), ("https://auth.example.com", "")):
            command = [sys.executable, "-c", "import latchkey"]
            environment = os.environ | {"LATCHKEY_ISSUER": issuer, "PYTHONPATH": "examples/fastapi"}
            started = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
            self.assertIn(message, started.stderr)
            self.assertEqual(started.returncode, 1 if message else 0, started.stderr)

    def test_many_in_an_outage(self) -> None:
        """FastAPI: in an outage, the service asks for keys at most every 5 seconds, however many tokens come"""
        app = APPS_WITHOUT_KEYS[0]
        count = lambda: Path(os.environ["FASTAPI_KEY_REQUESTS"]).read_text().count("GET /nothing/")
        before, begun = count(), time.monotonic()
        for _ in range(20):
            self.assertEqual(ask("/notes/me", self.person.token, app)[0], 503)
        self.assertLessEqual(count() - before, 1 + (time.monotonic() - begun) // 5)

    def test_outage(self) -> None:
        """FastAPI: if there are no keys to be had, the response is 503, and not that of a bad token"""
        for app in APPS_WITHOUT_KEYS:
            status, _, headers = ask("/notes/me", self.person.token, app)
            self.assertEqual((status, headers["retry-after"]), (503, "5"))
