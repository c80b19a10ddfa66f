"""docs/deployer-policy.json allows what CloudFormation does, in the deployer's name, with each resource of the template, and
little else. tests/sam/test_dist.py runs `sam deploy` with it."""

import json
import tomllib
import unittest

from support.iam import DEPLOYER_POLICY, allows, deployer_policy, listed
from support.lint import complaints
from support.template import MAIL, ROOT, STACK_NAME, Template

REGION, ACCOUNT = "eu-central-1", "1" * 12
# What a managed policy may have, without white space: IAM's quotas,
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MOST_CHARACTERS = 6144


def arn(service, name, region=REGION, account=ACCOUNT):
    return f"arn:aws:{service}:{region}:{account}:{name}"


API, APIS = (arn("apigateway", path, account="") for path in ("/apis/a1b2c3d4e5", "/apis"))
DOMAIN, DOMAINS = (arn("apigateway", path, account="") for path in ("/domainnames/auth.example.com", "/domainnames"))
TAGS = arn("apigateway", "/tags/arn%3Aaws%3Aapigateway%3Aeu-central-1%3A%3A%2Fapis%2Fa1b2c3d4e5", account="")
HOSTED_ZONE, CHANGE = (arn("route53", name, region="", account="") for name in ("hostedzone/Z123", "change/C123"))
CERTIFICATE, KEY = arn("acm", "certificate/1234"), arn("kms", "key/1234")
CODE = "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-1a2b/latchkey/0123456789abcdef"
SERVICE_ROLE = arn("iam", "role/aws-service-role/ops.apigateway.amazonaws.com/AWSServiceRoleForAPIGateway", region="")

ENCRYPTED_FUNCTION = "AWS::Lambda::Function with KmsKeyArn"
LAYERED_FUNCTION = "AWS::Lambda::Function with Layers"

