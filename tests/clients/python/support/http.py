"""Where ../../run has started Latchkey, and calls to it."""

import json
import os
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

URL = os.environ["LATCHKEY_URL"]
DYNAMODB_URL = os.environ["LATCHKEY_DYNAMODB_URL"]
AUDIENCE = "latchkey"
TIMEOUT_SECONDS = 30


def get(url: str, headers: dict[str, str] | None = None) -> Any:
    with urlopen(Request(url, headers=headers or {}), timeout=TIMEOUT_SECONDS) as answer:
        return json.load(answer)


def post(url: str, body: dict[str, Any], headers: dict[str, str] | None = None) -> tuple[int, Any]:
    """The status and the body of the answer, a refusal included."""
    all_headers = {"content-type": "application/json"} | (headers or {})
    request = Request(url, data=json.dumps(body).encode(), headers=all_headers)
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)
