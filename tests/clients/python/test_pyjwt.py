import unittest
from typing import Any

import jwt

from support.http import AUDIENCE, URL
from support.person import sign_up
from support.token import forged


def verify(token: str, audience: str = AUDIENCE) -> dict[str, Any]:
    key = jwt.PyJWKClient(f"{URL}/.well-known/jwks.json").get_signing_key_from_jwt(token)
    required = {"require": ["iss", "aud", "sub", "iat", "exp", "jti"]}
    return jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=URL, options=required)


class PyJwt(unittest.TestCase):
    def test_verifies(self) -> None:
        """PyJWT verifies a token from the key set's address alone"""
        self.assertEqual(verify(sign_up().token)["token_use"], "access")

    def test_refuses_a_forged_token(self) -> None:
        """PyJWT refuses a forged token"""
        with self.assertRaises(jwt.InvalidSignatureError):
            verify(forged(sign_up().token))

    def test_refuses_another_audience(self) -> None:
        """PyJWT refuses a token for another audience"""
        with self.assertRaises(jwt.InvalidAudienceError):
            verify(sign_up().token, audience="somebody-else")