# What CloudFormation does with resources of each type, by the ARN that it does it with. From the permissions of the
# handlers in the schemas of the types (https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html),
# without what only properties need that the template does not set, and from what the services themselves ask for: access
# logs of an HTTP API (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html), tables under a
# key (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html).
NEEDS = {
    "AWS::ApiGatewayV2::Api": lambda name: {
        APIS: "apigateway: GET POST PUT",
        API: "apigateway: DELETE GET PATCH POST PUT",
        TAGS: "apigateway: DELETE GET POST PUT",
        SERVICE_ROLE: "iam: CreateServiceLinkedRole",
    },
    "AWS::ApiGatewayV2::Stage": lambda name: {
        f"{API}/stages": "apigateway: GET POST",
        f"{API}/stages/$default": "apigateway: DELETE GET PATCH",
        "*": "logs: CreateLogDelivery DeleteLogDelivery DescribeLogGroups DescribeResourcePolicies GetLogDelivery "
        "ListLogDeliveries PutResourcePolicy UpdateLogDelivery",
    },
    "AWS::ApiGatewayV2::DomainName": lambda name: {
        DOMAINS: "apigateway: GET POST",
        DOMAIN: "apigateway: DELETE GET PATCH PUT",
        CERTIFICATE: "acm: DescribeCertificate",
    },
    "AWS::ApiGatewayV2::ApiMapping": lambda name: {
        f"{DOMAIN}/apimappings": "apigateway: GET POST",
        f"{DOMAIN}/apimappings/a1b2": "apigateway: DELETE GET PATCH PUT",
    },
    "AWS::Budgets::Budget": lambda name: {
        arn("budgets", f"budget/{name}", region=""): "budgets: ModifyBudget ViewBudget",
    },
    "AWS::CloudWatch::Alarm": lambda name: {
        arn("cloudwatch", f"alarm:{name}"): "cloudwatch: DeleteAlarms ListTagsForResource PutMetricAlarm TagResource "
        "UntagResource",
        "*": "cloudwatch: DescribeAlarms",
    },
    "AWS::DynamoDB::Table": lambda name: {
        arn("dynamodb", f"table/{name}"): "dynamodb: CreateTable DescribeContinuousBackups "
        "DescribeContributorInsights DescribeKinesisStreamingDestination DescribeTable DescribeTimeToLive GetResourcePolicy "
        "ListTagsOfResource TagResource UntagResource UpdateContinuousBackups UpdateTable UpdateTimeToLive",
        KEY: "kms: CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey ReEncryptFrom ReEncryptTo",
    },
    "AWS::IAM::Role": lambda name: {
        arn("iam", f"role/{name}", region=""): "iam: CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy "
        "ListAttachedRolePolicies ListRolePolicies PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy",
    },
    "AWS::KMS::Key": lambda name: {
        "*": "kms: CreateKey",
        KEY: "kms: DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags PutKeyPolicy TagResource "
        "UntagResource UpdateKeyDescription",
    },
    "AWS::Lambda::Function": lambda name: {
        arn("lambda", f"function:{name}"): "lambda: CreateFunction DeleteFunction DeleteFunctionConcurrency GetFunction "
        "GetFunctionCodeSigningConfig GetFunctionConcurrency GetFunctionConfiguration GetFunctionRecursionConfig "
        "GetFunctionScalingConfig GetRuntimeManagementConfig ListTags PutFunctionConcurrency TagResource UntagResource "
        "UpdateFunctionCode UpdateFunctionConfiguration",
        arn("iam", f"role/{STACK_NAME}-MeRole-1A2B3C4D5E6F", region=""): "iam: PassRole",
        CODE: "s3: GetObject GetObjectVersion",
    },
    # One whose environment is under a key in KMS.
    ENCRYPTED_FUNCTION: lambda name: {KEY: "kms: CreateGrant Decrypt Encrypt GenerateDataKey"},
    # One that loads files of an operator's own.
    LAYERED_FUNCTION: lambda name: {arn("lambda", "layer:mails:1"): "lambda: GetLayerVersion"},
    "AWS::Lambda::EventSourceMapping": lambda name: {
        arn("lambda", "event-source-mapping:01234567-89ab-cdef"): "lambda: CreateEventSourceMapping DeleteEventSourceMapping "
        "GetEventSourceMapping UpdateEventSourceMapping",
    },
    "AWS::Lambda::Permission": lambda name: {
        arn("lambda", f"function:{STACK_NAME}-me"): "lambda: AddPermission GetPolicy RemovePermission",
    },
    "AWS::Logs::LogGroup": lambda name: {
        arn("logs", f"log-group:{name}"): "logs: CreateLogGroup DeleteLogGroup DeleteRetentionPolicy ListTagsForResource "
        "PutRetentionPolicy TagResource UntagResource",
        "*": "logs: DescribeLogGroups",
    },
    "AWS::Logs::MetricFilter": lambda name: {
        arn("logs", f"log-group:/aws/vendedlogs/{STACK_NAME}-access:log-stream:"): "logs: DeleteMetricFilter "
        "DescribeMetricFilters PutMetricFilter",
    },
    "AWS::Pipes::Pipe": lambda name: {
        arn("pipes", f"pipe/{name}"): "pipes: CreatePipe DeletePipe DescribePipe ListTagsForResource TagResource UntagResource "
        "UpdatePipe",
    },
    "AWS::Route53::RecordSet": lambda name: {
        HOSTED_ZONE: "route53: ChangeResourceRecordSets GetHostedZone ListResourceRecordSets",
        CHANGE: "route53: GetChange",
        "*": "route53: ListHostedZones",
    },
    "AWS::SES::ConfigurationSet": lambda name: {
        arn("ses", f"configuration-set/{name}"): "ses: CreateConfigurationSet DeleteConfigurationSet GetConfigurationSet "
        "PutConfigurationSetReputationOptions PutConfigurationSetSuppressionOptions",
    },
    "AWS::SNS::Topic": lambda name: {
        arn("sns", name): "sns: CreateTopic DeleteTopic GetDataProtectionPolicy GetTopicAttributes ListSubscriptionsByTopic "
        "ListTagsForResource SetTopicAttributes Subscribe TagResource UntagResource",
        arn("sns", f"{name}:01234567-89ab-cdef"): "sns: Unsubscribe",
    },
    "AWS::SQS::Queue": lambda name: {
        arn("sqs", name): "sqs: CreateQueue DeleteQueue GetQueueAttributes ListQueueTags SetQueueAttributes TagQueue UntagQueue",
    },
}

# What SAM CLI asks for, beside what test_dist sees it do: the bucket for programs, which the first deploy of an account
# makes in a stack of its own, and `sam delete`.
BUCKET = "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-1a2b"
SAM = {
    arn("cloudformation", f"stack/{STACK_NAME}/1234"): "cloudformation: CreateChangeSet DeleteChangeSet DeleteStack "
    "DescribeChangeSet DescribeStackEvents DescribeStacks ExecuteChangeSet GetTemplate GetTemplateSummary ListChangeSets",
    arn("cloudformation", "transform/Serverless-2016-10-31", account="aws"): "cloudformation: CreateChangeSet",
    arn("cloudformation", "stack/aws-sam-cli-managed-default/1234"): "cloudformation: CreateChangeSet DescribeChangeSet "
    "DescribeStacks ExecuteChangeSet",
    BUCKET: "s3: CreateBucket GetBucketLocation GetBucketPolicy ListBucket PutBucketPolicy PutBucketPublicAccessBlock "
    "PutBucketTagging PutBucketVersioning PutEncryptionConfiguration",
    CODE: "s3: AbortMultipartUpload DeleteObject PutObject",
}

