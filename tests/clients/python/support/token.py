"""Tokens that nobody signed."""

import base64
import json


def forged(token: str) -> str:
    """The token with another user in it, under the same signature."""
    header, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    changed = json.dumps(claims | {"sub": "somebody-else"}).encode()
    return ".".join([header, base64.urlsafe_b64encode(changed).decode().rstrip("="), signature])
