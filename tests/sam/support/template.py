"""Templates, as CloudFormation would see them for given parameters: transformed, and template.yaml with its intrinsic
functions resolved."""

import copy
import functools
import json
import os
import pathlib
import re

import boto3
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT = pathlib.Path(__file__).parents[3]
# Every function that says what it uses, in the order of the alphabet.
FUNCTIONS = tuple(sorted(file.parents[1].name for file in ROOT.glob("functions/*/tests/uses.json")))
# Those that requests reach, and those that the stream of a table starts.
OF_REQUESTS = tuple(name for name in FUNCTIONS if json.loads((ROOT / f"functions/{name}/tests/uses.json").read_text())["routes"])
OF_STREAMS = tuple(name for name in FUNCTIONS if name not in OF_REQUESTS)
STACK_NAME = "latchkey"
# One provider is enough for everything that signs people in with other accounts to be made.
PROVIDER = {
    "OAuthReturnUrls": "https://app.example.com/signed-in",
    "GithubClientId": "Iv1.8a61f9b3a7aba766",
    "GithubClientSecret": "a-secret-of-githubs",
}
# Mail, by SES.
MAIL = {"MailFrom": "no-reply@example.com"}
# Events of new and deleted users.
USER_EVENTS = {"UserEvents": "on"}
# Everything that parameters can ask for a function, a role or a log group of.
EVERYTHING = PROVIDER | MAIL | USER_EVENTS
# The transform asks the session for its region, which a machine may not have configured.
REGION = "us-east-1"
_NO_VALUE = object()
# Functions whose name in the template is not just the capitalised one.
_SPELLED = {"oauth": "OAuth"}
_PSEUDO_PARAMETERS = {
    "AWS::AccountId": "1" * 12,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::StackName": STACK_NAME,
    "AWS::URLSuffix": "amazonaws.com",
}


def source():
    """The template as it is written."""
    return yaml_parse((ROOT / "template.yaml").read_text())


def transform(written, parameters):
    """What SAM turns a template into for these parameters, its intrinsic functions still in it."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    translator = Translator({}, Parser(), boto_session=boto3.session.Session(region_name=REGION))
    transformed = translator.translate(written, dict(parameters))
    # It complains on standard output about metrics of its own that nobody fetched.
    translator.metrics.publish()
    return transformed


def uses(function):
    """What the function's program was seen to use, and the routes that lead to it."""
    return json.loads((ROOT / f"functions/{function}/tests/uses.json").read_text())


def logical_id(function, kind):
    """The name in the template of a function's Function, Role or LogGroup."""
    return f"{_SPELLED.get(function, function.capitalize())}{kind}"


def references(value):
    """Every name that a part of the template refers to, conditions included."""
    if isinstance(value, list):
        return set().union(*map(references, value))
    if not isinstance(value, dict):
        return set()
    names = set().union(*map(references, value.values()))
    for key, argument in value.items():
        if key == "Ref" or key == "Condition" and isinstance(argument, str):
            names.add(argument)
        elif key == "Fn::If":
            names.add(argument[0])
        elif key == "Fn::GetAtt":
            names.add(argument[0] if isinstance(argument, list) else argument.split(".")[0])
        elif key == "Fn::Sub":
            text = argument[0] if isinstance(argument, list) else argument
            names |= set(re.findall(r"\$\{([^}.]+)", text))
    return names


@functools.cache
def Template(**parameters):
    """The transformed template, with these parameters."""
    return _Template(**parameters)


