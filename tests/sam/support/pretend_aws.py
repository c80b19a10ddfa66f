"""An AWS at one address of this machine, played by moto: CloudFormation, IAM, STS, S3, DynamoDB and more. While `enforced()`
is entered, its IAM checks the signature and the rights of each request.

moto evaluates policies, but asks for the resource "*" whatever a request to DynamoDB or CloudFormation is about. So this
module says what it is about. As on AWS, a transaction needs the rights to its parts, and who touches an item of a table
that is under a key in KMS needs the right to that key.
"""

import contextlib
import json
import logging
import urllib.request
from unittest import mock

import boto3
from botocore.config import Config
from moto.cloudformation.parsing import resource_class_from_type
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.authorization import enable_iam_authentication
from moto.dynamodb.responses import DynamoHandler
from moto.iam.access_control import IAMRequest
from moto.iam.models import iam_backends
from moto.server import ThreadedMotoServer

from support.template import REGION, STACK_NAME, references

ACCOUNT = "123456789012"
# While nothing is enforced, any will do.
_ADMINISTRATOR = {"AWS_ACCESS_KEY_ID": "administrator", "AWS_SECRET_ACCESS_KEY": "administrator"}


class PretendAws:
    def __init__(self):
        for name in ("werkzeug", "moto"):
            logging.getLogger(name).setLevel(logging.ERROR)
        # Every right that a request needed and had since `enforced()` was entered, as (action, ARN).
        self.granted = set()
        self._patches = contextlib.ExitStack()
        self._patch(DynamoHandler, _rights_to_tables)
        self._patch(CloudFormationResponse, _rights_to_stacks)
        self._server = ThreadedMotoServer("localhost", 0, verbose=False)
        self._server.start()
        # By this name moto finds templates in its S3.
        self.url = f"http://localhost:{self._server.get_host_and_port()[1]}"
        # What it made before in this process it would still have.
        urllib.request.urlopen(f"{self.url}/moto-api/reset", data=b"").close()

    def stop(self):
        self._server.stop()
        self._patches.close()

    def client(self, service, credentials=_ADMINISTRATOR):
        """A client for a service, which sends each request once and as it is."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=credentials.get("AWS_SESSION_TOKEN"),
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )

    def make_stack(self, transformed, parameters):
        """Makes a stack of a transformed template with these parameters, but for resources that moto does not know and those
        that refer to them. Returns the physical names of the others by their logical ones."""
        s3 = self.client("s3")
        # Where the template says that the programs are.
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="key", Body=b"")
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        template = _what_moto_knows(transformed)
        self.make_any_stack(STACK_NAME, template, Capabilities=["CAPABILITY_IAM"], Parameters=given)
        self._write_policies_as_text()
        made = self.client("cloudformation").describe_stack_resources(StackName=STACK_NAME)["StackResources"]
        # What its condition rules out is there without a name.
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in made if "LogicalResourceId" in one}

    def make_any_stack(self, name, template, **request):
        """Makes a stack of a template that moto knows all of."""
        self.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template), **request)

    def credentials_of(self, role):
        """The variables by which Lambda tells a function that it has the role of this physical name."""
        arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
        got = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="function")["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": got["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"],
            "AWS_SESSION_TOKEN": got["SessionToken"],
        }

    def credentials_with(self, policy):
        """The variables of a user who has this policy and no other."""
        iam = self.client("iam")
        iam.create_user(UserName="deployer")
        iam.put_user_policy(UserName="deployer", PolicyName="deployer", PolicyDocument=policy)
        got = iam.create_access_key(UserName="deployer")["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": got["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": got["SecretAccessKey"]}

    @contextlib.contextmanager
    def enforced(self):
        """Every request needs credentials and rights."""
        self.granted.clear()
        with enable_iam_authentication():
            yield

    def _write_policies_as_text(self):
        # As moto's CloudFormation leaves them, with null for AWS::NoValue, moto's IAM cannot read them.
        for role in iam_backends[ACCOUNT]["aws"].roles.values():
            for name, policy in role.policies.items():
                statements = [statement for statement in policy["Statement"] if statement is not None]
                role.policies[name] = json.dumps(policy | {"Statement": statements})

    def _patch(self, handler, rights):
        def authorize(request, _resource="*"):
            for action, arn in rights(request):
                request._authenticate_and_authorize_action(_asking_for(action), arn)
                self.granted.add((action, arn))

        self._patches.enter_context(mock.patch.object(handler, "_authenticate_and_authorize_normal_action", authorize))


def table_arn(name):
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"


def _asking_for(action):
    def request(**arguments):
        made = IAMRequest(**arguments)
        made._action = action
        return made

    return request


def _rights_to_tables(request):
    action, body = request._get_action(), request.params
    if action.startswith("Transact"):
        parts = [(f"{kind}Item", part["TableName"]) for item in body["TransactItems"] for kind, part in item.items()]
    elif "RequestItems" in body:
        parts = [(action, table) for table in body["RequestItems"]]
    else:
        parts = [(action, body.get("TableName", "*"))]
    for action, name in parts:
        yield f"dynamodb:{action}", table_arn(name)
        table = request.dynamodb_backend.tables.get(name)
        key = action.endswith("Item") and table and (table.sse_specification or {}).get("KMSMasterKeyId")
        if key:
            yield "kms:Decrypt", key if key.startswith("arn:") else f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}"


def _rights_to_stacks(request):
    name = request._get_param("StackName") or "*"
    arn = name if name.startswith("arn:") else f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/*"
    yield f"cloudformation:{request._get_action()}", arn


def _what_moto_knows(template):
    resources = template["Resources"]
    left_out = {name for name, resource in resources.items() if not resource_class_from_type(resource["Type"])}
    while left_out & resources.keys():
        resources = {name: resource for name, resource in resources.items() if name not in left_out}
        left_out |= {name for name, resource in resources.items() if references(resource) & left_out}
    # Outputs and rules are of no use here, and moto fails on outputs that name what it did not make.
    return {"Parameters": template["Parameters"], "Conditions": template["Conditions"], "Resources": resources}
