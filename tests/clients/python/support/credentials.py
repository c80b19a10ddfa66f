"""The password hashes in the embedded DynamoDB."""

from typing import Any

from .tables import call

TABLE = "latchkey-credentials"


def read_hash(email: str) -> str:
    answer = call("GetItem", {"TableName": TABLE, "Key": _key(email), "ConsistentRead": True})
    return answer["Item"]["password_hash"]["S"]


def replace_hash(email: str, password_hash: str) -> None:
    call(
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
