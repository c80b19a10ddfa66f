"""Parameters, tables, logs and functions, as the documentation says they are."""

import re
import tomllib
import unittest

from support.schema import tables
from support.template import EVERYTHING, FUNCTIONS, MAIL, OF_REQUESTS, OF_STREAMS, PROVIDER, ROOT, Template, logical_id, references, source, uses


SAM_FUNCTION = "AWS::Serverless::Function"


def reserved_fields():
    """The names that no field of a profile may have, as the code lists them."""
    fields = (ROOT / "shared/src/domain/profile/mod.rs").read_text()
    return re.findall(r'"(\w+)"', re.search(r"\bRESERVED: [^=]+= \[(.+?)\];", fields, re.DOTALL)[1])


class Parameters(unittest.TestCase):
    def test_every_parameter_reaches_a_resource_or_an_output(self):
        template = source()
        used = references(template["Resources"]) | references(template["Outputs"]) | references(template["Globals"])
        for _ in template["Conditions"]:
            used |= set().union(*(references(template["Conditions"][name]) for name in used & template["Conditions"].keys()))
        # Which only refuse deploys.
        self.assertEqual(template["Parameters"].keys() - used, {"OriginsMustBeListed"})
        self.assertIn("OriginsMustBeListed", references(template["Rules"]))
        self.assertEqual(template["Conditions"].keys() - used, set())

    def test_every_parameter_is_described_and_stands_in_one_group(self):
        template = source()
        groups = template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        grouped = [name for group in groups for name in group["Parameters"]]
        self.assertEqual(sorted(grouped), sorted(template["Parameters"]))
        for name, parameter in template["Parameters"].items():
            self.assertTrue(parameter.get("Description"), name)

    def test_every_default_is_acceptable_and_a_bad_value_is_not(self):
        bad = {
            "AllowedOrigins": [
                "https://*", "*,https://a.example", "https://a.example/", "https://a.example, https://b.example",
                "https://a.example,", "https://A.example", "https://a.example:443", "https://a.example:65536", "https://a.1",
                "http://a.example", "http://192.168.0.10:3000", "http://localhost.evil.example", "http://localhost:80",
                "capacitor://localhost", "ionic://localhost", "tauri://localhost", "null",
                "chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb",
            ],
            "AllowedHeaders": ["", "X-A", "x-a,", "x-a, x-b", "*", "x a"],
            "DomainName": ["https://auth.example.com", "auth", "auth.1"],
            "CertificateArn": ["auth"],
            "HostedZoneId": ["example.com"],
            "Issuer": [
                "http://a.example", "https://a.example/", "https://a.example?x", "https://a.example#x", "https://A.example",
                "https://a.example:443", "https://a.example:443/x", "https://a.example/x/", "https://a.example/x/../y",
                "https://a.example/%2e", "https://user@a.example",
            ],
            "OriginSecret": ["short", "with a space that is longer than 32 characters"],
            "OriginSecretNext": ["short", "with a space that is longer than 32 characters"],
            "OriginAddressHeader": ["a header", ""],
            "Audience": ["", "a\nb", "a\0"],
            "AccessSeconds": ["", "59", "86401", "900.5", "0900", "-1"],
            "SessionSeconds": ["", "86399", "31622401", "86400.5", "1e6", "-1"],
            "SessionIdleSeconds": ["", "86399", "31622401", "86400.5", "1e6", "-1"],
            "TokenLifetimeSeconds": ["", "59", "31622401", "86400.5", "1e3", "086400", "-1"],
            "KeyRotationDays": ["", "0", "1096", "1.5"],
            "PasswordMinLength": ["", "7", "129", "8.5"],
            "Argon2MemoryKib": ["", "19455", "1048577", "19456.5"],
            "Argon2Passes": ["", "1", "17", "2.5"],
            "OAuthReturnUrls": [
                "", "https://*", "https://*.example.com", "https://a.example/*", "https://a.example/?x", "https://a.example/#",
                "https://A.example", "https://a.example:443/x", "https://a.example, https://b.example", "https://a.example,",
                "http://a.example/x", "http://192.168.0.10:3000/x", "http://localhost:80/x", "http://localhost.evil.example/x",
                "myapp:/x", "com.example.app", "com.example.app:", "com.example.app:x", "javascript:alert(1)", "none,none",
                "https://a.example/x/../y", "https://user@a.example/", "null", "https://a.example,https://xn--b.example",
            ],
            "GoogleClientId": ["", "an id", "\u00e9", "a\n"],
            "GoogleClientSecret": ["", "a secret", "\u00e9", "a\n"],
            "GithubClientId": ["", "an id", "\u00e9", "a\n"],
            "GithubClientSecret": ["", "a secret", "\u00e9", "a\n"],
            "GithubUrl": [
                "", "http://github.example.com", "https://github.example.com/", "https://github.example.com/path",
                "https://GitHub.example.com", "https://github.example.com:443", "github.example.com", "https://xn--b.example",
            ],
            "LegacyLogin": [
                "", "http://old.example.com", "https://old.example.com?a", "https://user@old.example.com", "xano:http://a.example/auth/login",
                "xano:https://a.example/auth/signup", "cognito:eu-central-1", "cognito:eu-central-1:", "cognito:eu:1a", "cognito:eu-central-1:a b",
            ],
            "FacebookClientId": ["", "an id", "\u00e9", "a\n"],
            "FacebookClientSecret": ["", "a secret", "\u00e9", "a\n"],
            "XClientId": ["", "an id", "\u00e9", "a\n"],
            "XClientSecret": ["", "a secret", "\u00e9", "a\n"],
            "OidcIssuer": [
                "", "http://a.example", "https://a.example?x", "https://a.example#x", "https://A.example",
                "https://a.example:443", "https://a.example/x/../y", "https://user@a.example", "a.example", "https://xn--b.example",
            ],
            "OidcClientId": ["", "an id", "\u00e9", "a\n"],
            "OidcClientSecret": ["", "a secret", "\u00e9", "a\n"],
            "MailFrom": [
                "", "no-reply", "no-reply@example", "No Reply <a@example.com>", "a@Example.com", "a..b@example.com", ".a@example.com",
                "a@example.com,b@example.com", "a@example.com\n", "a b@example.com", "a@-b.example", "a@xn--b.example",
                f"{'x' * 65}@example.com",
            ],
            "MailReplyTo": ["", "help", "a@example", "a@example.com\n"],
            "AppName": ["", "a\nb", "a\0", "x" * 65],
            "AllowedEmailDomains": [
                "", "*", "*.", ".example.com", "example", "example.com,", "example.com, example.org", "a@example.com", "*example.com",
                "https://example.com", "-a.example", "b\u00fccher.example", "example.com\n",
            ],
            "ProfileFields": [
                "", "company", "company:text", "company:string", "company:string:0", "a b:integer", "1a:integer", "a:integer,",
                "a:integer, b:integer", "*,a:integer", "a:integer\n", "a:integer,role:json",
                *(f"{name}:json" for name in reserved_fields()),
            ],
            "MailTemplatesLayer": [
                "", "mails", "arn:aws:lambda:eu-central-1:111122223333:layer:mails", "arn:aws:s3:::mails/1",
            ],
            "SmtpUrl": [
                "", "smtp.example.com", "https://smtp.example.com", "smtps://user@smtp.example.com", "smtps://smtp.example.com/",
                "smtps://smtp.example.com:0", "smtps://smtp.example.com:65536", "smtps://a:%ff@smtp.example.com",
                "smtps://a:b@c:d@smtp.example.com", "smtps://smtp.example.com?tls=none", "smtps://192.0.2.1",
            ],
            "ResetUrl": [
                "", "http://a.example/", "https://a.example/?x", "https://a.example/#x", "https://user@a.example/", "javascript:x",
                "https://A.example", "https://a.example:443", "https://a.example https://b.example", "com.example.app:/reset",
            ],
            "VerifyUrl": ["", "http://a.example/", "https://a.example/#x", "https://xn--b.example"],
            "CodeSeconds": ["", "1799", "86401", "1800.5", "01800"],
            "LimitMail": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitMailSource": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitCodePair": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitCodeAccount": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitCodeAll": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitMailUnproved": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitPair": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitAccount": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitAddress": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitSignup": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitOAuth": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "SignupReservedConcurrency": ["-1", "some"],
            "LoginReservedConcurrency": ["-1", "some"],
            "OAuthReservedConcurrency": ["-1", "some"],
            "AccountReservedConcurrency": ["-1", "some"],
            "AlarmEmail": ["somebody"],
            "MonthlyBudgetUsd": ["0", "-1", "1.5", "ten"],
            "SigningKeysKmsKeyArn": ["alias/key", "yes"],
            "DynamoDbEndpoint": ["localhost:8000"],
        }
        good = {
            "AllowedOrigins": [
                "*", "https://a.example", "https://a.example,https://b.example:8443", "https://192.0.2.1", "https://localhost",
                "http://localhost:5173,http://127.0.0.1:3000,http://app.localhost", "https://xn--bcher-kva.example",
                "https://a.example:4430", "https://a.example:65535",
            ],
            "OAuthReturnUrls": [
                "https://a.example", "https://a.example/", "https://a.example/signed-in", "https://a.example:8443/x/y.html",
                "http://localhost:5173/signed-in,http://127.0.0.1:3000/,https://a.example/signed-in",
                "com.example.app:/signed-in", "com.example.app:/x/y,https://a.example/~app/sign_in",
            ],
            "GoogleClientId": ["1234-abc.apps.googleusercontent.com"],
            "GithubClientId": ["Iv1.8a61f9b3a7aba766", "Ov23liAbCdEf"],
            "FacebookClientSecret": ["0123456789abcdef0123456789abcdef"],
            "OidcClientSecret": ["a+b/c=%~"],
            "GithubUrl": ["https://github.example.com", "https://github.example.com:8443"],
            "LegacyLogin": [
                "none", "https://old.example.com/log-in", "https://abc.lambda-url.eu-central-1.on.aws/",
                "xano:https://x8ki-letl-twmt.n7.xano.io/api:jVuUQATw/auth/login", "cognito:us-gov-west-1:5i3hkexample",
            ],
            # Auth0's ends in a slash, and Keycloak's and Microsoft's have a path.
            "OidcIssuer": [
                "https://tenant.eu.auth0.com/", "https://id.example.com/realms/app", "https://login.microsoftonline.com/1-2/v2.0",
            ],
            "Issuer": ["", "https://a.example", "https://a.example:8443/x/y.z", "https://a.example/api:group"],
            "MailFrom": ["no-reply@example.com", "a.b+c_d@mail.example.co.uk"],
            "AppName": ["Blumenladen Gr\u00fcn", "A & B <c>"],
            "AllowedEmailDomains": ["none", "example.com", "Example.com,*.example.org", "xn--bcher-kva.example"],
            "ProfileFields": ["none", "*", "company:string:100!", "company:string:100!,newsletter:boolean,age:integer!,a_b:json"],
            "MailTemplatesLayer": [
                "arn:aws:lambda:eu-central-1:111122223333:layer:mails:1", "arn:aws-cn:lambda:cn-north-1:111122223333:layer:our_mails:12",
            ],
            "SmtpUrl": [
                "smtps://smtp.example.com", "smtp://user:pass@smtp.example.com:2525", "smtps://api%40example.com:p%2Bw~1@smtp.example.com",
            ],
            "ResetUrl": ["https://app.example.com/reset", "http://localhost:5173/reset", "https://a.example:8443/"],
            "CodeSeconds": ["1800", "1999", "9999", "86400"],
            "DomainName": ["", "auth.example.com", "xn--bcher-kva.example"],
            "AccessSeconds": ["60", "99", "999", "79999", "86400"],
            "SessionSeconds": ["86400", "99999", "100000", "31622400"],
            "SessionIdleSeconds": ["86400", "99999", "100000", "31622400"],
            "TokenLifetimeSeconds": ["60", "31622400"],
            "KeyRotationDays": ["1", "1095"],
            "PasswordMinLength": ["8", "128"],
            "Argon2MemoryKib": ["19456", "1048576"],
            "Argon2Passes": ["2", "16"],
            # A stack of before the default was create holds an empty value.
            "SigningKeysKmsKeyArn": ["", "create", "none"],
        }
        patterns = {name: p["AllowedPattern"] for name, p in source()["Parameters"].items() if "AllowedPattern" in p}
        self.assertEqual(patterns.keys(), bad.keys())
        for name, pattern in patterns.items():
            for value in [source()["Parameters"][name]["Default"], *good.get(name, [])]:
                self.assertTrue(re.fullmatch(pattern, value), f"{name}={value}")
            for value in bad[name]:
                self.assertIsNone(re.fullmatch(pattern, value), f"{name}={value}")

    def test_samconfig_has_three_stacks_whose_parameters_exist(self):
        config = tomllib.loads((ROOT / "samconfig.toml").read_text())
        names = {name: config[name]["global"]["parameters"]["stack_name"] for name in ("default", "dev", "prod")}
        self.assertEqual(names, {"default": "latchkey", "dev": "latchkey-dev", "prod": "latchkey-prod"})
        for name in names:
            self.assertEqual(config[name]["deploy"]["parameters"]["capabilities"], "CAPABILITY_IAM")
        for name in ("default", "dev"):
            self.assertEqual(Template(**self.overrides(name)).broken_rules(), [])

    def overrides(self, environment):
        deploy = tomllib.loads((ROOT / "samconfig.toml").read_text())[environment]["deploy"]["parameters"]
        return dict(override.split("=", 1) for override in deploy.get("parameter_overrides", []))

    def test_prod_names_no_origins_and_refuses_a_deploy_without_them(self):
        prod = self.overrides("prod")
        self.assertNotIn("AllowedOrigins", prod)
        for origins in ({}, {"AllowedOrigins": "*"}):
            broken, = Template(**prod, **origins).broken_rules()
            self.assertIn("List the origins of your pages in AllowedOrigins", broken)
        self.assertEqual(Template(**prod, AllowedOrigins="https://app.example.com").broken_rules(), [])


