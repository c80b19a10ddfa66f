"""What each function's role lets through to the tables, asked of IAM as moto plays it, request by request."""

import unittest

import botocore.session
from botocore.exceptions import ClientError

from support.pretend_aws import PretendAws
from support.schema import tables
from support.template import EVERYTHING, FUNCTIONS, STACK_NAME, Template, logical_id, uses

MODEL = botocore.session.get_session().get_service_model("dynamodb")
# Every action of DynamoDB that is about one table.
ACTIONS = [name for name in MODEL.operation_names if "TableName" in MODEL.operation_model(name).input_shape.members]


class Roles(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.aws = PretendAws()
        cls.addClassCleanup(cls.aws.stop)
        names = cls.aws.make_stack(Template(**EVERYTHING).transformed(), EVERYTHING)
        cls.credentials = {function: cls.aws.credentials_of(names[logical_id(function, "Role")]) for function in FUNCTIONS}
        cls.clients = {function: cls.aws.client("dynamodb", credentials) for function, credentials in cls.credentials.items()}

    def allowed(self, function, action, **request):
        """Whether IAM lets the function send this; what else may be wrong with it does not matter."""
        try:
            self.clients[function]._make_api_call(action, request)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            self.assertLess(status, 500, error)
            return status != 403
        return True

    def allowed_on(self, function, action, table_name, key):
        """Whether the function may send this to a table. The request is whole enough for every action that roles allow."""
        item = {key: {"S": "somebody"}}
        members = MODEL.operation_model(action).input_shape.members
        request = {"TableName": table_name, "Key": item, "Item": item, "AttributeUpdates": {}}
        return self.allowed(function, action, **{name: value for name, value in request.items() if name in members})

    def test_each_allows_on_each_table_what_its_program_does_and_no_other_action_of_dynamodb(self):
        self.assertLessEqual({"Scan", "Query", "DeleteItem", "DeleteTable"}, set(ACTIONS))
        with self.aws.enforced():
            for function in FUNCTIONS:
                allowed = {
                    (table.suffix, action)
                    for table in tables().values()
                    for action in ACTIONS
                    if self.allowed_on(function, action, f"{STACK_NAME}-{table.suffix}", table.key)
                }
                seen = {(suffix, action) for suffix, actions in uses(function)["actions"].items() for action in actions}
                self.assertEqual(allowed, seen, function)

    def test_none_reaches_a_table_of_another_stack_or_more_than_an_item_of_its_own(self):
        with self.aws.enforced():
            for function in FUNCTIONS:
                for suffix, actions in uses(function)["actions"].items():
                    for action in actions:
                        other = self.allowed_on(function, action, f"other-{suffix}", tables()[suffix].key)
                        self.assertFalse(other, (function, action, suffix))
                        batch = {f"{STACK_NAME}-{suffix}": {}}
                        self.assertFalse(self.allowed(function, "BatchGetItem", RequestItems=batch), function)
                        self.assertFalse(self.allowed(function, "BatchWriteItem", RequestItems=batch), function)
                self.assertFalse(self.allowed(function, "ListTables"), function)

    def test_a_transaction_needs_the_right_to_each_of_its_parts(self):
        part = lambda suffix: {"Put": {"TableName": f"{STACK_NAME}-{suffix}", "Item": {}}}
        with self.aws.enforced():
            own = self.allowed("signup", "TransactWriteItems", TransactItems=[part("users"), part("credentials")])
            mixed = self.allowed("signup", "TransactWriteItems", TransactItems=[part("users"), part("attempts")])
        self.assertEqual((own, mixed), (True, False))

    def test_a_request_that_nobody_signed_is_refused(self):
        with self.aws.enforced():
            stranger = self.credentials["me"] | {"AWS_SECRET_ACCESS_KEY": "guessed"}
            with self.assertRaises(ClientError) as refused:
                self.aws.client("dynamodb", stranger).get_item(TableName=f"{STACK_NAME}-users", Key={"id": {"S": "1"}})
        self.assertIn("Signature", str(refused.exception))


if __name__ == "__main__":
    unittest.main()
