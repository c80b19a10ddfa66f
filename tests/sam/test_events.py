"""The programs that SAM built, in the environment that `sam local invoke` gives them, answer every event of events/ as
they should. The programs are below LATCHKEY_PROGRAMS, their tables at LATCHKEY_DYNAMODB_URL."""

import json
import os
import pathlib
import unittest

from support.emulator import Emulator
from support.sam_local import environment
from support.template import FUNCTIONS, OF_REQUESTS, PROVIDER, ROOT, Template, logical_id, uses

# The events of each function, the status, and the code of an error. In order: a user signs up before the log-in, whose
# token is for the functions after it. API Gateway does not hand on wrong methods and preflights. The functions answer
# them in case an operator adds an ANY route.
CHAPTERS = {
    "signup": [
        ("signup", 201, None),
        ("signup", 409, "email_taken"),
        ("signup-cookie", 201, None),
        ("signup-invalid", 422, "validation_failed"),
        ("signup-not-json", 400, "malformed_body"),
        ("signup-wrong-method", 405, "method_not_allowed"),
        ("signup-confirm", 404, "confirmation_is_off"),
        ("signup-resend", 404, "confirmation_is_off"),
        ("xano-signup", 200, None),
        ("xano-signup", 403, "ERROR_CODE_ACCESS_DENIED"),
        ("xano-signup-no-email", 400, "ERROR_CODE_INPUT_ERROR"),
    ],
    "login": [
        ("login-wrong-password", 401, "invalid_credentials"),
        ("login-not-json", 415, "unsupported_media_type"),
        ("login-options", 204, None),
        ("login-cookie", 200, None),
        ("login-session", 200, None),
        ("xano-login", 200, None),
        ("xano-login-wrong-password", 403, "ERROR_CODE_ACCESS_DENIED"),
        ("login", 200, None),
    ],
    "me": [
        ("me", 200, None),
        ("me-cookie", 200, None),
        ("me-no-token", 401, "missing_token"),
        ("me-forged-token", 401, "invalid_token"),
        ("me-sessions", 200, None),
        ("xano-me", 200, None),
        ("xano-me-no-token", 401, "ERROR_CODE_UNAUTHORIZED"),
        ("jwks", 200, None),
        ("jwks-head", 200, None),
        ("jwks-wrong-method", 405, "method_not_allowed"),
        ("openid-configuration", 200, None),
        ("openid-configuration-head", 200, None),
        ("openid-configuration-wrong-method", 405, "method_not_allowed"),
    ],
    "oauth": [
        ("oauth-providers", 200, None),
        ("oauth-start", 302, None),
        ("oauth-start-elsewhere", 400, "return_url_not_allowed"),
        ("oauth-unknown-provider", 404, "unknown_provider"),
        ("oauth-callback-no-cookie", 302, None),
        ("oauth-login-forged-code", 401, "invalid_code"),
        ("oauth-link-no-token", 401, "missing_token"),
        ("oauth-unlink", 204, None),
    ],
    "account": [
        ("me-rename", 200, None),
        ("me-rename-nothing", 422, "validation_failed"),
        ("password-change-wrong-password", 401, "invalid_credentials"),
        ("password-change-same", 422, "validation_failed"),
        ("account-delete-no-token", 401, "missing_token"),
        ("account-delete-wrong-password", 401, "invalid_credentials"),
    ],
    "sessions": [
        ("refresh-invalid", 401, "invalid_refresh_token"),
        ("sessions-end", 204, None),
        ("logout", 204, None),
        ("logout-cookie", 204, None),
        ("logout-everywhere-no-token", 401, "missing_token"),
        ("logout-everywhere", 204, None),
    ],
}
EVENTS = ROOT / "events"


def read(name, token):
    """The event, with a token where it says that one belongs there."""
    return json.loads((EVENTS / f"{name}.json").read_text().replace("<authToken>", token))


def token_of(answer):
    body = json.loads(answer.get("body") or "{}")
    return body.get("authToken") if answer["statusCode"] == 200 and "user_id" not in body else None


class Events(unittest.TestCase):
    maxDiff = None

    def test_each_event_is_answered_as_expected(self):
        token = "none yet"
        for function, events in CHAPTERS.items():
            program = pathlib.Path(os.environ["LATCHKEY_PROGRAMS"]) / logical_id(function, "Function") / "bootstrap"
            variables = environment(function, **PROVIDER, DynamoDbEndpoint=os.environ["LATCHKEY_DYNAMODB_URL"])
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

    def test_no_function_and_no_event_is_left_out(self):
        self.assertEqual(CHAPTERS.keys(), set(OF_REQUESTS))
        there = {str(file.relative_to(EVENTS).with_suffix("")) for file in EVENTS.rglob("*.json")}
        self.assertEqual(there, {name for events in CHAPTERS.values() for name, _, _ in events})


    def test_each_comes_by_a_route_of_its_function_unless_api_gateway_would_keep_it(self):
        for function, events in CHAPTERS.items():
            for name, _, _ in events:
                with self.subTest(name):
                    event = read(name, "")
                    context = event["requestContext"]
                    method, path = context["routeKey"].split()
                    self.assertEqual((event["routeKey"], event["rawPath"]), (context["routeKey"], context["http"]["path"]))
                    sent = f"{context['http']['method']} {path}"
                    kept = name.endswith(("-wrong-method", "-options"))
                    self.assertEqual(sent in uses(function)["routes"], not kept)
                    self.assertEqual(method, "ANY" if kept else context["http"]["method"])


class SamLocal(unittest.TestCase):
    def test_it_sets_the_variables_of_the_template(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                deployed = Template().variables(function)
                local = {name: value for name, value in environment(function).items() if name in deployed}
                names = {name: str(value).replace("latchkey-", "local-") for name, value in deployed.items()}
                self.assertEqual(local, names)

    def test_the_parameter_leads_to_other_tables(self):
        for function in FUNCTIONS:
            reached = environment(function, DynamoDbEndpoint="http://host.docker.internal:8000")
            self.assertEqual(reached["AWS_ENDPOINT_URL_DYNAMODB"], "http://host.docker.internal:8000")
            self.assertEqual(environment(function)["AWS_ENDPOINT_URL_DYNAMODB"], "")


if __name__ == "__main__":
    unittest.main()