class _Template:

    def __init__(self, **parameters):
        written = source()
        unknown = parameters.keys() - written["Parameters"].keys()
        assert not unknown, f"no such parameters: {unknown}"
        self._defaults = {name: parameter["Default"] for name, parameter in written["Parameters"].items()}
        self._parameters = self._defaults | parameters
        # What `sam deploy` puts there once it has uploaded the programs.
        written["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
        self._transformed = transform(written, self._parameters)
        self.outputs = self._resolve(self._transformed["Outputs"])

    def transformed(self):
        """A copy of the template as CloudFormation gets it from SAM, conditions and intrinsic functions still in it."""
        return {name: part for name, part in copy.deepcopy(self._transformed).items() if name != "Transform"}

    def with_parameters(self, **parameters):
        """The same with other parameters, without the time that another transform takes. For what SAM leaves to
        CloudFormation, as it does with rules and with variables of functions."""
        other = copy.copy(self)
        other._parameters = self._defaults | parameters
        return other

    def broken_rules(self):
        """What CloudFormation says about each rule that the parameters break, before it changes anything."""
        rules = [rule for rule in source()["Rules"].values() if self._resolve(rule.get("RuleCondition", True))]
        assertions = [assertion for rule in rules for assertion in rule["Assertions"]]
        return [assertion["AssertDescription"] for assertion in assertions if not self._resolve(assertion["Assert"])]

    def resources(self, kind):
        """The resources of a type that are made, by logical name, resolved."""
        return {
            name: self._resolve(resource)
            for name, resource in self._transformed["Resources"].items()
            if resource["Type"] == kind and self._holds(resource.get("Condition"))
        }

    def every_resource(self):
        """All resources that parameters can ask for, by logical name, resolved."""
        return {name: self._resolve(resource | {"Condition": None}) for name, resource in self._transformed["Resources"].items()}

    def properties(self, name):
        """The properties of a resource, resolved."""
        return self._resolve(self._transformed["Resources"][name]["Properties"])

    def function(self, function):
        """The properties of a function, resolved."""
        return self.properties(logical_id(function, "Function"))

    def variables(self, function):
        """The environment variables of a function."""
        return self.function(function)["Environment"]["Variables"]

    def environment(self, function):
        """The environment variables of a function as Lambda sets them, which are text."""
        return {name: str(value) for name, value in self.variables(function).items()}

    def table_name(self, arn):
        """The name, without the stack's, of the table whose resolved ARN this is."""
        name = self.properties(arn.removesuffix(".Arn"))["TableName"]
        return name.removeprefix(f"{STACK_NAME}-")

    def _holds(self, condition):
        return condition is None or self._resolve(self._transformed["Conditions"][condition])

    def _resolve(self, value):
        if isinstance(value, list):
            items = [self._resolve(item) for item in value]
            return [item for item in items if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (key, argument), = value.items()
            if key == "Ref" or key.startswith("Fn::"):
                return self._intrinsic(key, argument)
            if key == "Condition" and isinstance(argument, str):
                return self._holds(argument)
        members = {key: self._resolve(member) for key, member in value.items()}
        return {key: member for key, member in members.items() if member is not _NO_VALUE}

    def _intrinsic(self, key, argument):
        if key == "Ref":
            return self._ref(argument)
        if key == "Fn::If":
            condition, yes, no = argument
            return self._resolve(yes if self._holds(condition) else no)
        if key == "Fn::Sub":
            text, names = argument if isinstance(argument, list) else (argument, {})
            named = lambda match: str(self._resolve(names[match[1]]) if match[1] in names else self._named(match[1]))
            return re.sub(r"\$\{([^}]+)\}", named, text)
        if key == "Fn::GetAtt":
            return ".".join(argument) if isinstance(argument, list) else argument
        resolved = self._resolve(argument)
        match key:
            case "Fn::Equals":
                return str(resolved[0]) == str(resolved[1])
            case "Fn::Not":
                return not resolved[0]
            case "Fn::And":
                return all(resolved)
            case "Fn::Or":
                return any(resolved)
            case "Fn::Split":
                return resolved[1].split(resolved[0])
            case "Fn::Join":
                return resolved[0].join(resolved[1])
        raise ValueError(f"the tests do not know {key}")

    def _ref(self, name):
        return _NO_VALUE if name == "AWS::NoValue" else self._named(name)

    def _named(self, name):
        return self._parameters.get(name, _PSEUDO_PARAMETERS.get(name, name))
