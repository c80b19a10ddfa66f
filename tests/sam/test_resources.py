"""Parameters, tables, logs and functions, as the documentation says they are."""

import re
import tomllib
import unittest

from support.schema import tables
from support.template import FUNCTIONS, ROOT, Template, logical_id, references, source, uses


SAM_FUNCTION = "AWS::Serverless::Function"


class Parameters(unittest.TestCase):
    def test_every_parameter_reaches_a_resource_or_an_output(self):
        template = source()
        used = references(template["Resources"]) | references(template["Outputs"]) | references(template["Globals"])
        for _ in template["Conditions"]:
            used |= set().union(*(references(template["Conditions"][name]) for name in used & template["Conditions"].keys()))
        self.assertEqual(template["Parameters"].keys() - used, set())
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
            "AllowedOrigins": ["https://*", "*,https://a.example", "https://a.example/", "https://a.example, https://b.example"],
            "AllowedHeaders": ["", "X-A", "x-a,", "x-a, x-b", "*", "x a"],
            "DomainName": ["https://auth.example.com", "auth"],
            "CertificateArn": ["auth"],
            "HostedZoneId": ["example.com"],
            "Issuer": ["http://a.example", "https://a.example/", "https://a.example?x"],
            "OriginSecret": ["short", "with a space that is longer than 32 characters"],
            "OriginSecretNext": ["short", "with a space that is longer than 32 characters"],
            "OriginAddressHeader": ["a header", ""],
            "LimitPair": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitAccount": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitAddress": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "LimitSignup": ["", "10", "10/", "0/900", "-1/3", "10/86401", "10/604800"],
            "SignupReservedConcurrency": ["-1", "some"],
            "LoginReservedConcurrency": ["-1", "some"],
            "AlarmEmail": ["somebody"],
            "SigningKeysKmsKeyArn": ["alias/key"],
            "DynamoDbEndpoint": ["localhost:8000"],
        }
        patterns = {name: p["AllowedPattern"] for name, p in source()["Parameters"].items() if "AllowedPattern" in p}
        self.assertEqual(patterns.keys(), bad.keys())
        for name, pattern in patterns.items():
            self.assertTrue(re.fullmatch(pattern, source()["Parameters"][name]["Default"]), name)
            for value in bad[name]:
                self.assertIsNone(re.fullmatch(pattern, value), f"{name}={value}")

    def test_samconfig_has_three_stacks_whose_parameters_exist(self):
        config = tomllib.loads((ROOT / "samconfig.toml").read_text())
        names = {name: config[name]["global"]["parameters"]["stack_name"] for name in ("default", "dev", "prod")}
        self.assertEqual(names, {"default": "latchkey", "dev": "latchkey-dev", "prod": "latchkey-prod"})
        for name in names:
            deploy = config[name]["deploy"]["parameters"]
            self.assertEqual(deploy["capabilities"], "CAPABILITY_IAM")
            Template(**dict(override.split("=", 1) for override in deploy.get("parameter_overrides", [])))


class Tables(unittest.TestCase):
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

    def test_each_outlives_the_stack(self):
        for name, table in self.tables.items():
            self.assertEqual((table.get("DeletionPolicy"), table.get("UpdateReplacePolicy")), ("Retain", "Retain"), name)

    def test_users_and_credentials_can_be_restored_and_not_be_deleted(self):
        for name in ("UsersTable", "CredentialsTable"):
            properties = self.tables[name]["Properties"]
            self.assertIs(properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], True)
            self.assertIs(properties["DeletionProtectionEnabled"], True)

    def test_a_key_in_kms_is_for_the_signing_keys(self):
        arn = "arn:aws:kms:us-east-1:111111111111:key/1"
        encrypted = {
            name: table["Properties"]["SSESpecification"]["KMSMasterKeyId"]
            for name, table in Template(SigningKeysKmsKeyArn=arn).resources("AWS::DynamoDB::Table").items()
            if "SSESpecification" in table["Properties"]
        }
        self.assertEqual(encrypted, {"SigningKeysTable": arn})


class Functions(unittest.TestCase):
    def test_each_is_built_for_the_architecture_that_is_asked_for(self):
        for function in FUNCTIONS:
            for template, expected in [(Template(), "arm64"), (Template(Architecture="x86_64"), "x86_64")]:
                properties = template.function(function)
                self.assertEqual(properties["Architectures"], [expected])
                self.assertEqual((properties["Runtime"], properties["Timeout"]), ("provided.al2023", 15))

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
                logging = {"LogGroup": group, "LogFormat": "JSON", "SystemLogLevel": "WARN"}
                self.assertEqual(Template().function(function)["LoggingConfig"], logging)
                self.assertEqual(Template().properties(group)["LogGroupName"], f"/aws/lambda/latchkey-{function}")

    def test_every_log_group_forgets(self):
        for days in (30, 7):
            groups = Template(LogRetentionDays=days).resources("AWS::Logs::LogGroup")
            self.assertEqual(groups.keys(), {logical_id(f, "LogGroup") for f in FUNCTIONS} | {"AccessLogGroup"})
            self.assertEqual({group["Properties"]["RetentionInDays"] for group in groups.values()}, {days})

    def test_concurrency_is_reserved_only_where_it_is_asked_for(self):
        asked = {"SignupReservedConcurrency": "5", "LoginReservedConcurrency": "20"}
        for function in FUNCTIONS:
            with self.subTest(function):
                self.assertNotIn("ReservedConcurrentExecutions", Template().function(function))
                reserved = Template(**asked).function(function).get("ReservedConcurrentExecutions")
                self.assertEqual(reserved, asked.get(logical_id(function, "ReservedConcurrency")))


class Alarms(unittest.TestCase):
    def test_each_reaches_the_email_address_that_is_given(self):
        self.assertEqual(Template().resources("AWS::SNS::Topic"), {})
        template = Template(AlarmEmail="ops@example.com")
        topic = template.properties("AlarmTopic")
        self.assertEqual(topic["Subscription"], [{"Protocol": "email", "Endpoint": "ops@example.com"}])
        alarms = template.resources("AWS::CloudWatch::Alarm")
        self.assertEqual(len(alarms), 6)
        for name, alarm in alarms.items():
            self.assertEqual(alarm["Properties"]["AlarmActions"], ["AlarmTopic"], name)

    def test_a_function_that_lambda_refuses_to_run_is_noticed_whichever_it_is(self):
        total, *metrics = Template().properties("ThrottlesAlarm")["Metrics"]
        watched = {metric["Id"]: metric["MetricStat"]["Metric"] for metric in metrics}
        self.assertEqual(watched.keys(), set(FUNCTIONS))
        for function, metric in watched.items():
            dimensions = [{"Name": "FunctionName", "Value": logical_id(function, "Function")}]
            self.assertEqual(metric, {"Namespace": "AWS/Lambda", "MetricName": "Throttles", "Dimensions": dimensions})
        self.assertEqual(total["Expression"], f"SUM([{', '.join(f'FILL({function}, 0)' for function in watched)}])")

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


if __name__ == "__main__":
    unittest.main()
