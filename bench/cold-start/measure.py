"""Starts every program many times, in turn, and hands each three events; see `run`."""

import pathlib
import random
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parents[1] / "driver")]

from lambda_service import LambdaService  # noqa: E402
from report import COLOURS, TEXT, Result, Sample, plot  # noqa: E402
from tqdm import tqdm  # noqa: E402

MEGABYTES = [128, 256, 512, 1024, 1769]
ROUNDS = 12
SEED = 20261125
FUNCTIONS = ["signup", "login", "me", "sessions", "account", "oauth"]
# Those that a first build was made of.
COMPARED = ["signup", "login", "me"]
FLOOR = "do-nothing"
PROGRAMS = [FLOOR, *FUNCTIONS, *(f"naive-{function}" for function in COMPARED)]


def path_of(program):
    return f"naive/release/{program}" if program.startswith("naive-") else f"release/{program}"


def measure(service):
    """What the driver says of each start: by program, by megabytes, one a round."""
    token = service.sign_somebody_up()
    refresh_tokens = service.begin_sessions(3 * ROUNDS * len(MEGABYTES))
    events = {
        "signup": service.signup,
        "login": service.login,
        "me": lambda: service.me(token),
        "sessions": lambda: service.refresh(refresh_tokens.pop()),
        "account": lambda: service.rename(token),
        "oauth": service.start_at_provider,
        FLOOR: lambda: service.me(token),
    }
    starts = {program: {megabytes: [] for megabytes in MEGABYTES} for program in PROGRAMS}
    runs = [(megabytes, program) for megabytes in MEGABYTES for program in PROGRAMS]
    with tqdm(total=ROUNDS * len(runs), unit="start") as progress:
        chance = random.Random(SEED)
        for _ in range(ROUNDS):
            for megabytes, program in chance.sample(runs, len(runs)):
                event = events[program.removeprefix("naive-")]
                measured = service.measure(path_of(program), [event() for _ in range(3)], megabytes)
                starts[program][megabytes].append(measured)
                progress.update()
    return starts


def sample(starts, figure):
    return Sample(figure(start) for start in starts)


def whole(by_megabytes):
    return [start for starts in by_megabytes.values() for start in starts]


def nth(number, figure):
    return lambda start: start["invocations"][number][figure]


def report(service, starts):
    result = Result("cold-start", "Cold start")
    result.say(
        f"Release builds of {ROUNDS} rounds, each program started once in each at each size of memory, in an order "
        "that chance gives. `naive-…` is the same "
        "function as a first build would be: `aws_config::load_defaults`, default features, the default release profile. "
        f"`{FLOOR}` answers every event with an empty 200. DynamoDB is the embedded one behind TLS on the same machine, so "
        "that no way to it is in these times. `sessions` gets refreshes, `account` new names, and `oauth` starts of a sign-in at GitHub. Attempts are counted, and none is refused. A start has the machine's processors, "
        "whatever the memory; from the first `next` on, which asks for an event, the program has the share of one that comes "
        "with the memory, and of the memory itself as much as it wants. Median (first – third quartile), ratios start by start."
    )
    floor = whole(starts[FLOOR])
    init = lambda start: start["init_ms"]  # noqa: E731
    result.table(
        ["program", "size, MB", "start to first `next`, ms", "ratio to the floor", "processor time of it, ms", "peak memory, MB"],
        [
            [
                f"`{program}`",
                f"{(service.target / path_of(program)).stat().st_size / 1e6:.1f}",
                f"{sample(whole(starts[program]), init):1}",
                f"{sample(whole(starts[program]), init).ratio(sample(floor, init)):2}",
                f"{sample(whole(starts[program]), lambda start: start['init_cpu_ms']):1}",
                f"{max(start['peak_memory_kib'] for start in whole(starts[program])) * 1024 / 1e6:.0f}",
            ]
            for program in PROGRAMS
        ],
    )
    result.say("Processor time of an invocation, at any size of memory, in ms. A short one is over before its share is used up:")
    result.table(
        ["program", "first", "third"],
        [
            [f"`{program}`", *(f"{sample(whole(starts[program]), nth(number, 'cpu_ms')):1}" for number in (0, 2))]
            for program in PROGRAMS
        ],
    )
    result.say("The first invocation, in ms:")
    result.table(
        ["program", *(f"{megabytes} MB" for megabytes in MEGABYTES)],
        [
            [f"`{program}`", *(f"{sample(starts[program][megabytes], nth(0, 'ms')):1}" for megabytes in MEGABYTES)]
            for program in PROGRAMS
        ],
    )
    result.store(
        draw(starts),
        "Time from the start of a program to its first answer, by memory, ours beside a first build and a function that does nothing",
    )


def draw(starts):
    figure, axes = plot(1, 3, figsize=(10, 3.6), sharey=True)
    together = lambda start: start["init_ms"] + start["invocations"][0]["ms"]  # noqa: E731
    for place, function in zip(axes, COMPARED):
        shown = [(f"naive-{function}", "first build", COLOURS[3]), (function, "Latchkey", COLOURS[0]), (FLOOR, "does nothing", TEXT)]
        for program, label, colour in shown:
            samples = [sample(starts[program][megabytes], together) for megabytes in MEGABYTES]
            place.plot(MEGABYTES, [one.median for one in samples], "o-", markersize=4, color=colour, label=label)
            place.fill_between(MEGABYTES, *zip(*(one.quartiles for one in samples)), color=colour, alpha=0.2, linewidth=0)
        place.set(title=function, xscale="log", yscale="log", xlabel="memory, MB")
        place.set_xticks(MEGABYTES, MEGABYTES)
        place.minorticks_off()
    axes[0].set_ylabel("start and first answer, ms")
    ticks = [3, 10, 30, 100, 300, 1000]
    axes[0].set_yticks(ticks, [f"{tick:,}" for tick in ticks])
    axes[0].legend(frameon=False)
    return figure


def main():
    with LambdaService(sys.argv[1]) as service:
        report(service, measure(service))


if __name__ == "__main__":
    main()
