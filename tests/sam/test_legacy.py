"""The user pool that users come from is moto's Cognito: the login program asks it once. The programs are below
LATCHKEY_PROGRAMS."""

import base64
import json
import os
import pathlib
import unittest

from support.emulator import Emulator
from support.pretend_aws import PretendAws
from support.template import REGION, STACK_NAME, Template, logical_id
from test_calls import environment_of
from test_events import read

EMAIL, PASSWORD = "Grace@example.com", "nine-Violet-kettles-9"


class Pool:
    """A user pool with Grace in it."""

    def __init__(self, aws):
        self.cognito = aws.client("cognito-idp")
        self.id = self.cognito.create_user_pool(PoolName="old", UsernameAttributes=["email"])["UserPool"]["Id"]
        client = self.cognito.create_user_pool_client(
            UserPoolId=self.id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        )
        self.client_id = client["UserPoolClient"]["ClientId"]
        user = self.cognito.admin_create_user(
            UserPoolId=self.id, Username=EMAIL, UserAttributes=[{"Name": "email", "Value": EMAIL}], MessageAction="SUPPRESS"
        )["User"]
        self.sub, = [attribute["Value"] for attribute in user["Attributes"] if attribute["Name"] == "sub"]
        self.cognito.admin_set_user_password(UserPoolId=self.id, Username=EMAIL, Password=PASSWORD, Permanent=True)

    def delete(self):
        self.cognito.delete_user_pool(UserPoolId=self.id)


class Legacy(unittest.TestCase):
    def setUp(self):
        self.aws = PretendAws()
        self.addCleanup(self.aws.stop)
        self.pool = Pool(self.aws)
        asked = {"LegacyLogin": f"cognito:{REGION}:{self.pool.client_id}"}
        names = self.aws.make_stack(Template(**asked).transformed(), asked)
        variables = environment_of(self.aws, names[logical_id("login", "Function")])
        variables |= {"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": self.aws.url}
        program = pathlib.Path(os.environ["LATCHKEY_PROGRAMS"]) / logical_id("login", "Function") / "bootstrap"
        self.program = Emulator(program, variables)
        self.addCleanup(self.program.stop)

    def import_user(self, id):
        put = self.aws.client("dynamodb").put_item
        user = {"id": {"S": id}, "email": {"S": EMAIL}, "email_verified": {"BOOL": True}, "created_at": {"N": "1795562141123"}}
        put(TableName=f"{STACK_NAME}-users", Item=user)
        credential = {"email": {"S": EMAIL.lower()}, "user_id": {"S": id}, "legacy": {"BOOL": True}}
        put(TableName=f"{STACK_NAME}-credentials", Item=credential)

    def credential(self):
        key = {"email": {"S": EMAIL.lower()}}
        return self.aws.client("dynamodb").get_item(TableName=f"{STACK_NAME}-credentials", Key=key)["Item"]

    def log_in(self, password):
        event = read("login", "no token")
        event["body"], event["isBase64Encoded"] = json.dumps({"email": EMAIL, "password": password}), False
        answer = self.program.invoke(event)
        return answer["statusCode"], json.loads(answer["body"])

    def test_a_user_keeps_password_and_id_and_the_pool_is_not_asked_again(self):
        self.import_user(self.pool.sub)
        self.assertEqual(self.log_in("another-Violet-kettle-9")[0], 401, self.program.log())
        self.assertNotIn("password_hash", self.credential())
        status, body = self.log_in(PASSWORD)
        self.assertEqual(status, 200, self.program.log())
        claims = body["authToken"].split(".")[1]
        self.assertEqual(json.loads(base64.urlsafe_b64decode(claims + "=="))["sub"], self.pool.sub)
        self.assertTrue(self.credential()["password_hash"]["S"].startswith("$argon2id$"))
        self.assertNotIn("legacy", self.credential())
        self.pool.delete()
        self.assertEqual(self.log_in(PASSWORD)[0], 200, self.program.log())
        self.assertNotIn(PASSWORD, self.program.log())

    def test_another_user_of_the_pool_gets_nothing(self):
        self.import_user("another")
        self.assertEqual(self.log_in(PASSWORD)[0], 401, self.program.log())
        self.assertNotIn("password_hash", self.credential())

    def test_a_password_that_has_to_be_changed_there_is_not_taken_over(self):
        self.import_user(self.pool.sub)
        self.pool.cognito.admin_set_user_password(UserPoolId=self.pool.id, Username=EMAIL, Password=PASSWORD, Permanent=False)
        status, body = self.log_in(PASSWORD)
        self.assertEqual((status, body["code"]), (403, "password_reset_required"), self.program.log())
        self.assertNotIn("password_hash", self.credential())


if __name__ == "__main__":
    unittest.main()
