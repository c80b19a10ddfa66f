"""What `cfn-lint` does not check by itself in the templates, because .cfnlintrc.yaml or the transform keeps it from it."""

import logging
import unittest

from cfnlint.api import ManualArgs, lint
from samcli.yamlhelper import yaml_parse

from support.lint import complaints
from support.template import EVERYTHING, ROOT, Template

# The transform puts values in place of some parameters, so that nothing names them any more, and repeats the condition of a
# function inside of what has the same condition. cfn-lint checks both in the template itself.
ONLY_BEFORE_THE_TRANSFORM = ("W1028", "W2001")
# Every stateful resource says whether it outlives the stack.
POLICIES_ARE_SAID = "I3011"


class Lint(unittest.TestCase):
    def setUp(self):
        # Other modules import parts of SAM, which make every logger tell everything.
        logging.getLogger("cfnlint").setLevel(logging.WARNING)

    def test_what_sam_makes_of_the_template_is_clean(self):
        # The rules on the actions and resources of policies are off where there is a transform.
        for template in (Template(), Template(**EVERYTHING)):
            found = complaints(template.transformed()).splitlines()
            self.assertEqual([line for line in found if line.split(":")[5] not in ONLY_BEFORE_THE_TRANSFORM], [])

    def test_everything_stateful_but_log_groups_and_the_queue_says_whether_it_outlives_the_stack(self):
        for path in [ROOT / "template.yaml", *ROOT.glob("examples/*/template.yaml")]:
            with self.subTest(path):
                text = path.read_text()
                # A mandatory rule is checked although the file ignores it.
                config = ManualArgs(include_checks=[POLICIES_ARE_SAID], mandatory_checks=[POLICIES_ARE_SAID])
                silent = {match.path[1] for match in lint(text, config=config) if match.rule.id == POLICIES_ARE_SAID}
                types = {yaml_parse(text)["Resources"][name]["Type"] for name in silent}
                # The queue holds no mail, only where one was in a stream.
                allowed = {"AWS::Logs::LogGroup", "AWS::SQS::Queue"} if path == ROOT / "template.yaml" else {"AWS::Logs::LogGroup"}
                self.assertEqual(types, allowed)


if __name__ == "__main__":
    unittest.main()
