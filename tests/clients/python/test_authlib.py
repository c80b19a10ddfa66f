import unittest
import warnings

from authlib.deprecate import AuthlibDeprecationWarning

# authlib is moving its JOSE part into a package of its own; the one that apps import today is tested.
with warnings.catch_warnings(action="ignore", category=AuthlibDeprecationWarning):
    from authlib.jose import JsonWebKey, JsonWebToken, JWTClaims
    from authlib.jose.errors import BadSignatureError
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url

from support.http import AUDIENCE, URL, get
from support.person import sign_up
from support.token import forged


def verify(token: str) -> JWTClaims:
    metadata = OpenIDProviderMetadata(get(get_well_known_url(URL, external=True)))
    # validate() asks for https and for the endpoints of flows that do not exist here; the rest of it is called alone.
    metadata.validate_response_types_supported()
    metadata.validate_subject_types_supported()
    metadata.validate_id_token_signing_alg_values_supported()
    keys = JsonWebKey.import_key_set(get(metadata["jwks_uri"]))
    expected = {
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": AUDIENCE},
        "sub": {"essential": True},
        "exp": {"essential": True},
    }
    algorithms = metadata["id_token_signing_alg_values_supported"]
    claims = JsonWebToken(algorithms).decode(token, keys, claims_options=expected)
    claims.validate()
    return claims


class Authlib(unittest.TestCase):
    def test_verifies(self) -> None:
        """authlib verifies a token with the keys that the discovery document names"""
        self.assertEqual(verify(sign_up().token)["token_use"], "access")

    def test_refuses_a_forged_token(self) -> None:
        """authlib refuses a forged token"""
        with self.assertRaises(BadSignatureError):
            verify(forged(sign_up().token))
