"""Runs each function and its floor in turn, over and over, and takes the stages of a request from the log; see `run`."""

import base64
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parents[1] / "driver")]

from lambda_service import LambdaService  # noqa: E402
from report import COLOURS, TEXT, Result, Sample, plot  # noqa: E402
from tqdm import tqdm  # noqa: E402

ROUNDS = 30
WARM_UP = 5
REQUESTS = {"signup": 20, "login": 20, "me": 200, "refresh": 100}
PROGRAMS = {name: name for name in REQUESTS} | {"refresh": "sessions"}
FLOORS = {"signup": "password-and-token", "login": "password-and-token", "me": "round-trip"}
# The floor of `refresh`, which is a function itself.
ME_AND_SIGNATURE = "me-and-signature"
SEED = 20261125
STAGES = ["decode", "store", "argon2", "token", "encode"]


class Function:
    """What was measured of one function: lists over all requests, and means of each round, which are paired."""

    def __init__(self):
        self.stages = {stage: [] for stage in STAGES}
        self.total_ms, self.cpu_ms, self.floor_cpu_ms, self.rest_cpu_ms = [], [], [], []


def user_of(token):
    claims = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"]


def floor_cpu_ms(service, function, user):
    program = service.target / "release" / FLOORS[function]
    times = subprocess.run(
        [program, str(WARM_UP + REQUESTS[function]), user],
        env={"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", **service.variables()},
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()
    return statistics.fmean(int(line.split()[1]) / 1e6 for line in times[WARM_UP:])


def measure_round(service, name, function, events, token, chance):
    def floor():
        if name in FLOORS:
            function.floor_cpu_ms.append(floor_cpu_ms(service, name, user_of(token)))
        else:
            requests = [service.me(token)] * (WARM_UP + REQUESTS[name])
            function.floor_cpu_ms.append(mean_cpu(service.measure(f"release/{ME_AND_SIGNATURE}", requests)))

    def itself():
        measured = service.measure(f"release/{PROGRAMS[name]}", events)
        function.cpu_ms.append(mean_cpu(measured))
        lines = [json.loads(line) for line in measured["log"] if '"total_ms"' in line][WARM_UP:]
        for line in lines:
            function.total_ms.append(line["total_ms"])
            for stage in STAGES:
                function.stages[stage].append(line.get(f"{stage}_ms", 0))

    def nothing():
        """What the runtime takes of a processor, whoever answers."""
        idle = service.measure("release/do-nothing", [service.me(token)] * (WARM_UP + REQUESTS["me"]))
        function.rest_cpu_ms.append(mean_cpu(idle))

    for measurement in chance.sample([floor, itself, nothing], 3):
        measurement()


def mean_cpu(measured):
    return statistics.fmean(invocation["cpu_ms"] for invocation in measured["invocations"][WARM_UP:])


def report(functions):
    result = Result("warm-path", "The warm path")
    result.say(
        f"Release builds, {ROUNDS} rounds, each with its floor, its function and a function that does nothing in an order that chance gives; DynamoDB is the embedded one "
        "behind TLS on the same machine, so `store` is without a way and with the time of that DynamoDB. Attempts are "
        "counted, and none is refused. Median (first – third quartile) over all requests, in ms:"
    )
    result.table(
        ["function", *STAGES, "between the stages", "whole"],
        [
            [
                f"`{name}`",
                *("–" if max(times) == 0 else f"{Sample(times):3}" for times in function.stages.values()),
                f"{between(function):3}",
                f"{Sample(function.total_ms):2}",
            ]
            for name, function in functions.items()
        ],
    )
    result.say(
        "Processor time of one request, over rounds. The floor of `signup` and `login` is one hash and one RS256 "
        "signature, that of `me` one round trip to DynamoDB through the SDK, for a user, and one RS256 verification, each in a loop without "
        "a runtime. The floor of a refresh is `me` with one RS256 signature after each request. "
        "The runtime is what a function takes that answers every event with an empty 200."
    )
    result.table(
        ["function", "processor time, ms", "floor, ms", "added, µs", "added, % of the floor", "of it the runtime, µs"],
        [
            [
                f"`{name}`",
                f"{Sample(function.cpu_ms):3}",
                f"{Sample(function.floor_cpu_ms):3}",
                f"{micros(added(function)):0}",
                f"{Sample(100 * more / floor for more, floor in zip(added(function).values, function.floor_cpu_ms)):1}",
                f"{micros(Sample(function.rest_cpu_ms)):0}",
            ]
            for name, function in functions.items()
        ],
    )
    result.store(draw(functions), "Processor time of a request by function, beside its floor, and the stages of its time")


def between(function):
    stages = zip(*function.stages.values())
    return Sample(total - sum(times) for total, times in zip(function.total_ms, stages, strict=True))


def added(function):
    return Sample(function.cpu_ms) - Sample(function.floor_cpu_ms)


def micros(sample):
    return Sample(1000 * value for value in sample.values)


def draw(functions):
    figure, (passwords, known) = plot(1, 2, figsize=(10, 2.6), width_ratios=(2, 1))
    for axes, names in ((passwords, ["signup", "login"]), (known, ["me", "refresh"])):
        for row, name in enumerate(names):
            start = 0
            parts = {stage: Sample(times).median for stage, times in functions[name].stages.items()}
            for (stage, took), colour in zip([*parts.items(), ("between", between(functions[name]).median)], [*COLOURS[:5], TEXT]):
                axes.barh(row, took, left=start, height=0.5, color=colour, label=stage if axes is passwords and row == 0 else None)
                start += took
        axes.set_yticks(range(len(names)), names)
        axes.set(xlabel="ms", xlim=(0, None))
        axes.grid(axis="y", visible=False)
    figure.legend(loc="outside upper center", ncols=6, frameon=False)
    return figure


def main():
    functions = {name: Function() for name in REQUESTS}
    chance = random.Random(SEED)
    with LambdaService(sys.argv[1]) as service:
        token = service.sign_somebody_up()
        events = {
            "signup": lambda number: [service.signup() for _ in range(number)],
            "login": lambda number: [service.login()] * number,
            "me": lambda number: [service.me(token)] * number,
            "refresh": lambda number: [service.refresh(token) for token in service.begin_sessions(number)],
        }
        with tqdm(total=ROUNDS * len(functions), unit="round") as progress:
            for _ in range(ROUNDS):
                for name, function in functions.items():
                    measure_round(service, name, function, events[name](WARM_UP + REQUESTS[name]), token, chance)
                    progress.update()
    report(functions)


if __name__ == "__main__":
    main()
