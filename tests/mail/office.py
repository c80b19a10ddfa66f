"""Tables, a real stream of Outbox, and the function's program between them and a mail server."""

import base64
import json
import os
import secrets
import time
import uuid

import boto3

from support.emulator import Emulator

DYNAMODB = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
KEYS = {name: os.environ[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
TABLES = {name: f"latchkey-{name.removesuffix('_TABLE').lower().replace('_', '-')}" for name in (
    "ATTEMPTS_TABLE", "CREDENTIALS_TABLE", "DIGEST_KEYS_TABLE", "PENDING_TABLE",
)}


def client(service):
    return boto3.client(
        service, endpoint_url=DYNAMODB, region_name="us-east-1", aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


class Office:
    """A program of its own with a table of intents of its own, whose stream tells of them."""

    def __init__(self, **variables):
        self.dynamodb, self.streams = client("dynamodb"), client("dynamodbstreams")
        self.outbox = f"outbox-{uuid.uuid4()}"
        made = self.dynamodb.create_table(
            TableName=self.outbox,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )
        self.stream = made["TableDescription"]["LatestStreamArn"]
        keys = {"id": {"S": "keys"}, "digest_key": {"B": secrets.token_bytes(32)}, "code_key": {"B": secrets.token_bytes(32)}}
        self.dynamodb.put_item(TableName=TABLES["DIGEST_KEYS_TABLE"], Item=keys)
        self.program = Emulator(os.environ["LATCHKEY_MAIL"], {
            **TABLES, **KEYS, "OUTBOX_TABLE": self.outbox, "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_DYNAMODB": DYNAMODB,
            "MAIL_FROM": "no-reply@example.com", "APP_NAME": "Blumenladen Grün", **variables,
        })

    def stop(self):
        self.program.stop()

    def ask(self, kind, email, language="en", reference=None):
        """Puts an intent into Outbox, as the functions that serve requests do."""
        item = {
            "id": {"S": str(uuid.uuid4())}, "kind": {"S": kind}, "email": {"S": email}, "languages": {"L": [{"S": language}]},
            "device": {"L": []}, "at": {"N": str(int(time.time() * 1000))}, "expires_at": {"N": str(int(time.time()) + 3600)},
        }
        if reference:
            item["reference"] = {"S": reference}
        self.dynamodb.put_item(TableName=self.outbox, Item=item)
        return item["id"]["S"]

    def records(self):
        """What the stream says of new items, as Lambda hands it on: the filter of the template keeps the rest back."""
        found = []
        for shard in self.streams.describe_stream(StreamArn=self.stream)["StreamDescription"]["Shards"]:
            iterator = self.streams.get_shard_iterator(
                StreamArn=self.stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON",
            )["ShardIterator"]
            found += self.streams.get_records(ShardIterator=iterator)["Records"]
        records = [json.loads(json.dumps(record, default=str)) for record in found]
        return [record | {"eventSourceARN": self.stream} for record in records if record["eventName"] == "INSERT"]

    def handle(self):
        """Hands everything that the stream has said so far to the function, what is done already included."""
        return self.program.invoke({"Records": self.records()})["batchItemFailures"]

    def left(self):
        return self.dynamodb.scan(TableName=self.outbox)["Items"]

    def stored(self):
        """Every item of every table, as text."""
        items = [self.dynamodb.scan(TableName=table)["Items"] for table in [*TABLES.values(), self.outbox]]
        return json.dumps(items, default=lambda value: base64.b64encode(value).decode())
