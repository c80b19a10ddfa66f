"""Each function may do what its program was seen to do, and nothing else."""

import unittest

from support.template import FUNCTIONS, Template, uses

KMS_KEY = "arn:aws:kms:us-east-1:111111111111:key/0d5f3a52-5a4a-4d8e-8d0f-2d3c1b0a9f8e"


def listed(value):
    return value if isinstance(value, list) else [value]


def grants(template, function):
    """Every pair of action and resource that the function's role allows."""
    name = template.properties(f"{function.capitalize()}Function")["Role"].removesuffix(".Arn")
    role = template.properties(name)
    assert role.keys() == {"AssumeRolePolicyDocument", "Policies"}, role.keys()
    pairs = set()
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement.keys() == {"Effect", "Action", "Resource"} and statement["Effect"] == "Allow", statement
            pairs |= {(action, resource) for action in listed(statement["Action"]) for resource in listed(statement["Resource"])}
    return pairs


def table_grants(template, function):
    pairs = {pair for pair in grants(template, function) if pair[0].startswith("dynamodb:")}
    return {(template.table_name(arn), action.removeprefix("dynamodb:")) for action, arn in pairs}


def other_grants(template, function):
    return {pair for pair in grants(template, function) if not pair[0].startswith("dynamodb:")}


def log_grants(function):
    group = f"{function.capitalize()}LogGroup.Arn"
    return {("logs:CreateLogStream", group), ("logs:PutLogEvents", group)}


class Policies(unittest.TestCase):
    def test_each_function_may_do_on_the_tables_exactly_what_its_program_does(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                seen = {(table, action) for table, actions in uses(function)["actions"].items() for action in actions}
                self.assertEqual(table_grants(Template(), function), seen)

    def test_beside_the_tables_there_is_only_the_functions_own_log_group(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                self.assertEqual(other_grants(Template(), function), log_grants(function))

    def test_a_key_in_kms_is_for_those_that_sign(self):
        template = Template(SigningKeysKmsKeyArn=KMS_KEY)
        for function in FUNCTIONS:
            with self.subTest(function):
                expected = set() if function == "me" else {("kms:Decrypt", KMS_KEY)}
                self.assertEqual(other_grants(template, function) - log_grants(function), expected)

    def test_the_one_wildcard_is_that_of_x_ray_where_tracing_is_on(self):
        xray = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
        for function in FUNCTIONS:
            with self.subTest(function):
                pairs = grants(Template(Tracing="Active", SigningKeysKmsKeyArn=KMS_KEY), function)
                self.assertEqual({pair for pair in pairs if "*" in "".join(pair)}, xray)

    def test_no_role_is_made_that_is_not_in_the_template(self):
        self.assertEqual(Template().resources("AWS::IAM::Role").keys(), {"SignupRole", "LoginRole", "MeRole"})
        self.assertEqual(Template().resources("AWS::IAM::ManagedPolicy"), {})

    def test_the_functions_are_called_by_this_api_alone(self):
        permissions = Template().resources("AWS::Lambda::Permission")
        self.assertEqual(len(permissions), len(Template().properties("Api")["Body"]["paths"]))
        for name, permission in permissions.items():
            with self.subTest(name):
                properties = permission["Properties"]
                self.assertEqual(properties["Principal"], "apigateway.amazonaws.com")
                self.assertIn(":Api/", properties["SourceArn"])


if __name__ == "__main__":
    unittest.main()
