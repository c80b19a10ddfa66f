import unittest
import warnings
from secrets import token_urlsafe
from typing import Any

from authlib.deprecate import AuthlibDeprecationWarning
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session

# As in test_authlib.py: the part that apps import today is tested.
with warnings.catch_warnings(action="ignore", category=AuthlibDeprecationWarning):
    from authlib.jose import JsonWebKey, JsonWebToken
    from authlib.oidc.core import CodeIDToken

from support.http import get
from support.pretend import App, app_at, consent

GITHUB = app_at("github")
GOOGLE = app_at("google")


def session_at(app: App, scope: str) -> OAuth2Session:
    return OAuth2Session(
        app.id,
        app.secret,
        scope=scope,
        redirect_uri=app.callback,
        token_endpoint_auth_method="client_secret_post",
        code_challenge_method="S256",
    )


def come_back(session: OAuth2Session, authorize: str, verifier: str, person: str, **more: str) -> tuple[str, str]:
    """Where somebody comes back to who consents, and the state that must be there."""
    url, state = session.create_authorization_url(authorize, code_verifier=verifier, **more)
    return consent(url, person=person), state


def log_in_at_github(person: str, verifier: str, sent_verifier: str) -> OAuth2Session:
    session = session_at(GITHUB, "user:email")
    location, state = come_back(session, f"{GITHUB.base}/login/oauth/authorize", verifier, person)
    session.fetch_token(
        f"{GITHUB.base}/login/oauth/access_token",
        authorization_response=location,
        state=state,
        code_verifier=sent_verifier,
    )
    return session


def log_in_at_google(person: str) -> dict[str, Any]:
    """The claims of the ID token, after all that Authlib checks."""
    metadata = get(f"{GOOGLE.base}/.well-known/openid-configuration")
    session, verifier, nonce = session_at(GOOGLE, "openid email profile"), token_urlsafe(48), token_urlsafe()
    location, state = come_back(session, metadata["authorization_endpoint"], verifier, person, nonce=nonce)
    token = session.fetch_token(
        metadata["token_endpoint"], authorization_response=location, state=state, code_verifier=verifier
    )
    # Google spells its issuer with its scheme, and without.
    issuers = [metadata["issuer"], metadata["issuer"].removeprefix("http://")]
    claims = JsonWebToken(metadata["id_token_signing_alg_values_supported"]).decode(
        token["id_token"],
        JsonWebKey.import_key_set(get(metadata["jwks_uri"])),
        claims_cls=CodeIDToken,
        claims_options={"iss": {"values": issuers}, "aud": {"values": [GOOGLE.id]}},
        claims_params={"nonce": nonce, "client_id": GOOGLE.id, "access_token": token["access_token"]},
    )
    claims.validate()
    return dict(claims)


class AuthlibAtPretendProviders(unittest.TestCase):
    def test_google(self) -> None:
        """authlib logs in at the pretend Google, under both spellings of its issuer"""
        for person, verified in (("ada", True), ("grace", False)):
            claims = log_in_at_google(person)
            self.assertEqual((claims["email"], claims["email_verified"]), (f"{person}@example.com", verified))

    def test_github(self) -> None:
        """authlib logs in at the pretend GitHub and reads the user"""
        verifier = token_urlsafe(48)
        session = log_in_at_github("ada", verifier, verifier)
        self.assertEqual(session.get(f"{GITHUB.base}/api/v3/user").json()["name"], "Ada Lovelace")
        emails = session.get(f"{GITHUB.base}/api/v3/user/emails").json()
        primary = [email["email"] for email in emails if email["primary"] and email["verified"]]
        self.assertEqual(primary, ["ada@example.com"])

    def test_github_checks_the_verifier(self) -> None:
        """authlib gets no token at the pretend GitHub with another verifier"""
        with self.assertRaises(OAuthError) as refusal:
            log_in_at_github("ada", token_urlsafe(48), token_urlsafe(48))
        self.assertEqual(refusal.exception.error, "bad_verification_code")
