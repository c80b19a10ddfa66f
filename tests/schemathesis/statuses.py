"""Whether a run of Schemathesis saw every status of openapi.yaml, but for those that nothing it sends leads to."""

import json
import re
import sys
from collections import defaultdict
from urllib.parse import urlsplit

import yaml

OF_MAIL = ("forgotPassword", "resetPassword", "sendVerification", "verifyEmail", "changeEmail", "confirmEmail")

# Why a status stays unseen, by operation; "*" is every one that has it.
UNREACHABLE = {
    ("*", 413): "a body of 8 KiB fits the schema, so to refuse it would count as a finding",
    ("*", 429): "the limits are off",
    ("*", 500): "it takes a bug",
    ("*", 503): "it takes a DynamoDB that fails",
    ("me", 403): "it takes a proxy in front",
    ("sessions", 403): "as for me",
    ("keys", 403): "as for me",
    ("discovery", 403): "as for me",
    ("xanoMe", 403): "as for me",
    ("me", 400): "without a body it takes malformed HTTP, which a client library does not send",
    ("xanoMe", 400): "as for me",
    ("sessions", 400): "as for me",
    ("keys", 400): "as for me",
    ("discovery", 400): "as for me",
    ("keysHead", 403): "as for me",
    ("discoveryHead", 403): "as for me",
    ("keysHead", 400): "as for me",
    ("discoveryHead", 400): "as for me",
    ("oauthProviders", 400): "as for me",
    ("oauthProviders", 403): "as for me",
    ("oauthStart", 403): "as for me",
    ("oauthCallback", 403): "as for me",
    ("oauthCallback", 400): "it takes a parameter that comes twice, or a deployment that lists no page",
    ("oauthLogin", 200): "it takes a code, which a person gets at a provider",
    ("oauthLogin", 201): "as for 200",
    ("oauthLogin", 409): "as for 200",
    ("oauthLink", 204): "as for oauthLogin",
    ("oauthLink", 409): "as for oauthLogin",
    ("signup", 202): "it takes a deployment where a code is required",
    **{("confirmSignup", status): "as for signup" for status in (201, 400, 401, 409, 415, 422)},
    **{("resendSignup", status): "as for signup" for status in (202, 400, 415, 422)},
    ("changePassword", 409): "it takes a user without an email address",
    **{(operation, 404): "it takes a deployment without mail" for operation in OF_MAIL},
    **{(operation, 204): "it takes the code of a mail" for operation in ("resetPassword", "verifyEmail", "confirmEmail")},
    **{(operation, 409): "it takes a user who has proved their address" for operation in ("sendVerification", "verifyEmail")},
    ("updateMe", 409): "it takes a profile, and others who keep changing it",
    ("changeEmail", 409): "it takes the user's own address",
    ("confirmEmail", 409): "it takes the code of a mail",
    ("oauthUnlink", 409): "it takes a user who signs in with a provider alone",
}


def documented(openapi):
    """The operations with their methods, paths and statuses."""
    for path, item in openapi["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                route = method.upper(), path
                yield operation["operationId"], route, {int(status) for status in operation["responses"]}


def seen(report, routes):
    """The statuses that were seen at each route of the document."""
    statuses = defaultdict(set)
    for entry in report["log"]["entries"]:
        request = entry["request"]
        called = request["method"], urlsplit(request["url"]).path
        route = called if called in routes else next((route for route in routes if leads_to(route, called)), called)
        statuses[route].add(entry["response"]["status"])
    return statuses


def leads_to(route, called):
    """Whether a call meets a route whose path may have parameters."""
    (method, path), (called_method, called_path) = route, called
    parts = re.split(r"\{\w+\}", path)
    return method == called_method and re.fullmatch("[^/]*".join(map(re.escape, parts)), called_path) is not None


def main(openapi_path, report_path):
    with open(openapi_path, encoding="utf-8") as openapi, open(report_path, encoding="utf-8") as report:
        operations = list(documented(yaml.safe_load(openapi)))
        statuses = seen(json.load(report), [route for _, route, _ in operations])
    wrong, used = [], set()
    for operation, route, expected in operations:
        for status in sorted(expected):
            keys = {("*", status), (operation, status)} & UNREACHABLE.keys()
            used |= keys
            if status in statuses[route] and keys:
                wrong.append(f"{operation}: {status} was seen and is listed as unreachable")
            if status not in statuses[route] and not keys:
                wrong.append(f"{operation}: {status} was not seen")
    wrong += [f"{operation} {status} is listed and not documented" for operation, status in UNREACHABLE.keys() - used]
    for line in wrong:
        print(line, file=sys.stderr)
    reached = sum(len(expected & statuses[route]) for _, route, expected in operations)
    print(f"{reached} documented statuses were seen")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