class Tables(unittest.TestCase):
    OF_USERS = ("UsersTable", "CredentialsTable", "IdentitiesTable")

    def setUp(self):
        self.tables = Template().resources("AWS::DynamoDB::Table")

    def test_they_are_those_of_the_code_under_its_names(self):
        names = {name: table["Properties"]["TableName"] for name, table in self.tables.items()}
        self.assertEqual(names, {table.logical_id: f"latchkey-{table.suffix}" for table in tables().values()})

    def test_a_function_touches_no_other_and_is_told_the_names_of_those_that_it_touches(self):
        variables = {table.variable for table in tables().values()}
        for function in FUNCTIONS:
            with self.subTest(function):
                touched = {tables()[suffix].variable for suffix in uses(function)["actions"]}
                self.assertEqual(variables & set(uses(function)["variables"]), touched)

    def test_each_has_the_one_string_key_of_the_code_and_is_paid_by_request(self):
        for table in tables().values():
            with self.subTest(table.suffix):
                properties = self.tables[table.logical_id]["Properties"]
                self.assertEqual(properties["KeySchema"], [{"AttributeName": table.key, "KeyType": "HASH"}])
                self.assertEqual(properties["AttributeDefinitions"], [{"AttributeName": table.key, "AttributeType": "S"}])
                self.assertEqual(properties["BillingMode"], "PAY_PER_REQUEST")

    def test_items_expire_by_the_attribute_of_the_code_or_never(self):
        for table in tables().values():
            with self.subTest(table.suffix):
                expected = table.ttl and {"AttributeName": table.ttl, "Enabled": True}
                self.assertEqual(self.tables[table.logical_id]["Properties"].get("TimeToLiveSpecification"), expected)

    def test_each_outlives_the_stack_but_those_without_users_not_a_first_deploy_that_fails(self):
        for name, table in self.tables.items():
            kept = "Retain" if name in self.OF_USERS else "RetainExceptOnCreate"
            self.assertEqual((table.get("DeletionPolicy"), table.get("UpdateReplacePolicy")), (kept, "Retain"), name)

    def test_those_of_users_can_be_restored_and_not_be_deleted(self):
        for name in self.OF_USERS:
            properties = self.tables[name]["Properties"]
            self.assertIs(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], True)
            self.assertIs(properties["DeletionProtectionEnabled"], True)

    def test_a_key_in_kms_is_for_the_secret_keys_and_the_stack_makes_one_unless_told_otherwise(self):
        arn = "arn:aws:kms:us-east-1:111111111111:key/1"
        made = "SigningKeysKey.Arn"
        for parameters, expected in [
            ({}, made),
            ({"SigningKeysKmsKeyArn": "create"}, made),
            ({"SigningKeysKmsKeyArn": arn}, arn),
            ({"SigningKeysKmsKeyArn": "none"}, None),
            # What stacks of before that default hold: nothing changes for them.
            ({"SigningKeysKmsKeyArn": ""}, None),
        ]:
            with self.subTest(parameters):
                template = Template(**parameters)
                encrypted = {
                    name: table["Properties"]["SSESpecification"]["KMSMasterKeyId"]
                    for name, table in template.resources("AWS::DynamoDB::Table").items()
                    if "SSESpecification" in table["Properties"]
                }
                secret = ("SigningKeysTable", "DigestKeysTable", "PendingTable") if expected else ()
                self.assertEqual(encrypted, dict.fromkeys(secret, expected))
                self.assertEqual(list(template.resources("AWS::KMS::Key")), ["SigningKeysKey"] if expected == made else [])


