"""Each function may do what its program was seen to do, and nothing else."""

import re
import unittest

from support.template import EVERYTHING, FUNCTIONS, MAIL, OF_REQUESTS, OF_STREAMS, Template, logical_id, uses

KMS_KEY = "arn:aws:kms:us-east-1:111111111111:key/0d5f3a52-5a4a-4d8e-8d0f-2d3c1b0a9f8e"


# The one thing that is allowed under a condition.
SENDING = ["ses:SendEmail", "ses:SendRawEmail"]
READING = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}


def listed(value):
    return value if isinstance(value, list) else [value]


def grants(template, function):
    """Every pair of action and resource that the function's role allows."""
    role = template.properties(template.function(function)["Role"].removesuffix(".Arn"))
    assert role.keys() == {"AssumeRolePolicyDocument", "Policies"}, role.keys()
    pairs = set()
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement.keys() <= {"Effect", "Action", "Resource", "Condition"} and statement["Effect"] == "Allow", statement
            assert "Condition" not in statement or statement["Action"] == SENDING, statement
            pairs |= {(action, resource) for action in listed(statement["Action"]) for resource in listed(statement["Resource"])}
    return pairs


def table_grants(template, function):
    pairs = {pair for pair in grants(template, function) if pair[0].startswith("dynamodb:") and pair[0] not in READING}
    return {(template.table_name(arn), action.removeprefix("dynamodb:")) for action, arn in pairs}


def other_grants(template, function):
    tables = {pair for pair in grants(template, function) if pair[0].startswith("dynamodb:") and pair[0] not in READING}
    return grants(template, function) - tables - stream_grants(function)


def stream_grants(function):
    if function not in OF_STREAMS:
        return set()
    return {(action, "OutboxTable.StreamArn") for action in READING} | {("sqs:SendMessage", "MailFailuresQueue.Arn")}


def log_grants(function):
    group = f"{logical_id(function, 'LogGroup')}.Arn"
    return {("logs:CreateLogStream", group), ("logs:PutLogEvents", group)}


class Policies(unittest.TestCase):
    def test_each_function_may_do_on_the_tables_exactly_what_its_program_does(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                seen = {(table, action) for table, actions in uses(function)["actions"].items() for action in actions}
                self.assertEqual(table_grants(Template(**MAIL), function), seen)

    def test_without_mail_nobody_who_only_asks_for_it_has_a_right_for_it(self):
        for function in ("signup", "login", "sessions", "oauth"):
            more = table_grants(Template(**MAIL), function) - table_grants(Template(), function)
            of_mail = {grant for grant in table_grants(Template(), function) if grant[0] in ("outbox", "pending")}
            # Invitations wait in Pending, with and without mail.
            of_invitations = {("pending", "GetItem"), ("pending", "DeleteItem")} if function == "signup" else set()
            self.assertEqual(of_mail, of_invitations, function)
            self.assertLessEqual({("outbox", "PutItem")}, more, function)

    def test_beside_the_tables_there_is_only_the_functions_own_log_group(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                template = Template(SigningKeysKmsKeyArn="none")
                self.assertEqual(other_grants(template, function), log_grants(function))

    def test_a_key_in_kms_is_for_those_that_read_what_is_under_it(self):
        for template, key in [(Template(), "SigningKeysKey.Arn"), (Template(SigningKeysKmsKeyArn=KMS_KEY), KMS_KEY)]:
            for function in FUNCTIONS:
                with self.subTest(function, key=key):
                    encrypted = {"signing-keys", "digest-keys", "pending"} & uses(function)["actions"].keys()
                    expected = {("kms:Decrypt", key)} if encrypted else set()
                    self.assertEqual(other_grants(template, function) - log_grants(function), expected)

    def test_the_one_wildcard_is_that_of_x_ray_where_tracing_is_on(self):
        xray = {("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*")}
        for function in FUNCTIONS:
            with self.subTest(function):
                pairs = grants(Template(Tracing="Active", SigningKeysKmsKeyArn=KMS_KEY), function)
                self.assertEqual({pair for pair in pairs if "*" in "".join(pair)}, xray)

    def test_mail_is_sent_from_its_own_address_by_the_function_that_sends_and_by_no_other(self):
        template = Template(**MAIL)
        ses = "arn:aws:ses:us-east-1:111111111111:"
        sent = {(action, resource) for action in SENDING for resource in (f"{ses}identity/*", f"{ses}configuration-set/latchkey-mail")}
        for function in FUNCTIONS:
            more = grants(template, function) - grants(Template(), function)
            more = {pair for pair in more if not pair[0].startswith("dynamodb:")}
            self.assertEqual(more, sent if function == "mail" else set(), function)
        statements = template.properties("MailRole")["Policies"][0]["PolicyDocument"]["Statement"]
        conditions = [statement["Condition"] for statement in statements if "Condition" in statement]
        self.assertEqual(conditions, [{"StringEquals": {"ses:FromAddress": MAIL["MailFrom"]}}])
        server = Template(**MAIL, MailTransport="smtp", SmtpUrl="smtps://smtp.example.com")
        self.assertEqual(grants(server, "mail"), grants(Template(), "mail"))

    def test_lambda_may_read_the_stream_for_the_function_and_hand_on_what_failed(self):
        for function in FUNCTIONS:
            self.assertLessEqual(stream_grants(function), grants(Template(), function))

    def test_each_function_has_a_role_of_its_own_and_so_have_the_pipes(self):
        for function in FUNCTIONS:
            self.assertEqual(Template().function(function)["Role"], f"{logical_id(function, 'Role')}.Arn")
        roles = {logical_id(function, "Role") for function in FUNCTIONS} | {"UserEventsRole"}
        self.assertEqual(Template(**EVERYTHING).resources("AWS::IAM::Role").keys(), roles)
        self.assertEqual(Template().resources("AWS::IAM::ManagedPolicy"), {})

    def test_the_functions_are_called_by_this_api_alone_and_for_their_own_routes(self):
        allowed = set()
        for permission in Template(**EVERYTHING).resources("AWS::Lambda::Permission").values():
            properties = permission["Properties"]
            self.assertEqual(properties["Principal"], "apigateway.amazonaws.com")
            # The stage, the method and the path follow the API's name.
            route = re.fullmatch(r"arn:aws:execute-api:us-east-1:1{12}:Api/\*/([A-Z]+)(/.+)", properties["SourceArn"])
            self.assertTrue(route, properties)
            allowed.add((properties["FunctionName"], f"{route[1]} {route[2]}"))
        expected = {
            (logical_id(function, "Function"), re.sub(r"\{\w+\}", "*", route))
            for function in OF_REQUESTS
            for route in uses(function)["routes"]
        }
        self.assertEqual(allowed, expected)


if __name__ == "__main__":
    unittest.main()
