"""AWS Signature Version 4, with the key that `cargo dev` said.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import json
import os
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit


def signed(url: str, body: dict[str, Any], headers: dict[str, str]) -> dict[str, str]:
    """The headers of a POST with this JSON, its signature included. Their names are in lower case."""
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = headers | {"host": urlsplit(url).netloc, "x-amz-date": time}
    names = ";".join(sorted(headers))
    lines = [f"{name}:{value}\n" for name, value in sorted(headers.items())]
    request = "\n".join(["POST", "/", "", "".join(lines), names, _sha256(json.dumps(body))])
    scope = [time[:8], "us-east-1", "dynamodb", "aws4_request"]
    key = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
    for part in scope:
        key = _hmac(key, part)
    to_sign = "\n".join(["AWS4-HMAC-SHA256", time, "/".join(scope), _sha256(request)])
    credential = "/".join([os.environ["AWS_ACCESS_KEY_ID"], *scope])
    signature = _hmac(key, to_sign).hex()
    authorization = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return headers | {"authorization": authorization}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
