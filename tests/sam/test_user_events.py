"""What the pipes tell EventBridge's default bus of new and deleted users. `cargo dev --on-user` is held against the same events:
local/src/user_events/event.rs."""

import json
import unittest

from support.template import MAIL, ROOT, USER_EVENTS, Template, source

EVENTS = ROOT / "examples/welcome/events"
BUS = "arn:aws:events:us-east-1:111111111111:event-bus/default"
PIPES = {"created": ("UserCreatedPipe", "INSERT"), "deleted": ("UserDeletedPipe", "REMOVE")}


def made(template):
    kinds = {resource["Type"] for resource in template.every_resource().values()}
    return {name for kind in kinds for name in template.resources(kind)}


def told(template, key):
    """What a pipe makes of its template for the item with this key. A record has its keys here:
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html"""
    return json.loads(template.replace("<$.dynamodb.Keys.id.S>", key))


class UserEvents(unittest.TestCase):
    def setUp(self):
        self.template = Template(**USER_EVENTS)

    def test_off_is_the_default_and_makes_nothing_and_leaves_the_table_as_it_was(self):
        self.assertEqual(made(self.template) - made(Template()), {
            "UserCreatedPipe", "UserDeletedPipe", "UserEventsRole", "UserEventFailuresQueue", "LostUserEventsAlarm",
        })
        self.assertEqual(made(Template()) - made(self.template), set())
        with_stream, without = (template.properties("UsersTable") for template in (self.template, Template()))
        self.assertNotIn("StreamSpecification", without)
        self.assertEqual(with_stream, without | {"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}})

    def test_each_pipe_tells_of_one_kind_of_change_as_the_examples_say(self):
        for kind, (name, change) in PIPES.items():
            with self.subTest(kind):
                event = json.loads((EVENTS / f"{kind}.json").read_text())
                pipe = self.template.properties(name)
                pattern, = pipe["SourceParameters"]["FilterCriteria"]["Filters"]
                self.assertEqual(json.loads(pattern["Pattern"]), {"eventName": [change]})
                target = pipe["TargetParameters"]
                entry = target["EventBridgeEventBusParameters"]
                self.assertEqual(entry, {"Source": event["source"], "DetailType": event["detail-type"]})
                key = event["detail"]["id"]
                self.assertEqual(told(target["InputTemplate"], key), event["detail"])
                self.assertEqual((pipe["Source"], pipe["Target"]), ("UsersTable.StreamArn", BUS))

    def test_what_the_bus_does_not_take_is_tried_again_for_a_while_and_then_raises_an_alarm(self):
        for name, _ in PIPES.values():
            stream = self.template.properties(name)["SourceParameters"]["DynamoDBStreamParameters"]
            self.assertEqual(stream["DeadLetterConfig"], {"Arn": "UserEventFailuresQueue.Arn"})
            # A record is in the stream for a day.
            self.assertLess(stream["MaximumRecordAgeInSeconds"], 24 * 3600)
            self.assertGreater(stream["MaximumRetryAttempts"], 0)
            self.assertEqual((stream["OnPartialBatchItemFailure"], stream["StartingPosition"]), ("AUTOMATIC_BISECT", "TRIM_HORIZON"))
        self.assertIs(self.template.properties("UserEventFailuresQueue")["SqsManagedSseEnabled"], True)
        alarm = self.template.properties("LostUserEventsAlarm")
        self.assertEqual((alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]), ("AWS/SQS", "ApproximateNumberOfMessagesVisible", 1))
        self.assertEqual(alarm["Dimensions"], [{"Name": "QueueName", "Value": "UserEventFailuresQueue.QueueName"}])

    def test_the_pipes_may_read_the_stream_and_no_item_and_hand_on(self):
        role = self.template.properties("UserEventsRole")
        trusted, = role["AssumeRolePolicyDocument"]["Statement"]
        self.assertEqual(trusted["Principal"], {"Service": "pipes.amazonaws.com"})
        self.assertEqual(trusted["Condition"], {"StringEquals": {"aws:SourceAccount": "1" * 12}})
        policy, = role["Policies"]
        granted = {}
        for statement in policy["PolicyDocument"]["Statement"]:
            self.assertEqual(statement.keys(), {"Effect", "Action", "Resource"})
            granted.setdefault(statement["Resource"], []).append(statement["Action"])
        reading = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
        self.assertEqual(granted, {
            "UsersTable.StreamArn": [reading], BUS: ["events:PutEvents"], "UserEventFailuresQueue.Arn": ["sqs:SendMessage"],
        })
        self.assertEqual(role.keys(), {"AssumeRolePolicyDocument", "Policies"})
        for name, _ in PIPES.values():
            self.assertEqual(self.template.properties(name)["RoleArn"], "UserEventsRole.Arn")

    def test_two_stacks_of_an_account_do_not_sound_alike(self):
        for name, _ in PIPES.values():
            target = source()["Resources"][name]["Properties"]["TargetParameters"]
            self.assertEqual(target["EventBridgeEventBusParameters"]["Source"], {"Ref": "AWS::StackName"})

    def test_no_function_is_told_or_may_do_anything_else(self):
        for name, resource in Template(**MAIL).resources("AWS::Lambda::Function").items():
            self.assertEqual(Template(**MAIL, **USER_EVENTS).properties(name), resource["Properties"], name)


if __name__ == "__main__":
    unittest.main()