class SigningKeysKey(unittest.TestCase):
    def setUp(self):
        self.key = Template().resources("AWS::KMS::Key")["SigningKeysKey"]
        self.statements = self.statements_of(self.key["Properties"])

    def statements_of(self, properties):
        return {statement["Sid"]: statement for statement in properties["KeyPolicy"]["Statement"]}

    def test_it_outlives_the_stack_and_rotates(self):
        self.assertEqual((self.key["DeletionPolicy"], self.key["UpdateReplacePolicy"]), ("Retain", "Retain"))
        self.assertIs(self.key["Properties"]["EnableKeyRotation"], True)

    def test_the_account_can_always_administer_it_and_administering_it_decrypts_nothing(self):
        administer = self.statements["Administer"]
        self.assertEqual(administer["Principal"], {"AWS": "arn:aws:iam::111111111111:root"})
        self.assertNotIn("Condition", administer)
        self.assertLessEqual({"kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:RevokeGrant"}, set(administer["Action"]))
        for action in administer["Action"]:
            self.assertNotRegex(action, r"\*|Decrypt|Encrypt|GenerateDataKey|CreateGrant")

    def test_it_is_used_through_dynamodb_alone_and_by_nobody_elses_principals(self):
        through = {"StringEquals": {"kms:ViaService": "dynamodb.us-east-1.amazonaws.com"}}
        for sid, statement in self.statements.items():
            actions = statement["Action"]
            if any(re.search("Decrypt|Encrypt|GenerateDataKey|CreateGrant", action) for action in actions):
                self.assertEqual((sid, statement["Condition"]), ("UseThroughDynamoDB", through))
                self.assertEqual(statement["Principal"], {"AWS": "arn:aws:iam::111111111111:root"})
        self.assertEqual(self.statements["LetDynamoDbDescribeIt"]["Principal"], {"Service": "dynamodb.amazonaws.com"})
        self.assertEqual(len(self.statements), 3)

    def test_lambda_may_use_it_for_the_secrets_of_providers_if_there_are_any(self):
        statements = self.statements_of(Template(**PROVIDER).properties("SigningKeysKey"))
        self.assertEqual(statements, self.statements_of(Template(**MAIL).properties("SigningKeysKey")))
        through_lambda = statements.pop("UseThroughLambda")
        self.assertEqual(statements, self.statements)
        self.assertEqual(through_lambda["Condition"], {"StringEquals": {"kms:ViaService": "lambda.us-east-1.amazonaws.com"}})
        self.assertEqual(through_lambda["Principal"], {"AWS": "arn:aws:iam::111111111111:root"})

    def test_it_encrypts_the_environment_that_holds_secrets_and_no_other(self):
        own = "arn:aws:kms:us-east-1:111111111111:key/1"
        for chosen, expected in [("create", "SigningKeysKey.Arn"), (own, own), ("none", None), ("", None)]:
            template = Template(**EVERYTHING, SigningKeysKmsKeyArn=chosen)
            keys = {function: template.function(function).get("KmsKeyArn") for function in FUNCTIONS}
            self.assertEqual(keys, dict.fromkeys(FUNCTIONS) | {"oauth": expected, "mail": expected}, chosen)


