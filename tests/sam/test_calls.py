"""The programs that SAM built answer every event of events/ in a stack that moto made of the template: each with the
variables of its function and the rights of its role, which IAM checks with every call. The programs are below
LATCHKEY_PROGRAMS."""

import os
import pathlib
import unittest

from support.emulator import Emulator
from support.pretend_aws import PretendAws, table_arn
from support.template import PROVIDER, REGION, STACK_NAME, Template, logical_id, uses
from test_events import CHAPTERS, read, token_of


def environment_of(aws, name):
    """The variables of a function in a stack of moto's, and the rights of its role."""
    function = aws.client("lambda").get_function_configuration(FunctionName=name)
    # moto keeps the parameters that are numbers as numbers.
    variables = {name: str(value) for name, value in function["Environment"]["Variables"].items()}
    role = function["Role"].split("/")[-1]
    return variables | aws.credentials_of(role) | {"AWS_REGION": REGION, "AWS_ENDPOINT_URL_DYNAMODB": aws.url}


class Calls(unittest.TestCase):
    maxDiff = None

    def test_the_rights_of_its_role_are_enough_for_each_program(self):
        aws = PretendAws()
        self.addCleanup(aws.stop)
        names = aws.make_stack(Template(**PROVIDER).transformed(), PROVIDER)
        environments = {function: environment_of(aws, names[logical_id(function, "Function")]) for function in CHAPTERS}
        token = "none yet"
        for function, events in CHAPTERS.items():
            with aws.enforced():
                program = pathlib.Path(os.environ["LATCHKEY_PROGRAMS"]) / logical_id(function, "Function") / "bootstrap"
                emulator = Emulator(program, environments[function])
                self.addCleanup(emulator.stop)
                answers = []
                for name, _, _ in events:
                    answer = emulator.invoke(read(name, token))
                    answers.append((name, answer["statusCode"]))
                    token = function == "login" and token_of(answer) or token
                self.assertEqual(answers, [(name, status) for name, status, _ in events], emulator.log())
                # What the events do not lead to, test_roles asks for.
                self.assertTrue(aws.granted & self.rights(function), "IAM was not asked")

    def rights(self, function):
        tables = uses(function)["actions"].items()
        return {(f"dynamodb:{action}", table_arn(f"{STACK_NAME}-{table}")) for table, actions in tables for action in actions}


if __name__ == "__main__":
    unittest.main()