# CloudFormation deletes a table only if the deploy that made it fails.
ROLL_BACK = {arn("dynamodb", f"table/{STACK_NAME}-attempts"): "dynamodb: DeleteTable"}

# What the conditions of the policy ask for.
BY_CLOUDFORMATION = {"aws:CalledVia": ["cloudformation.amazonaws.com"]}
BY_DYNAMODB = {"kms:ViaService": f"dynamodb.{REGION}.amazonaws.com"}
BY_LAMBDA = {"kms:ViaService": f"lambda.{REGION}.amazonaws.com"}
TO_LAMBDA = {"iam:PassedToService": "lambda.amazonaws.com"}
BY_API_GATEWAY = {"lambda:Principal": "apigateway.amazonaws.com"}
OF_MAIL = {"lambda:FunctionArn": arn("lambda", f"function:{STACK_NAME}-mail")}
CONTEXT = OF_MAIL | BY_CLOUDFORMATION | BY_DYNAMODB | TO_LAMBDA | BY_API_GATEWAY


def requests(needs):
    """Each action and ARN of a part of the tables above."""
    for resource, actions in needs.items():
        service, names = actions.split(": ")
        for name in names.split():
            yield f"{service}:{name}", resource


def physical_name(logical_id, resource):
    """The name that the template gives a resource, or one like that which it gets without."""
    properties = resource["Properties"]
    if resource["Type"] == "AWS::Budgets::Budget":
        # Other than CloudFormation, Budgets makes up a name that does not begin with the stack's.
        return properties["Budget"].get("BudgetName", "1A2B3C4D5E6F")
    if resource["Type"] == "AWS::SES::ConfigurationSet":
        return properties["Name"]
    return properties.get(resource["Type"].split("::")[-1] + "Name", f"{STACK_NAME}-{logical_id}-1A2B3C4D5E6F")


