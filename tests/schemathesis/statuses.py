"""Whether a run of Schemathesis saw every status of openapi.yaml, but for those that nothing it sends leads to."""

import json
import re
import sys
from collections import defaultdict
from urllib.parse import urlsplit

import yaml

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
}


def documented(openapi):
    """The operations with their methods, paths and statuses."""
    for path, item in openapi["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                route = method.upper(), path
                yield operation["operationId"], route, {int(status) for status in operation["responses"]}


def seen(report):
    """The statuses that were seen with each method at each path of the document."""
    statuses = defaultdict(set)
    for entry in report["log"]["entries"]:
        request = entry["request"]
        path = re.sub("^/api:[^/]*/", "/api:{group}/", urlsplit(request["url"]).path)
        statuses[request["method"], path].add(entry["response"]["status"])
    return statuses


def main(openapi_path, report_path):
    with open(openapi_path, encoding="utf-8") as openapi, open(report_path, encoding="utf-8") as report:
        operations, statuses = list(documented(yaml.safe_load(openapi))), seen(json.load(report))
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
