"""The lists of docs/settings.md and docs/api.md are those of the template, of what programs were seen to read, and of openapi.yaml."""

import re
import unittest

import yaml

from support.template import FUNCTIONS, OF_REQUESTS, ROOT, source, uses

SIGNERS = {"signup", "login", "sessions", "oauth"}
WORDS = {"all": set(FUNCTIONS), "requests": set(OF_REQUESTS), "signers": SIGNERS}
# What `cargo dev` reads, and what Lambda sets for AWS's own runtime client.
NOT_THE_FUNCTIONS = {"ALLOWED_HEADERS", "AWS_LAMBDA_LOG_LEVEL"}


def rows(page, head):
    """The cells of each row of the tables whose header starts with these cells."""
    for table in re.findall(r"(?:^\|.*\n)+", (ROOT / page).read_text(), re.MULTILINE):
        header, _rule, *lines = [line.strip("|").split("|") for line in table.splitlines()]
        if [cell.strip() for cell in header[: len(head)]] == head:
            yield from ([cell.strip() for cell in line] for line in lines)


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


class Settings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = list(rows("docs/settings.md", ["variable", "parameter", "read by", "default"]))

    def test_every_variable_is_there_with_the_functions_that_read_it(self):
        listed = {}
        for variables, _parameters, read_by, *_rest in self.rows:
            for variable in names(variables):
                self.assertNotIn(variable, listed)
                listed[variable] = set().union(*(WORDS.get(word, {word}) for word in read_by.split(", ")))
        read = {}
        for function in WORDS["all"]:
            for variable in uses(function)["variables"]:
                read.setdefault(variable, set()).add(function)
        self.assertEqual({name: readers for name, readers in listed.items() if name not in NOT_THE_FUNCTIONS}, read)

    def test_every_parameter_is_there_with_its_default(self):
        alone = list(rows("docs/settings.md", ["parameter", "default"]))
        listed = {name: cell for _variables, names_of, _read_by, cell, *_ in self.rows for name in names(names_of)}
        listed |= {name: cell for names_of, cell, *_ in alone for name in names(names_of)}
        defaults = {name: str(parameter["Default"]) for name, parameter in source()["Parameters"].items()}
        self.assertEqual(listed.keys(), defaults.keys())
        for name, default in defaults.items():
            # What counts as unset is described in words.
            if default not in ("", "none", "default"):
                with self.subTest(name):
                    self.assertIn(default, names(listed[name]))


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.openapi = yaml.safe_load((ROOT / "openapi.yaml").read_text())

    def test_every_route_is_there_and_none_besides(self):
        listed = set()
        for route, *_rest in rows("docs/api.md", ["route"]):
            methods, path = re.fullmatch(r"`(?:([A-Z]+)` or `)?([A-Z]+ .+)`", route).groups()
            listed |= {path} | ({f"{methods} {path.split(' ')[1]}"} if methods else set())
        described = {
            f"{method.upper()} {path}"
            for path, operations in self.openapi["paths"].items()
            for method in operations.keys() & {"get", "head", "post", "patch", "put", "delete"}
            if not path.startswith("/api:") and not path.endswith("/callback")
        }
        self.assertEqual(listed, described)

    def test_every_code_is_there_and_none_besides(self):
        listed = [code for _status, codes in rows("docs/api.md", ["status", "`code`"]) for code in names(codes) if re.fullmatch("[a-z_]+", code)]
        self.assertEqual(sorted(listed), sorted(self.openapi["components"]["schemas"]["Code"]["enum"]))


if __name__ == "__main__":
    unittest.main()
