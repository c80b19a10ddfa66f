"""The pretend providers of `cargo dev`, and somebody who consents there."""

import json
import os
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from support.http import TIMEOUT_SECONDS

_APPS = json.loads((Path(__file__).parents[2] / "pretend_apps.json").read_text())


class App(NamedTuple):
    """An app that is registered at a pretend provider."""

    base: str
    id: str
    secret: str
    callback: str


def app_at(provider: str) -> App:
    base = f"{os.environ['LATCHKEY_PROVIDERS_URL']}/{provider}"
    app = _APPS[provider]
    return App(base, app["id"], app["secret"], f"http://localhost:3000/auth/oauth/{provider}/callback")


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def consent(authorization_url: str, **form: str) -> str:
    """Sends the form of the consent page. Returns the URL that the browser would go to."""
    request = Request(authorization_url, data=urlencode({"answer": "continue"} | form).encode())
    try:
        with build_opener(_Stay).open(request, timeout=TIMEOUT_SECONDS) as page:
            raise AssertionError(page.read().decode())
    except HTTPError as redirect:
        with redirect:
            assert redirect.code == 303, redirect.read().decode()
            return str(redirect.headers["location"])