class Deployer(unittest.TestCase):
    def setUp(self):
        self.policy = deployer_policy()

    def allowed(self, action, resource, context=CONTEXT):
        return allows(self.policy, action, resource, context)

    def test_it_is_a_policy_that_iam_takes(self):
        policy = json.loads(DEPLOYER_POLICY.read_text())
        self.assertLessEqual(len(json.dumps(policy, separators=(",", ":"))), MOST_CHARACTERS)
        resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": policy}}
        self.assertEqual(complaints({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Deployer": resource}}), "")

    def test_it_allows_what_each_resource_of_the_template_needs(self):
        for logical_id, resource in Template().every_resource().items():
            with self.subTest(logical_id):
                self.assertIn(resource["Type"], NEEDS, "say here, and in the policy, what such a resource needs")
                needs = NEEDS[resource["Type"]](physical_name(logical_id, resource))
                refused = [request for request in requests(needs) if not self.allowed(*request)]
                self.assertEqual(refused, [])

    def test_it_lets_lambda_encrypt_the_environment_of_the_function_that_holds_secrets(self):
        encrypted = [name for name, found in Template().every_resource().items() if "KmsKeyArn" in found["Properties"]]
        self.assertEqual(encrypted, ["OAuthFunction", "MailFunction"])
        needs = requests(NEEDS[ENCRYPTED_FUNCTION](f"{STACK_NAME}-oauth"))
        self.assertEqual([request for request in needs if not self.allowed(*request, BY_LAMBDA)], [])

    def test_it_lets_lambda_load_the_layer_of_the_function_that_writes_mails(self):
        (layer,) = NEEDS[LAYERED_FUNCTION](f"{STACK_NAME}-mail")
        template = Template(**MAIL, MailTemplatesLayer=layer)
        self.assertEqual(template.properties("MailFunction")["Layers"], [layer])
        needs = requests(NEEDS[LAYERED_FUNCTION](f"{STACK_NAME}-mail"))
        self.assertEqual([request for request in needs if not self.allowed(*request)], [])

    def test_it_allows_what_sam_needs(self):
        self.assertEqual([request for request in requests(SAM) if not self.allowed(*request)], [])

    def test_programs_go_to_where_it_lets_them(self):
        config = tomllib.loads((ROOT / "samconfig.toml").read_text())
        for name in ("default", "dev", "prod"):
            settings = config[name]["global"]["parameters"]
            self.assertEqual(settings["s3_prefix"], settings["stack_name"])
            self.assertTrue(self.allowed("s3:PutObject", f"{BUCKET}/{settings['s3_prefix']}/0123456789abcdef"))

    def test_it_names_no_action_that_nothing_needs(self):
        tables = [SAM, ROLL_BACK, *(need(f"{STACK_NAME}-x") for need in NEEDS.values())]
        needed = {action for table in tables for action, _ in requests(table)}
        for statement in self.policy:
            for action in listed(statement["Action"]):
                only_this = [statement | {"Action": action, "Resource": "*"}]
                self.assertTrue(any(allows(only_this, name, "-", CONTEXT) for name in needed), action)

    def test_it_reaches_no_resource_of_other_stacks(self):
        other = "other-stack"
        for kind, need in NEEDS.items():
            for action, resource in requests(need(other)):
                if other in resource:
                    self.assertFalse(self.allowed(action, resource), (kind, action, resource))
        for action, resource in requests(SAM):
            if STACK_NAME in resource:
                self.assertFalse(self.allowed(action, resource.replace(STACK_NAME, other)), (action, resource))

    def test_it_deletes_the_tables_that_a_failed_deploy_made_and_never_those_of_users(self):
        tables = {name: found for name, found in Template().every_resource().items() if found["Type"] == "AWS::DynamoDB::Table"}
        for name, table in tables.items():
            with self.subTest(name):
                deleted = self.allowed("dynamodb:DeleteTable", arn("dynamodb", f"table/{physical_name(name, table)}"))
                if table["DeletionPolicy"] == "RetainExceptOnCreate":
                    self.assertTrue(deleted)
                if table["Properties"].get("DeletionProtectionEnabled"):
                    self.assertFalse(deleted)

    def test_it_reads_no_items_and_no_objects_of_others_and_calls_no_function(self):
        table, function = arn("dynamodb", "table/latchkey-signing-keys"), arn("lambda", "function:latchkey-login")
        for action in ("GetItem", "PutItem", "Query", "Scan", "BatchGetItem", "ExportTableToPointInTime", "CreateBackup"):
            self.assertFalse(self.allowed(f"dynamodb:{action}", table), action)
        for action in ("InvokeFunction", "CreateFunctionUrlConfig"):
            self.assertFalse(self.allowed(f"lambda:{action}", function), action)
        # A stream may start the function that sends mail, and no other.
        for context in ({"lambda:FunctionArn": function}, {}):
            self.assertFalse(self.allowed("lambda:CreateEventSourceMapping", function, context))
        self.assertFalse(self.allowed("s3:GetObject", f"{BUCKET}/other-stack/0123"))
        self.assertFalse(self.allowed("logs:FilterLogEvents", arn("logs", "log-group:/aws/lambda/latchkey-login")))

    def test_it_has_no_way_to_other_rights_but_the_roles_of_the_stack(self):
        role, user = arn("iam", "role/latchkey-MeRole-1A2B", region=""), arn("iam", "user/deployer", region="")
        for action in ("AttachRolePolicy", "PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"):
            self.assertFalse(self.allowed(f"iam:{action}", role), action)
        for action in ("CreateUser", "CreateAccessKey", "PutUserPolicy", "AttachUserPolicy"):
            self.assertFalse(self.allowed(f"iam:{action}", user), action)
        self.assertFalse(self.allowed("sts:AssumeRole", role))
        self.assertFalse(self.allowed("iam:PutRolePolicy", arn("iam", "role/admin", region="")))
        for service, passed in [("lambda", True), ("pipes", True), ("ec2", False)]:
            self.assertEqual(self.allowed("iam:PassRole", role, {"iam:PassedToService": f"{service}.amazonaws.com"}), passed, service)
        self.assertFalse(self.allowed("lambda:AddPermission", arn("lambda", "function:latchkey-me"), {"lambda:Principal": "*"}))

    def test_keys_in_kms_are_for_cloudformation_dynamodb_and_lambda_to_use_and_for_nobody_to_delete(self):
        for action in ("Decrypt", "CreateGrant"):
            self.assertTrue(self.allowed(f"kms:{action}", KEY, BY_DYNAMODB))
            self.assertTrue(self.allowed(f"kms:{action}", KEY, BY_LAMBDA))
            self.assertFalse(self.allowed(f"kms:{action}", KEY, BY_CLOUDFORMATION))
            self.assertFalse(self.allowed(f"kms:{action}", KEY, {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}))
        self.assertTrue(self.allowed("kms:PutKeyPolicy", KEY, BY_CLOUDFORMATION))
        self.assertFalse(self.allowed("kms:PutKeyPolicy", KEY, {}))
        for action in ("ScheduleKeyDeletion", "DisableKey"):
            self.assertFalse(self.allowed(f"kms:{action}", KEY), action)


if __name__ == "__main__":
    unittest.main()
