import unittest
from typing import Any
from uuid import uuid4

from argon2 import Type

import makers
from program import import_rows
from support.credentials import read_hash
from support.http import URL, get, post
from support.person import log_in

# A password with a letter that has two spellings in Unicode.
PASSWORD = "correct hors\u00e9 9!"

# What a system calls ids and hashes, if it is not "id" and "password".
COLUMNS = {
    "auth0": ("user_id", "passwordHash"),
    "devise": ("id", "encrypted_password"),
    "supabase": ("id", "encrypted_password"),
}


class Import(unittest.TestCase):
    def assert_moves(self, system: str, hashes: dict[str, str], **more: Any) -> None:
        """A user with each of these hashes is imported, logs in with the old password alone, and keeps the id."""
        people = {name: (str(uuid4()), f"ada.{uuid4()}@example.com") for name in hashes}
        id_column, column = COLUMNS.get(system, ("id", "password"))
        rows = [{id_column: user, "email": email, column: hashes[name], **more} for name, (user, email) in people.items()]
        self.assertEqual(import_rows(system, rows)["imported"], len(hashes))
        for name, (user, email) in people.items():
            with self.subTest(name):
                stored = read_hash(email)
                self.assertEqual(log_in(email, PASSWORD + "?"), 401)
                self.assertEqual(read_hash(email), stored)
                status, answer = post(f"{URL}/auth/login", {"email": email, "password": PASSWORD})
                self.assertEqual(status, 200)
                self.assertEqual(self.me(answer["authToken"])["id"], user)
                self.assertTrue(read_hash(email).startswith("$argon2id$v=19$m=19456,t=2,p=1$"), name)
                self.assertEqual(log_in(email, PASSWORD), 200)

    def me(self, token: str) -> Any:
        return get(f"{URL}/auth/me", {"authorization": f"Bearer {token}"})

    def test_django(self) -> None:
        """Users of Django log in, whichever of its hashers made the hash"""
        algorithms = ["pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256", "bcrypt", "scrypt"]
        self.assert_moves("django", {name: makers.of_django(PASSWORD, name) for name in algorithms}, is_active="t")

    def test_better_auth(self) -> None:
        """Users of Better Auth log in"""
        self.assert_moves("better-auth", {"scrypt": makers.of_better_auth(PASSWORD)}, emailVerified="true")

    def test_laravel(self) -> None:
        """Users of Laravel log in, with the hashes that PHP makes"""
        algorithms = ["PASSWORD_BCRYPT", "PASSWORD_ARGON2I", "PASSWORD_ARGON2ID"]
        self.assert_moves("laravel", {name: makers.of_php(PASSWORD, name) for name in algorithms})

    def test_devise(self) -> None:
        """Users of Devise log in"""
        self.assert_moves("devise", {"bcrypt": makers.of_bcrypt(PASSWORD, "2a", 12)})

    def test_auth0(self) -> None:
        """Users of Auth0 log in"""
        self.assert_moves("auth0", {"bcrypt": makers.of_bcrypt(PASSWORD, "2b", 10)})

    def test_supabase(self) -> None:
        """Users of Supabase log in, also with hashes that they brought there themselves"""
        hashes = {"bcrypt": makers.of_bcrypt(PASSWORD, "2a", 10)}
        hashes |= {kind.name: makers.of_argon2(PASSWORD, kind) for kind in (Type.ID, Type.I)}
        self.assert_moves("supabase", hashes)
