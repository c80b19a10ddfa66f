"""Checks Latchkey's access tokens with the keys that it publishes."""

import logging
import os
import time
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

ISSUER = os.environ["LATCHKEY_ISSUER"]
AUDIENCE = os.environ.get("LATCHKEY_AUDIENCE") or "latchkey"
TIMEOUT_SECONDS = 3
"""How long Latchkey may take to return its keys. A caller waits for it."""
KEYS_FRESH_SECONDS = 300
"""How long keys are used before they are read again: the `max-age` that Latchkey sends."""
RETRY_SECONDS = 5
"""How long nobody asks for keys again after that has failed."""

_address = urlsplit(ISSUER)
if _address.scheme != "https" and _address.hostname not in ("localhost", "127.0.0.1", "::1"):
    raise ValueError("LATCHKEY_ISSUER must be an https URL: keys that come over plain HTTP may be anybody's.")


class _Keys(jwt.PyJWKClient):
    """The published keys, held in memory. An unknown `kid` makes it read them again, at most every 30 seconds."""

    _retry_at = 0.0

    def fetch_data(self) -> Any:
        """A response without keys, such as the page of a proxy, is an outage too, and not a bad token.

        Callers wait here one after the other, so only one of them waits for a server that does not respond.
        """
        if time.monotonic() < self._retry_at:
            raise jwt.PyJWKClientConnectionError(f"{self.uri} could not be read a moment ago")
        try:
            return super().fetch_data()
        except (jwt.PyJWTError, OSError, ValueError) as error:
            self._retry_at = time.monotonic() + RETRY_SECONDS
            raise jwt.PyJWKClientConnectionError(f"{self.uri} cannot be read: {error}") from error


_keys = _Keys(f"{ISSUER}/.well-known/jwks.json", lifespan=KEYS_FRESH_SECONDS, timeout=TIMEOUT_SECONDS)
_bearer = HTTPBearer(auto_error=False, description="An access token of Latchkey")


@dataclass(frozen=True)
class User:
    """Whose token a request has, and what it allows."""

    id: str
    scopes: frozenset[str]


def user(
    required: SecurityScopes, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> User:
    """The user whose token the request has. Use `Security(user, scopes=[...])` for a route that not everyone may call.

    401 without a token that is good, 403 without the scopes, 503 if the keys cannot be read.
    """
    if credentials is None:
        raise HTTPException(401, "Send an access token as Authorization: Bearer.", {"WWW-Authenticate": "Bearer"})
    caller = _verified(credentials.credentials)
    if not caller.scopes.issuperset(required.scopes):
        challenge = f'Bearer error="insufficient_scope", scope="{required.scope_str}"'
        raise HTTPException(403, "Your account may not do this.", {"WWW-Authenticate": challenge})
    return caller


def _verified(token: str) -> User:
    try:
        claims = jwt.decode(
            token,
            _keys.get_signing_key_from_jwt(token),
            algorithms=["RS256"],
            issuer=ISSUER,
            audience=AUDIENCE,
            # `iat` is not compared: a clock that is behind Latchkey's would refuse new tokens, and `leeway` would also
            # accept expired ones.
            options={"require": ["iss", "aud", "sub", "exp"], "verify_iat": False},
        )
    except jwt.PyJWKClientConnectionError as error:
        logging.getLogger(__name__).error("Tokens cannot be checked: %s", error)
        headers = {"Retry-After": str(RETRY_SECONDS)}
        raise HTTPException(503, "Tokens cannot be checked right now. Try again.", headers) from error
    except jwt.PyJWTError as error:
        raise _invalid() from error
    if claims.get("token_use") != "access" or not claims["sub"]:
        raise _invalid()
    scope = claims.get("scope", "")
    return User(claims["sub"], frozenset(scope.split() if isinstance(scope, str) else ()))


def _invalid() -> HTTPException:
    challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    return HTTPException(401, "The token is not valid, or has expired. Log in again.", challenge)
