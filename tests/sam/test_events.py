"""The programs that SAM built, in the environment that `sam local invoke` gives them, answer every event of events/ as
they should. The programs are below LATCHKEY_PROGRAMS, their tables at LATCHKEY_DYNAMODB_URL."""

import json
import os
import pathlib
import unittest

from support.emulator import Emulator
from support.sam_local import environment
from support.template import FUNCTIONS, ROOT

# In order: who logs in has signed up before. The event, the status, and the code of an error.
SIGNUP = [
    ("signup", 201, None),
    ("signup", 409, "email_taken"),
    ("signup-cookie", 201, None),
    ("signup-invalid", 422, "validation_failed"),
    ("signup-not-json", 400, "malformed_body"),
    ("signup-wrong-method", 405, "method_not_allowed"),
    ("xano-signup", 200, None),
    ("xano-signup", 403, "ERROR_CODE_ACCESS_DENIED"),
    ("xano-signup-no-email", 400, "ERROR_CODE_INPUT_ERROR"),
]
LOGIN = [
    ("login-wrong-password", 401, "invalid_credentials"),
    ("login-not-json", 415, "unsupported_media_type"),
    ("login-cookie", 200, None),
    ("xano-login", 200, None),
    ("xano-login-wrong-password", 403, "ERROR_CODE_ACCESS_DENIED"),
    ("login", 200, None),
]
ME = [
    ("me", 200, None),
    ("me-cookie", 200, None),
    ("me-no-token", 401, "missing_token"),
    ("me-forged-token", 401, "invalid_token"),
    ("xano-me", 200, None),
    ("xano-me-no-token", 401, "ERROR_CODE_UNAUTHORIZED"),
    ("jwks", 200, None),
    ("jwks-wrong-method", 405, "method_not_allowed"),
    ("openid-configuration", 200, None),
    ("openid-configuration-wrong-method", 405, "method_not_allowed"),
    ("logout", 204, None),
    ("logout-cookie", 204, None),
    ("logout-everywhere-no-token", 401, "missing_token"),
    ("logout-everywhere", 204, None),
]
CHAPTERS = dict(zip(FUNCTIONS, (SIGNUP, LOGIN, ME), strict=True))
EVENTS = ROOT / "events"


def read(name, token):
    """The event, with a token where it says that one belongs there."""
    return json.loads((EVENTS / f"{name}.json").read_text().replace("<authToken>", token))


def token_of(answer):
    body = json.loads(answer["body"])
    return body.get("authToken") if answer["statusCode"] == 200 and "user_id" not in body else None


class Events(unittest.TestCase):
    maxDiff = None

    def test_each_event_is_answered_as_expected(self):
        token = "none yet"
        for function, events in CHAPTERS.items():
            program = pathlib.Path(os.environ["LATCHKEY_PROGRAMS"]) / f"{function.capitalize()}Function/bootstrap"
            variables = environment(function, DynamoDbEndpoint=os.environ["LATCHKEY_DYNAMODB_URL"])
            emulator = Emulator(program, variables)
            self.addCleanup(emulator.stop)
            got = []
            for name, _, _ in events:
                answer = emulator.invoke(read(name, token))
                body = answer.get("body") or "{}"
                got.append((name, answer["statusCode"], json.loads(body).get("code")))
                self.assertEqual(answer["isBase64Encoded"], False)
                token = function == "login" and token_of(answer) or token
            self.assertEqual(got, events, emulator.log())
            self.assertNotIn("@", emulator.log())

    def test_no_event_is_left_out(self):
        there = {str(file.relative_to(EVENTS).with_suffix("")) for file in EVENTS.rglob("*.json")}
        self.assertEqual(there, {name for events in CHAPTERS.values() for name, _, _ in events})


class SamLocal(unittest.TestCase):
    def test_the_parameter_leads_to_other_tables(self):
        for function in FUNCTIONS:
            reached = environment(function, DynamoDbEndpoint="http://host.docker.internal:8000")
            self.assertEqual(reached["AWS_ENDPOINT_URL_DYNAMODB"], "http://host.docker.internal:8000")
            self.assertEqual(environment(function)["AWS_ENDPOINT_URL_DYNAMODB"], "")


if __name__ == "__main__":
    unittest.main()
