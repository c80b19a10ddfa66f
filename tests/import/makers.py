"""Hashes, made by the systems that users come from."""

import subprocess
from pathlib import Path

import bcrypt
import django
from argon2 import PasswordHasher, Type
from django.conf import settings
from django.contrib.auth.hashers import make_password

FOLDER = Path(__file__).parent
DJANGO_HASHERS = ("PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt", "Scrypt")

settings.configure(PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}PasswordHasher" for name in DJANGO_HASHERS])
django.setup()


def of_django(password: str, algorithm: str) -> str:
    return make_password(password, hasher=algorithm)


def of_bcrypt(password: str, prefix: str, rounds: int) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds, prefix.encode())).decode()


def of_argon2(password: str, kind: Type) -> str:
    return PasswordHasher(type=kind).hash(password)


def of_better_auth(password: str) -> str:
    return _said("node", str(FOLDER / "better_auth.js"), password)


def of_php(password: str, algorithm: str) -> str:
    return _said("php", "-r", f"echo password_hash($argv[1], {algorithm});", "--", password)


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=FOLDER).stdout.strip()
