"""The driver `lambda`: a Lambda service with the tables behind TLS, which starts programs and hands them events."""

import itertools
import json
import pathlib
import subprocess

from limits import WIDE_LIMITS

ROOT = pathlib.Path(__file__).parents[2]
SYSTEM_ROOTS = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
AMAZON_ROOTS = ROOT / "shared/src/tls/amazon_roots.pem"
# So that `oauth` has somewhere to send people.
PROVIDER = {
    "OAUTH_RETURN_URLS": "https://app.example.com/signed-in",
    "OAUTH_GITHUB_CLIENT_ID": "bench",
    "OAUTH_GITHUB_CLIENT_SECRET": "bench",
}


def event(name):
    return json.loads((ROOT / f"events/{name}.json").read_text())


def with_token(name, token):
    return json.loads(json.dumps(event(name)).replace("<authToken>", token))


class LambdaService:
    """Use it in a `with`: the driver ends with it."""

    def __init__(self, target, wait_ms=0):
        """`target` is cargo's target directory; the programs have been built there. Each answer of DynamoDB comes
        `wait_ms` later than it does on one machine."""
        self.target, self.wait_ms = pathlib.Path(target), wait_ms
        self.numbers = itertools.count(1)

    def __enter__(self):
        driver = self.target / "release-without-lto/lambda"
        self.driver = subprocess.Popen([driver, str(self.wait_ms)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.place = json.loads(self.driver.stdout.readline())
        root = pathlib.Path(self.place["root"])
        test_root = root.read_text()
        root.write_text(AMAZON_ROOTS.read_text() + test_root)
        self.all_roots = root.with_suffix(".all")
        self.all_roots.write_text(SYSTEM_ROOTS.read_text() + test_root)
        return self

    def __exit__(self, *_error):
        self.driver.stdin.close()
        self.driver.wait()
        self.all_roots.unlink()

    def measure(self, program, events, megabytes=None, expected=None, variables=None):
        """Starts a program of `target`, hands it the events one after the other, and returns what the driver measured.
        Every answer must be a success or a redirect, unless `expected` gives the statuses. `variables` are set besides."""
        expected = expected or [{200, 201, 302}] * len(events)
        run = {
            "program": str(self.target / program),
            "variables": self.variables() | (variables or {}),
            "megabytes": megabytes,
            "events": events,
        }
        self.driver.stdin.write(json.dumps(run) + "\n")
        self.driver.stdin.flush()
        measured = json.loads(self.driver.stdout.readline())
        if "error" in measured:
            raise RuntimeError(f"{program}: {measured['error']}")
        for invocation, good in zip(measured["invocations"], expected, strict=True):
            if invocation["answer"]["statusCode"] not in good:
                raise RuntimeError(f"{program} answers {invocation['answer']}")
        return measured

    def variables(self):
        """What leads programs to the tables: ours by the bundle of roots, others by the system's roots and the test's."""
        return {
            **self.place["variables"],
            **WIDE_LIMITS,
            **PROVIDER,
            "AWS_ENDPOINT_URL_DYNAMODB": self.place["https_url"],
            "AWS_CA_BUNDLE": self.place["root"],
            "SSL_CERT_FILE": str(self.all_roots),
        }

    def signup(self):
        """An event that signs up somebody new."""
        changed = event("signup")
        changed["body"] = changed["body"].replace("grace@", f"grace{next(self.numbers)}@")
        return changed

    def sign_somebody_up(self):
        """Signs up the person whom `login` logs in, and returns their token."""
        measured = self.measure("release/signup", [event("signup")])
        return json.loads(measured["invocations"][0]["answer"]["body"])["authToken"]

    def begin_sessions(self, number):
        """Signs somebody up so many times, each with a session, and returns the refresh tokens."""
        def with_refresh(signup):
            return signup | {"body": json.dumps(json.loads(signup["body"]) | {"refresh": True})}

        measured = self.measure("release/signup", [with_refresh(self.signup()) for _ in range(number)])
        return [json.loads(invocation["answer"]["body"])["refreshToken"] for invocation in measured["invocations"]]

    @staticmethod
    def refresh(token):
        return event("refresh-invalid") | {"body": json.dumps({"refreshToken": token})}

    @staticmethod
    def start_at_provider():
        return event("oauth-start")

    @staticmethod
    def login():
        return event("login")

    @staticmethod
    def me(token):
        return with_token("me", token)

    @staticmethod
    def rename(token):
        return with_token("me-rename", token)
