"""Whether a policy allows a request, by IAM's rules for policies without a Deny."""

import fnmatch
import json

from support.template import ROOT

DEPLOYER_POLICY = ROOT / "docs/deployer-policy.json"
_TESTS = {
    "StringEquals": lambda values, wanted: set(values) <= set(wanted),
    "StringLike": lambda values, wanted: all(_matches(value, wanted) for value in values),
    "ForAnyValue:StringEquals": lambda values, wanted: bool(set(values) & set(wanted)),
}


def deployer_policy():
    """The statements of the deployer's policy."""
    return json.loads(DEPLOYER_POLICY.read_text())["Statement"]


def allows(statements, action, resource, context):
    """Whether one of the statements allows the action on the resource. The context has the values that conditions ask
    for, by key."""
    return any(_applies(statement, action, resource, context) for statement in statements)


def _applies(statement, action, resource, context):
    assert statement.keys() <= {"Sid", "Effect", "Action", "Resource", "Condition"} and statement["Effect"] == "Allow"
    if not _matches(action.lower(), [name.lower() for name in listed(statement["Action"])]):
        return False
    if not _matches(resource, listed(statement["Resource"])):
        return False
    return all(
        _TESTS[operator](listed(context.get(key, [])), listed(wanted)) and key in context
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


def listed(value):
    return value if isinstance(value, list) else [value]


def _matches(value, patterns):
    return any(fnmatch.fnmatchcase(value, pattern) for pattern in patterns)
