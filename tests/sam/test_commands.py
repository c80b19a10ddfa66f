"""The commands of the documents that deploy, as SAM reads them."""

import re
import shlex
import unittest

from samcli.cli.types import CfnParameterOverridesType
from samcli.commands.deploy.deploy_context import DeployContext

from support.template import ROOT, Template, source

DOCUMENTS = ("README.md", "CHANGELOG.md", "docs/mail.md", "docs/oauth.md", "docs/operations.md", "docs/settings.md")
# What stands for something of the reader's.
PLACEHOLDERS = {"$secret": "a-secret", "<the secret>": "0" * 32, "<the new secret>": "1" * 32, "arn:aws:acm:…": "arn:aws:acm:x", "Z…": "Z1"}


def read(values):
    return CfnParameterOverridesType().convert(values, None, None)


def deploys(document):
    """The arguments of each `sam deploy` of a document."""
    for line in re.findall(r"sam deploy ([^`\n]*)", (ROOT / document).read_text()):
        for placeholder, value in PLACEHOLDERS.items():
            line = line.replace(placeholder, value)
        yield shlex.split(line)


class Commands(unittest.TestCase):
    def test_each_sets_parameters_to_what_the_template_accepts(self):
        found = 0
        for document in DOCUMENTS:
            for arguments in deploys(document):
                if "--parameter-overrides" not in arguments or "Name=value" in arguments:
                    continue
                found += 1
                overrides = read(arguments[arguments.index("--parameter-overrides") + 1:])
                with self.subTest(document, overrides=overrides):
                    self.assertEqual(Template(**overrides).broken_rules(), [])
                    for name, value in overrides.items():
                        pattern = source()["Parameters"][name].get("AllowedPattern", ".+")
                        self.assertTrue(re.fullmatch(pattern, value), f"{name}={value}")
        self.assertGreaterEqual(found, 4)

    def test_the_first_deploy_asks_nothing_and_writes_no_file_of_the_repository(self):
        for document in ("README.md", "docs/operations.md"):
            first = next(iter(deploys(document)))
            self.assertEqual(first, ["--parameter-overrides", "AllowedOrigins=https://app.example.com", "AlarmEmail=you@example.com"])
            # It asks for every parameter and writes samconfig.toml.
            for commands in re.findall(r"```sh\n(.*?)```", (ROOT / document).read_text(), re.DOTALL):
                self.assertNotIn("--guided", commands)

    def test_a_value_can_be_emptied(self):
        self.assertEqual(read(['Issuer=""']), {"Issuer": ""})

    def test_an_update_keeps_what_it_is_not_given(self):
        given = {"DefaultThrottle": "300"}
        sent = {sent["ParameterKey"]: sent for sent in DeployContext.merge_parameters(source(), given)}
        self.assertEqual(sent.keys(), source()["Parameters"].keys())
        self.assertEqual(sent.pop("DefaultThrottle")["ParameterValue"], "300")
        self.assertTrue(all(parameter["UsePreviousValue"] for parameter in sent.values()))


if __name__ == "__main__":
    unittest.main()