class Providers(unittest.TestCase):
    def made(self, template):
        kinds = {resource["Type"] for resource in template.every_resource().values()}
        return {name for kind in kinds for name in template.resources(kind)}

    def test_without_one_nothing_is_made_for_them_but_the_table(self):
        of_providers = self.made(Template(**PROVIDER)) - self.made(Template())
        permissions = {name for name in of_providers if name.endswith("Permission")}
        self.assertEqual(of_providers - permissions, {"OAuthFunction", "OAuthLogGroup", "OAuthRole", "ProviderAlarm"})
        self.assertEqual(len(permissions), len(uses("oauth")["routes"]))
        self.assertIn("IdentitiesTable", self.made(Template()))

    def test_any_one_is_enough(self):
        for provider in ("Google", "Github", "Facebook", "X", "Oidc"):
            template = Template(**{f"{provider}ClientId": "an-id", f"{provider}ClientSecret": "a-secret"})
            self.assertIn("OAuthFunction", template.resources("AWS::Lambda::Function"), provider)

    def test_nobody_who_may_look_at_the_stack_reads_a_secret(self):
        secrets = {name for name in source()["Parameters"] if name.endswith("Secret")} | {"SmtpUrl"}
        self.assertEqual(len(secrets), 7)
        for name in secrets:
            self.assertIs(source()["Parameters"][name].get("NoEcho"), True, name)


