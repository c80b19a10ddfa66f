"""The password hashes in the embedded DynamoDB."""

from typing import Any

from .http import DYNAMODB_URL, post
from .signature import signed

TABLE = "latchkey-credentials"


def read_hash(email: str) -> str:
    answer = _call("GetItem", {"TableName": TABLE, "Key": _key(email), "ConsistentRead": True})
    return answer["Item"]["password_hash"]["S"]


def replace_hash(email: str, password_hash: str) -> None:
    _call(
        "UpdateItem",
        {
            "TableName": TABLE,
            "Key": _key(email),
            "UpdateExpression": "SET password_hash = :hash",
            "ConditionExpression": "attribute_exists(email)",
            "ExpressionAttributeValues": {":hash": {"S": password_hash}},
        },
    )


def _key(email: str) -> dict[str, Any]:
    return {"email": {"S": email.lower()}}


def _call(action: str, body: dict[str, Any]) -> Any:
    target = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{action}"}
    status, answer = post(DYNAMODB_URL, body, signed(DYNAMODB_URL, body, target))
    assert status == 200, answer
    return answer
