"""People who sign up."""

from dataclasses import dataclass
from uuid import uuid4

from .http import URL, post


@dataclass(frozen=True)
class Person:
    email: str
    password: str
    token: str


def sign_up() -> Person:
    """Somebody with an email address that nobody else has."""
    email, password = f"Grace.{uuid4()}@example.com", "nine-Violet-kettles"
    status, body = post(f"{URL}/auth/signup", {"name": "Grace Hopper", "email": email, "password": password})
    assert status == 201, body
    return Person(email, password, body["authToken"])


def log_in(email: str, password: str) -> int:
    """The status of the answer."""
    status, _ = post(f"{URL}/auth/login", {"email": email, "password": password})
    return status