class Mail(unittest.TestCase):
    made = Providers.made

    def test_without_an_address_nothing_is_made_for_it_but_its_tables(self):
        of_mail = self.made(Template(**MAIL)) - self.made(Template())
        own = {"MailFunction", "MailFunctionOutbox", "MailLogGroup", "MailRole", "MailFailuresQueue", "MailConfigurationSet"}
        alarms = {"MailFailuresAlarm", "StoppedCodesAlarm", "UnsentMailsAlarm", "UnprovedMailsAlarm", "MailBouncesAlarm", "MailComplaintsAlarm"}
        self.assertEqual(of_mail, own | alarms)
        self.assertLessEqual({"OutboxTable", "PendingTable"}, self.made(Template()))

    def test_with_a_mail_server_nothing_is_made_at_ses(self):
        server = self.made(Template(**MAIL, MailTransport="smtp", SmtpUrl="smtps://smtp.example.com"))
        of_ses = self.made(Template(**MAIL)) - server
        self.assertEqual(of_ses, {"MailConfigurationSet", "MailBouncesAlarm", "MailComplaintsAlarm"})

    def test_the_stream_tells_of_new_keys_alone_and_what_fails_ends_in_a_queue(self):
        stream = Template().properties("OutboxTable")["StreamSpecification"]
        self.assertEqual(stream, {"StreamViewType": "KEYS_ONLY"})
        mapping = Template(**MAIL).properties("MailFunctionOutbox")
        self.assertEqual(mapping["EventSourceArn"], "OutboxTable.StreamArn")
        self.assertEqual(mapping["FilterCriteria"], {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]})
        self.assertEqual((mapping["FunctionResponseTypes"], mapping["BisectBatchOnFunctionError"]), (["ReportBatchItemFailures"], True))
        self.assertEqual((mapping["MaximumRecordAgeInSeconds"], mapping["MaximumRetryAttempts"]), (3600, 30))
        self.assertEqual(mapping["DestinationConfig"]["OnFailure"]["Destination"], "MailFailuresQueue.Arn")
        self.assertIs(Template(**MAIL).properties("MailFailuresQueue")["SqsManagedSseEnabled"], True)
        name = Template(**MAIL).properties("UnsentMailsAlarm")["Dimensions"][0]["Value"]
        self.assertEqual(name, "MailFailuresQueue.QueueName")

    def test_ses_tracks_nobody_and_writes_to_nobody_who_bounced(self):
        properties = Template(**MAIL).properties("MailConfigurationSet")
        self.assertEqual(properties["SuppressionOptions"], {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]})
        # Opens and clicks are tracked for those whom an event destination tells of them.
        self.assertEqual(Template(**MAIL).resources("AWS::SES::ConfigurationSetEventDestination"), {})

    def test_the_alarms_watch_what_the_function_counts(self):
        code = (ROOT / "functions/mail/src/steps.rs").read_text()
        for name, metric in [("MailFailuresAlarm", "mail_failures"), ("UnprovedMailsAlarm", "unproved_mails_dropped")]:
            alarm = Template(**MAIL).properties(name)
            self.assertEqual((alarm["Namespace"], alarm["MetricName"]), ("Latchkey", metric))
            self.assertEqual(alarm["Dimensions"], [{"Name": "function", "Value": "MailFunction"}])
            self.assertIn(f'"{metric}"', code)


