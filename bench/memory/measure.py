"""Runs each function with the share of a processor that comes with each size of memory, and computes its price; see `run`.

The prices are those of us-east-1, as docs/operations.md quotes https://aws.amazon.com/lambda/pricing/, and the waits for
DynamoDB are the 10 ms that it assumes: on this machine DynamoDB is next door, so its answers are held back.
"""

import collections
import math
import pathlib
import random
import re
import statistics
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parents[1] / "driver")]

from lambda_service import ROOT, LambdaService  # noqa: E402
from report import COLOURS, TEXT, Result, Sample, plot  # noqa: E402
from tqdm import tqdm  # noqa: E402

MEGABYTES = [128, 192, 256, 384, 512, 640, 768, 885, 1024, 1280, 1536, 1769]
ROUNDS, WARM_UP, REQUESTS = 5, 2, 8
DOLLARS_A_GB_SECOND = {"x86-64": 0.0000166667, "arm64": 0.0000133334}
WAIT_MS = 10
SEED = 20261125


class Function:
    """What was measured: times in ms by megabytes, processor times, and how much is written."""

    def __init__(self):
        self.times = collections.defaultdict(list)
        self.cpu_ms, self.init_ms, self.line_bytes, self.body_bytes = [], [], [], []

    def billed_ms(self, megabytes):
        """A typical request, rounded up to a millisecond as it is billed."""
        return math.ceil(statistics.median(self.times[megabytes]))

    def dollars(self, megabytes, architecture):
        """The duration of a million requests."""
        return 1e6 * self.billed_ms(megabytes) / 1000 * megabytes / 1024 * DOLLARS_A_GB_SECOND[architecture]

    def dollars_of_starts(self, megabytes, architecture):
        """A million starts, which are billed like requests."""
        return 1e6 * math.ceil(statistics.median(self.init_ms)) / 1000 * megabytes / 1024 * DOLLARS_A_GB_SECOND[architecture]


def measure(service):
    token = service.sign_somebody_up()
    events = {"signup": service.signup, "login": service.login, "me": lambda: service.me(token)}
    functions = {name: Function() for name in events}
    runs = [(name, megabytes) for _ in range(ROUNDS) for megabytes in MEGABYTES for name in events]
    for name, megabytes in tqdm(random.Random(SEED).sample(runs, len(runs)), unit="run"):
        measured = service.measure(f"release/{name}", [events[name]() for _ in range(WARM_UP + REQUESTS)], megabytes)
        function = functions[name]
        function.init_ms.append(measured["init_ms"])
        for invocation in measured["invocations"][WARM_UP:]:
            function.times[megabytes].append(invocation["ms"])
            function.cpu_ms.append(invocation["cpu_ms"])
            function.body_bytes.append(len(invocation["answer"]["body"]))
        function.line_bytes += [len(line) + 1 for line in measured["log"] if '"total_ms"' in line]
    return functions


def chosen():
    """The sizes of memory in the template, by function."""
    template = (ROOT / "template.yaml").read_text()
    sizes = re.findall(r"FunctionName: !Sub \$\{AWS::StackName\}-(\w+)\n.*\n\s*MemorySize: (\d+)", template)
    return {name: int(megabytes) for name, megabytes in sizes}


def report(functions, in_template):
    result = Result("memory", "Memory")
    result.say(
        f"Release builds, {ROUNDS} rounds of {REQUESTS} requests each at each size, with the share of a processor that Lambda "
        "gives for it, in an order that chance gives. DynamoDB is the embedded one behind TLS on the same machine, and each of "
        f"its answers is held back for {WAIT_MS} ms, as they are assumed to take on AWS: a sign-up waits twice, the others once, "
        "and so does a start. Attempts are counted, and none is refused. Medians."
    )
    result.table(
        ["function", "processor time of a request (quartiles), ms", "its line of the log, bytes", "its body, bytes"],
        [
            [f"`{name}`", f"{Sample(function.cpu_ms):1}", round(statistics.median(function.line_bytes)), round(statistics.median(function.body_bytes))]
            for name, function in functions.items()
        ],
    )
    result.say(
        "Dollars are for the duration of a million requests, and for a million starts; the fee for a request is the same "
        "everywhere. arm64 was not measured: its column is the same time at its price. Bold: what template.yaml takes."
    )
    rows = []
    for name, function in functions.items():
        for megabytes in MEGABYTES:
            mark = "**" if in_template[name] == megabytes else ""
            rows.append([
                f"{mark}`{name}`, {megabytes:,} MB{mark}",
                f"{Sample(function.times[megabytes]):1}",
                function.billed_ms(megabytes),
                *(f"{function.dollars(megabytes, architecture):.2f}" for architecture in DOLLARS_A_GB_SECOND),
                *(f"{function.dollars_of_starts(megabytes, architecture):.2f}" for architecture in DOLLARS_A_GB_SECOND),
            ])
    columns = ["function and memory", "measured (quartiles), ms", "billed, ms", "x86-64, $", "arm64, $", "starts, x86-64, $", "starts, arm64, $"]
    result.table(columns, rows)
    cheapest = {name: min(MEGABYTES, key=lambda megabytes: function.dollars(megabytes, "arm64")) for name, function in functions.items()}
    for name, function in functions.items():
        size, best = in_template[name], cheapest[name]
        result.say(
            f"`{name}` is cheapest with {best:,} MB here: {function.dollars(best, 'arm64'):.2f} $ and "
            f"{function.billed_ms(best)} ms (arm64). template.yaml takes {size:,} MB: "
            f"{function.dollars(size, 'arm64'):.2f} $ and {function.billed_ms(size)} ms."
        )
    result.store(draw(functions, in_template), "Price and time of a request against memory, for each function")


def draw(functions, in_template):
    figure, rows = plot(2, 3, figsize=(10, 5), sharex=True)
    for (name, function), price, time in zip(functions.items(), *rows):
        for (architecture, colour), dashes in zip(zip(DOLLARS_A_GB_SECOND, COLOURS), ["-", "--"]):
            dollars = [function.dollars(megabytes, architecture) for megabytes in MEGABYTES]
            price.plot(MEGABYTES, dollars, dashes, marker="o", markersize=3, color=colour, label=architecture)
        time.plot(MEGABYTES, [function.billed_ms(megabytes) for megabytes in MEGABYTES], "-o", markersize=3, color=TEXT)
        price.set(title=name, ylim=(0, None))
        time.set(ylim=(0, None), xlabel="memory, MB")
        for axes in (price, time):
            axes.axvline(in_template[name], color=TEXT, linewidth=1, linestyle=":")
    rows[0][0].set_ylabel("$ a million requests")
    rows[1][0].set_ylabel("time of a request, ms")
    rows[0][0].legend(frameon=False)
    return figure


def main():
    with LambdaService(sys.argv[1], WAIT_MS) as service:
        functions = measure(service)
    report(functions, chosen())


if __name__ == "__main__":
    main()
