"""How much processor time a request takes each function, and how long it takes with the share of a processor that
Lambda gives for an amount of memory. Prints the table of docs/operations.md.

    python bench/lambda/measure.py PROGRAMS DYNAMODB_URL

PROGRAMS holds the programs signup, login and me, DYNAMODB_URL leads to tables of the stack `local`. It wants aws-sam-cli,
Linux with cgroup v1 and its root: a share is a CPU quota.
"""

import json
import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/sam"))

from support.emulator import Emulator  # noqa: E402
from support.sam_local import environment  # noqa: E402

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MEGABYTES_OF_A_PROCESSOR = 1769
PERIOD_MICROSECONDS = 20_000
WARM_UP, RUNS = 5, 40
TICK_MILLISECONDS = 1000 / os.sysconf("SC_CLK_TCK")


def event(name):
    return json.loads((ROOT / f"events/{name}.json").read_text())


def signup():
    changed = event("signup")
    changed["body"] = changed["body"].replace("grace@", f"grace{time.monotonic_ns()}@")
    return changed


def me(token):
    return json.loads(json.dumps(event("me")).replace("<authToken>", token))


def processor_milliseconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_MILLISECONDS


def child_of(parent):
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        if f"\nPPid:\t{parent}\n" in status.read_text():
            return int(status.parent.name)
    raise ProcessLookupError("the emulator has started no program")


def measure(function, megabytes, next_event):
    variables = environment(function, DynamoDbEndpoint=sys.argv[2])
    variables |= {name: "0" for name in variables if name.startswith("LIMIT_")}
    group = pathlib.Path(f"/sys/fs/cgroup/cpu/latchkey-{os.getpid()}-{megabytes}")
    group.mkdir()
    (group / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
    (group / "cpu.cfs_quota_us").write_text(str(PERIOD_MICROSECONDS * megabytes // MEGABYTES_OF_A_PROCESSOR))
    emulator = Emulator(pathlib.Path(sys.argv[1]) / function, variables)
    try:
        emulator.invoke(next_event())
        pid = child_of(emulator.pid)
        (group / "cgroup.procs").write_text(str(pid))
        for _ in range(WARM_UP):
            emulator.invoke(next_event())
        before = processor_milliseconds(pid)
        for _ in range(RUNS):
            answer = emulator.invoke(next_event())
        used = (processor_milliseconds(pid) - before) / RUNS
        lines = [json.loads(line) for line in emulator.log().splitlines() if '"total_ms"' in line]
        took = statistics.median(line["total_ms"] for line in lines[-RUNS:])
        size = len(next(line for line in reversed(emulator.log().splitlines()) if '"total_ms"' in line))
    finally:
        emulator.stop()
        group.rmdir()
    print(f"| {function} | {megabytes} MB | {used:.1f} ms | {took:.0f} ms | {size} | {len(answer['body'])} |", flush=True)
    return answer


def main():
    print("| function | memory | processor time | time | log line, bytes | body, bytes |\n|---|---|---|---|---|---|")
    people = iter([event("signup")])
    for megabytes in (512, 885, 1769):
        measure("signup", megabytes, lambda: next(people, None) or signup())
    for megabytes in (512, 885, 1769):
        token = json.loads(measure("login", megabytes, lambda: event("login"))["body"])["authToken"]
    for megabytes in (128, 256, 512):
        measure("me", megabytes, lambda: me(token))


if __name__ == "__main__":
    main()