class Functions(unittest.TestCase):
    def test_each_is_built_for_the_architecture_that_is_asked_for(self):
        for function in FUNCTIONS:
            for template, expected in [(Template(), "arm64"), (Template(Architecture="x86_64"), "x86_64")]:
                properties = template.function(function)
                self.assertEqual(properties["Architectures"], [expected])
                timeout = 30 if function in OF_STREAMS else 15
                self.assertEqual((properties["Runtime"], properties["Timeout"]), ("provided.al2023", timeout))

    def test_each_is_the_program_of_its_name(self):
        functions = {name: function for name, function in source()["Resources"].items() if function["Type"] == SAM_FUNCTION}
        self.assertEqual(functions.keys(), {logical_id(function, "Function") for function in FUNCTIONS})
        for function in FUNCTIONS:
            with self.subTest(function):
                metadata = functions[logical_id(function, "Function")]["Metadata"]
                self.assertEqual(metadata, {"BuildMethod": "rust-cargolambda", "BuildProperties": {"Binary": function}})
                self.assertEqual(Template().function(function)["FunctionName"], f"latchkey-{function}")

    def test_each_logs_json_to_a_group_of_its_own(self):
        for function in FUNCTIONS:
            with self.subTest(function):
                group = logical_id(function, "LogGroup")
                logging = {"LogGroup": group, "LogFormat": "JSON", "SystemLogLevel": "INFO"}
                self.assertEqual(Template().function(function)["LoggingConfig"], logging)
                self.assertEqual(Template().properties(group)["LogGroupName"], f"/aws/lambda/latchkey-{function}")

    def test_every_log_group_forgets(self):
        for days in (30, 7):
            groups = Template(**EVERYTHING, LogRetentionDays=days).resources("AWS::Logs::LogGroup")
            self.assertEqual(groups.keys(), {logical_id(f, "LogGroup") for f in FUNCTIONS} | {"AccessLogGroup"})
            self.assertEqual({group["Properties"]["RetentionInDays"] for group in groups.values()}, {days})

    def test_concurrency_is_reserved_only_where_it_is_asked_for(self):
        asked = {
            "SignupReservedConcurrency": "5", "LoginReservedConcurrency": "20", "OAuthReservedConcurrency": "7",
            "AccountReservedConcurrency": "3",
        }
        for function in FUNCTIONS:
            with self.subTest(function):
                self.assertNotIn("ReservedConcurrentExecutions", Template().function(function))
                reserved = Template(**asked).function(function).get("ReservedConcurrentExecutions")
                self.assertEqual(reserved, asked.get(logical_id(function, "ReservedConcurrency")))


