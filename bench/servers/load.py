"""Single calls, and load by the program `load`."""

import dataclasses
import http.client
import json
import resource
import statistics
import subprocess
import urllib.parse

TIMEOUT_SECONDS = 60


@dataclasses.dataclass(frozen=True)
class Call:
    """A request, and what its answer must be. In a load, `{{number}}` and `{{name}}` are places to fill in."""

    method: str
    url: str
    status: int
    text: str = ""
    headers: dict = dataclasses.field(default_factory=dict)
    body: str = ""


class Wrong(AssertionError):
    """An answer is not what it must be."""


@dataclasses.dataclass(frozen=True)
class Reply:
    headers: http.client.HTTPMessage
    body: str


def call(request):
    """Sends one request on a connection of its own."""
    url = urllib.parse.urlsplit(request.url)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(request.method, url.path, request.body, request.headers)
        answer = connection.getresponse()
        body = answer.read().decode()
    finally:
        connection.close()
    if answer.status != request.status or request.text not in body:
        wanted = f"{request.status} {request.text}"
        raise Wrong(f"{request.method} {request.url} was answered with {answer.status} and not with {wanted}: {body}")
    return Reply(answer.headers, body)


class Load:
    """The program `load`, and what it found."""

    def __init__(self, program, request, *, connections, seconds, warm_up=0, rows=(), first_number=0):
        plan = {
            "url": request.url, "method": request.method, "headers": request.headers, "body": request.body,
            "expected_status": request.status, "expected_text": request.text, "rows": list(rows),
            "first_number": first_number, "connections": connections, "seconds": seconds, "warm_up_seconds": warm_up,
        }
        before = _processor_seconds()
        done = subprocess.run([program], input=json.dumps(plan), capture_output=True, text=True)
        if done.returncode:
            raise Wrong(f"{request.method} {request.url}: {done.stderr.strip()}")
        measured = json.loads(done.stdout)
        self.sent, self.per_second = measured["sent"], measured["per_second"]
        self.milliseconds = [microseconds / 1000 for microseconds in measured["microseconds"]]
        self.driver_seconds = _processor_seconds() - before

    @property
    def median(self):
        return statistics.median(self.milliseconds)


def _processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
