import unittest

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError

from support.credentials import read_hash, replace_hash
from support.person import log_in, sign_up


class Argon2(unittest.TestCase):
    def test_verifies_a_stored_hash(self) -> None:
        """argon2-cffi verifies a stored hash"""
        person = sign_up()
        stored = read_hash(person.email)
        self.assertEqual(extract_parameters(stored).type, Type.ID)
        self.assertTrue(PasswordHasher().verify(stored, person.password))
        with self.assertRaises(VerifyMismatchError):
            PasswordHasher().verify(stored, person.password + "?")

    def test_its_hash_logs_in(self) -> None:
        """A hash made by argon2-cffi logs in"""
        person = sign_up()
        imported = "four-Copper-lanterns"
        replace_hash(person.email, PasswordHasher().hash(imported))
        self.assertEqual(log_in(person.email, person.password), 401)
        self.assertEqual(log_in(person.email, imported), 200)