class Alarms(unittest.TestCase):
    def test_each_reaches_the_email_address_that_is_given(self):
        self.assertEqual(Template().resources("AWS::SNS::Topic"), {})
        template = Template(**EVERYTHING, AlarmEmail="ops@example.com")
        topic = template.properties("AlarmTopic")
        self.assertEqual(topic["Subscription"], [{"Protocol": "email", "Endpoint": "ops@example.com"}])
        alarms = template.resources("AWS::CloudWatch::Alarm")
        self.assertEqual(len(alarms), 15)
        for name, alarm in alarms.items():
            self.assertEqual(alarm["Properties"]["AlarmActions"], ["AlarmTopic"], name)

    def test_a_sum_counts_a_metric_that_has_no_data_yet_as_nothing(self):
        for parameters, sums in [({}, 2), (PROVIDER, 2), (MAIL, 3), (EVERYTHING, 3)]:
            template, summed = Template(**parameters), 0
            for name, alarm in template.resources("AWS::CloudWatch::Alarm").items():
                self.assertEqual(alarm["Properties"]["TreatMissingData"], "notBreaching", name)
                queries = alarm["Properties"].get("Metrics", [])
                ids = [query["Id"] for query in queries if "MetricStat" in query]
                for query in queries:
                    if "Expression" in query:
                        summed += 1
                        self.assertEqual(query["Expression"], f"SUM([{', '.join(f'FILL({id}, 0)' for id in ids)}])", name)
            self.assertEqual(summed, sums)

    def test_codes_that_are_not_looked_at_raise_one_wherever_they_are_tried(self):
        _sum, *metrics = Template(**MAIL).properties("StoppedCodesAlarm")["Metrics"]
        watched = [metric["MetricStat"]["Metric"] for metric in metrics]
        self.assertEqual({(metric["Namespace"], metric["MetricName"]) for metric in watched}, {("Latchkey", "codes_stopped")})
        taking = [name for name in OF_REQUESTS if "LIMIT_CODE_ALL" in uses(name)["variables"]]
        functions = [metric["Dimensions"] for metric in watched]
        self.assertCountEqual(functions, [[{"Name": "function", "Value": logical_id(name, "Function")}] for name in taking])

    def test_many_requests_raise_one_whoever_sends_them(self):
        self.assertEqual(Template().properties("ManyRequestsAlarm")["Threshold"], 10_000)
        alarm = Template(RequestsAlarm=500).properties("ManyRequestsAlarm")
        self.assertEqual((alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]), ("AWS/ApiGateway", "Count", "Sum"))
        self.assertEqual((alarm["Threshold"], alarm["Period"], alarm["EvaluationPeriods"]), (500, 300, 1))
        self.assertEqual(alarm["Dimensions"], [{"Name": "ApiId", "Value": "Api"}, {"Name": "Stage", "Value": "$default"}])

    def test_a_budget_is_made_if_it_is_asked_for_and_mails_whom_the_alarms_mail(self):
        self.assertEqual(Template(AlarmEmail="ops@example.com").resources("AWS::Budgets::Budget"), {})
        budget = Template(AlarmEmail="ops@example.com", MonthlyBudgetUsd="50").properties("MonthlyBudget")
        self.assertEqual(budget["Budget"]["BudgetLimit"], {"Amount": "50", "Unit": "USD"})
        self.assertEqual((budget["Budget"]["BudgetType"], budget["Budget"]["TimeUnit"]), ("COST", "MONTHLY"))
        for notified in budget["NotificationsWithSubscribers"]:
            self.assertEqual(notified["Subscribers"], [{"SubscriptionType": "EMAIL", "Address": "ops@example.com"}])

    def test_what_costs_by_the_month_says_so(self):
        priced = {"RequestsAlarm": "0.10 dollars a month", "MonthlyBudgetUsd": "free", "SigningKeysKmsKeyArn": "1 dollar a month"}
        for parameter, price in priced.items():
            self.assertIn(price, " ".join(source()["Parameters"][parameter]["Description"].split()))
        alarm = Template(**PROVIDER).properties("ProviderAlarm")
        self.assertIn("0.10 dollars a month", alarm["AlarmDescription"])

    def test_a_function_that_lambda_refuses_to_run_is_noticed_whichever_it_is(self):
        every = set(FUNCTIONS)
        for template, functions in [
            (Template(), every - {"oauth", "mail"}),
            (Template(**PROVIDER), every - {"mail"}),
            (Template(**MAIL), every - {"oauth"}),
            (Template(**EVERYTHING), every),
        ]:
            _sum, *metrics = template.properties("ThrottlesAlarm")["Metrics"]
            watched = {metric["Id"]: metric["MetricStat"]["Metric"] for metric in metrics}
            self.assertEqual(watched.keys(), functions)
            for function, metric in watched.items():
                dimensions = [{"Name": "FunctionName", "Value": logical_id(function, "Function")}]
                self.assertEqual(metric, {"Namespace": "AWS/Lambda", "MetricName": "Throttles", "Dimensions": dimensions})

    def test_what_the_throttle_refuses_is_counted_in_the_access_log_and_watched(self):
        counted = Template().properties("RefusedRequests")
        self.assertEqual((counted["LogGroupName"], counted["FilterPattern"]), ("AccessLogGroup", '{ $.status = "429" }'))
        logged = Template().properties("ApiApiGatewayDefaultStage")["AccessLogSettings"]["Format"]
        self.assertIn('"status":"$context.status"', logged)
        alarm, (metric,) = Template().properties("RefusedRequestsAlarm"), counted["MetricTransformations"]
        self.assertEqual((alarm["Namespace"], alarm["MetricName"]), (metric["MetricNamespace"], metric["MetricName"]))

    def test_the_burst_alarm_watches_metrics_that_login_writes(self):
        alarm = Template().properties("FailedLoginsBurstAlarm")
        watched = [query["MetricStat"]["Metric"] for query in alarm["Metrics"] if "MetricStat" in query]
        dimensions = [{dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]} for metric in watched]
        self.assertEqual([metric["MetricName"] for metric in watched], ["failures", "refused"])
        by_login = {"function": "LoginFunction"}
        self.assertEqual(dimensions, [by_login | {"code": "invalid_credentials"}, by_login])
        metrics = (ROOT / "shared/src/logging/metrics.rs").read_text()
        self.assertEqual({metric["Namespace"] for metric in watched}, {re.search('NAMESPACE: &str = "(.+)"', metrics)[1]})
        for name in ("failures", "refused"):
            self.assertIn(f'"{name}"', metrics)

    def test_the_alarm_on_providers_watches_a_metric_that_oauth_counts(self):
        alarm = Template(**PROVIDER).properties("ProviderAlarm")
        self.assertEqual((alarm["Threshold"], alarm["EvaluationPeriods"]), (5, 1))
        self.assertEqual((alarm["Statistic"], alarm["Period"], alarm["Namespace"]), ("Sum", 300, "Latchkey"))
        self.assertEqual(alarm["Dimensions"], [{"Name": "function", "Value": "OAuthFunction"}])
        code = "".join(path.read_text() for path in (ROOT / "functions/oauth/src").rglob("*.rs"))
        self.assertIn(f'"{alarm["MetricName"]}"', code)


if __name__ == "__main__":
    unittest.main()
