"""Whatever values the template lets through, the programs start with them: the deploy would otherwise go through, and every
request be a 500. The values come from the patterns and lists of the parameters, and their combinations keep the rules. The
programs are below LATCHKEY_PROGRAMS, and a DynamoDB at LATCHKEY_DYNAMODB_URL."""

import json
import os
import pathlib
import re
import unittest

from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from support.emulator import Emulator
from support.template import FUNCTIONS, MAIL, OF_REQUESTS, Template, logical_id, references, source

# Where DynamoDB is does not come from AWS, so a deploy leaves it empty. A layer is there on AWS alone. A field that is
# named twice stops the start, and the pattern does not tell.
NOT_VARIED = {"DynamoDbEndpoint", "MailTemplatesLayer", "ProfileFields"}
# The most that Lambda takes, names and values together.
MOST_BYTES = 4096
# What Lambda sets itself.
OF_LAMBDA = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
# How many combinations each function starts with: all of them take less than a minute.
EXAMPLES = 15
# What deployed once and did not start, and what is dearest.
KNOWN = [
    {"TokenLifetimeSeconds": "2592000"},
    {"TokenLifetimeSeconds": "31622400", "KeyRotationDays": "1"},
    # Punycode of nothing, which no pattern can tell from the rest.
    {"AllowedOrigins": "https://xn--b.example", "Issuer": "https://xn--b.example", "OriginSecret": "none"},
    {"LegacyLogin": "xano:https://x8ki-letl-twmt.n7.xano.io/api:jVuUQATw/auth/login"},
    {"LegacyLogin": "cognito:us-gov-west-1:5i3hkexample"},
    {"LegacyLogin": "https://old.example.com/log-in"},
    {"DomainName": "xn--b.example", "CertificateArn": "arn:aws:acm:us-east-1:111111111111:certificate/1"},
    {"Argon2MemoryKib": "1048576", "Argon2Passes": "16", "PasswordMinLength": "128"},
    {
        "OAuthReturnUrls": "https://a.example,http://localhost:5173/,com.example.app:/signed-in",
        "OidcIssuer": "https://tenant.eu.auth0.com/",
        "OidcClientId": "an-id",
        "OidcClientSecret": "a-secret",
    },
]
# Values that rules want together: if one of them is none, all are.
TOGETHER = [
    ("GoogleClientId", "GoogleClientSecret"),
    ("GithubClientId", "GithubClientSecret"),
    ("FacebookClientId", "FacebookClientSecret"),
    ("XClientId", "XClientSecret"),
    ("OidcClientId", "OidcClientSecret", "OidcIssuer"),
]
# A request to a path that no function has. A function that started answers it, if only that the origin secret is missing.
EVENT = {
    "version": "2.0",
    "rawPath": "/",
    "headers": {},
    "requestContext": {"stage": "$default", "requestId": "request-1", "http": {"method": "GET", "path": "/", "sourceIp": "192.0.2.1"}},
}


# A batch of records that is empty, for a function that a stream starts.
RECORDS = {"Records": []}


def varied(function):
    """The parameters that reach the variables of a function."""
    written = source()
    of_function = written["Resources"][logical_id(function, "Function")]["Properties"]
    names = references([properties.get("Environment", {}) for properties in (written["Globals"]["Function"], of_function)])
    # Conditions that are named are about parameters, or about other conditions.
    while more := references([written["Conditions"][name] for name in names & written["Conditions"].keys()]) - names:
        names |= more
    return {name: written["Parameters"][name] for name in sorted(names & written["Parameters"].keys() - NOT_VARIED)}


def values(name, parameter):
    """What CloudFormation accepts for a parameter, and its default more often than chance would have it."""
    # Numbers of CloudFormation may have fractions.
    assert parameter["Type"] == "String", f"{name} is a {parameter['Type']}"
    if "AllowedValues" in parameter:
        return st.sampled_from(parameter["AllowedValues"])
    # The classes of Java's patterns, which CloudFormation uses, are ASCII's.
    pattern = re.compile(parameter["AllowedPattern"], re.ASCII)
    longest = parameter.get("MaxLength", MOST_BYTES)
    accepted = st.from_regex(pattern, fullmatch=True).filter(lambda value: len(value) <= longest)
    return st.just(parameter["Default"]) | accepted


def parameters(function):
    """Values for all that reach a function."""
    return st.fixed_dictionaries({name: values(name, parameter) for name, parameter in varied(function).items()}).map(together)


def together(chosen):
    """The values that were chosen, without those that rules refuse because others are missing."""
    off = {name for names in TOGETHER if "none" in map(chosen.get, names) for name in names}
    if chosen.get("OAuthReturnUrls") == "none":
        off |= {name for names in TOGETHER for name in names}
    if chosen.get("GithubClientId") == "none" or "GithubClientId" in off:
        off.add("GithubUrl")
    if chosen.get("MailFrom") == "none":
        chosen = chosen | MAIL
    if chosen.get("AllowedEmailDomains", "none") != "none":
        chosen = chosen | {"EmailVerification": "required"}
    if chosen.get("SmtpUrl") == "none":
        chosen = chosen | {"MailTransport": "ses"}
    if chosen.get("MailTransport") == "ses":
        off.add("SmtpUrl")
    return {name: "none" if name in off else value for name, value in chosen.items()}


class Settings(unittest.TestCase):
    maxDiff = None

    def starts(self, function, chosen):
        # There is no such function without an address.
        chosen = MAIL | chosen if function == "mail" else chosen
        template = Template().with_parameters(**chosen, DynamoDbEndpoint=os.environ["LATCHKEY_DYNAMODB_URL"])
        assume(template.broken_rules() == [])
        environment = template.environment(function)
        assume(sum(len(f"{name}{value}".encode()) for name, value in environment.items()) <= MOST_BYTES)
        program = pathlib.Path(os.environ["LATCHKEY_PROGRAMS"]) / logical_id(function, "Function") / "bootstrap"
        emulator = Emulator(program, environment | OF_LAMBDA)
        try:
            if function in OF_REQUESTS:
                answer = emulator.invoke(EVENT)
                self.assertIn(answer.get("statusCode"), (403, 404), f"{answer}\n{emulator.log()}")
            else:
                self.assertEqual(emulator.invoke(RECORDS), {"batchItemFailures": []}, emulator.log())
        finally:
            emulator.stop()

    def test_a_function_starts_with_whatever_the_template_accepts(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                self.vary(function)

    def vary(self, function):
        # A start takes too long to look for the simplest values that fail.
        @settings(
            max_examples=EXAMPLES,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(parameters(function))
        def check(chosen):
            self.starts(function, chosen)

        for chosen in KNOWN:
            check = example(chosen)(check)
        check()

    def test_parameters_that_reach_a_function_are_varied(self):
        everywhere = {"AllowedOrigins", "Audience", "DomainName", "Issuer", "OriginSecret", "OriginSecretNext"}
        for function in FUNCTIONS:
            self.assertLessEqual(everywhere, varied(function).keys())
        self.assertLessEqual({"Argon2Passes", "KeyRotationDays", "LimitPair", "TokenLifetimeSeconds"}, varied("login").keys())
        self.assertLessEqual({name for names in TOGETHER for name in names} | {"GithubUrl", "LimitOAuth"}, varied("oauth").keys())


if __name__ == "__main__":
    unittest.main()
