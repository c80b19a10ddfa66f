"""Latchkey's own private key, out of the embedded DynamoDB. By it alone can a test forge one claim and leave the rest right.

As a program, it prints the key as base64 of PKCS #8.
"""

import base64

from .tables import call

TABLE = "latchkey-signing-keys"


def read_signing_key() -> bytes:
    """The key that signs now, as DER of PKCS #8."""
    answer = call("GetItem", {"TableName": TABLE, "Key": {"id": {"S": "keys"}}, "ConsistentRead": True})
    return base64.b64decode(answer["Item"]["current"]["B"])


if __name__ == "__main__":
    print(base64.b64encode(read_signing_key()).decode())
