"""Calls to the embedded DynamoDB."""

from typing import Any

from .http import DYNAMODB_URL, post
from .signature import signed


def call(action: str, body: dict[str, Any]) -> Any:
    target = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"DynamoDB_20120810.{action}"}
    status, answer = post(DYNAMODB_URL, body, signed(DYNAMODB_URL, body, target))
    assert status == 200, answer
    return answer
