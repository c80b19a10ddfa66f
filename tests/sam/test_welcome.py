"""examples/welcome: which events reach its function, and what it may do."""

import json
import unittest

from samcli.yamlhelper import yaml_parse

from support.template import ROOT, transform

EXAMPLE = ROOT / "examples/welcome"
USERS = {"Fn::Sub": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${LatchkeyStack}-users"}


def resolved(value, parameters):
    if isinstance(value, list):
        return [resolved(part, parameters) for part in value]
    if isinstance(value, dict):
        return parameters[value["Ref"]] if value.keys() == {"Ref"} else {key: resolved(part, parameters) for key, part in value.items()}
    return value


def matches(pattern, event):
    """Whether a rule's pattern of lists lets an event through: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"""
    return all(event.get(name) in wanted for name, wanted in pattern.items())


class Welcome(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        written = yaml_parse((EXAMPLE / "template.yaml").read_text())
        cls.parameters = {name: parameter["Default"] for name, parameter in written["Parameters"].items()}
        written["Resources"]["WelcomeFunction"]["Properties"]["CodeUri"] = "s3://bucket/key"
        cls.resources = transform(written, cls.parameters)["Resources"]

    def of_type(self, kind):
        return {name: resource["Properties"] for name, resource in self.resources.items() if resource["Type"] == kind}

    def test_the_events_of_latchkeys_stack_reach_the_function_and_no_others(self):
        (rule,) = self.of_type("AWS::Events::Rule").values()
        pattern = resolved(rule["EventPattern"], self.parameters)
        for file in EXAMPLE.glob("events/*.json"):
            event = json.loads(file.read_text())
            self.assertTrue(matches(pattern, event), file)
            for other in ({"source": "latchkey-dev"}, {"source": "aws.s3"}, {"detail-type": "latchkey.user.changed"}):
                self.assertFalse(matches(pattern, event | other), other)
        (target,) = rule["Targets"]
        self.assertEqual(target["Arn"], {"Fn::GetAtt": ["WelcomeFunction", "Arn"]})

    def test_what_fails_ends_in_the_queue(self):
        queue = {"Fn::GetAtt": ["FailuresQueue", "Arn"]}
        (rule,) = self.of_type("AWS::Events::Rule").values()
        self.assertEqual(rule["Targets"][0]["DeadLetterConfig"], {"Arn": queue})
        (config,) = self.of_type("AWS::Lambda::EventInvokeConfig").values()
        self.assertEqual(config["DestinationConfig"], {"OnFailure": {"Destination": queue}})
        (policy,) = self.of_type("AWS::SQS::QueuePolicy").values()
        (statement,) = policy["PolicyDocument"]["Statement"]
        ((rule, _),) = self.of_type("AWS::Events::Rule").items()
        self.assertEqual(statement["Condition"], {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}})

    def test_it_reads_of_a_user_the_name_and_writes_to_its_own_table_alone(self):
        (role,) = self.of_type("AWS::IAM::Role").values()
        (policy,) = role["Policies"]
        read, check, *rest = policy["PolicyDocument"]["Statement"]
        self.assertEqual((read["Action"], read["Resource"]), ("dynamodb:GetItem", USERS))
        self.assertEqual(read["Condition"]["ForAllValues:StringEquals"], {"dynamodb:Attributes": ["id", "name"]})
        self.assertEqual((check["Action"], check["Resource"]), ("dynamodb:ConditionCheckItem", USERS))
        own = [{"Fn::GetAtt": [name, "Arn"]} for name in ("MessagesTable", "FailuresQueue", "WelcomeLogGroup")]
        self.assertEqual([statement["Resource"] for statement in rest], own)
        self.assertNotIn("*", "".join(action for statement in rest for action in statement["Action"]))


if __name__ == "__main__":
    unittest.main()
