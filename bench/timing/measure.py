"""Refused log-ins, in turn with an email address that has no account and with a wrong password; see `run`."""

import json
import pathlib
import random
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parents[1] / "driver")]

from lambda_service import LambdaService  # noqa: E402
from report import COLOURS, Result, Sample, plot  # noqa: E402
from tqdm import tqdm  # noqa: E402

ROUNDS = 100
WARM_UP, PAIRS = 4, 20
RESAMPLES = 2_000
SEED = 20261125
# The account does not know it: it signed up from the address in events/signup.json.
ADDRESS = "198.51.100.7"
UNKNOWN, WRONG = "unknown email address", "wrong password"


def measure(service):
    """The times of answers in ms by kind, those of a round together. Each round has an account and an unknown address of
    its own, since what Argon2 takes depends a little on the salt. In every pair, chance says which comes first."""
    chance = random.Random(SEED)
    times = {UNKNOWN: [], WRONG: []}
    for number in tqdm(range(ROUNDS), unit="round"):
        events = {UNKNOWN: refused(service, f"nobody{number}@example.com"), WRONG: refused(service, somebody_new(service))}
        kinds = [kind for _ in range(WARM_UP + PAIRS) for kind in chance.sample([UNKNOWN, WRONG], 2)]
        answered = service.measure("release/login", [events[kind] for kind in kinds], expected=[{401}] * len(kinds))
        invocations = list(zip(kinds, answered["invocations"]))[2 * WARM_UP:]
        for kind, of_kind in times.items():
            of_kind.append([invocation["ms"] for answered_kind, invocation in invocations if answered_kind == kind])
    return times


def somebody_new(service):
    event = service.signup()
    service.measure("release/signup", [event])
    return json.loads(event["body"])["email"]


def refused(service, email):
    event = service.login()
    event["body"] = json.dumps({"email": email, "password": "nine-Violet-kettlez"})
    event["requestContext"]["http"]["sourceIp"] = ADDRESS
    return event


def together(rounds):
    return [time for of_round in rounds for time in of_round]


def later(first, second):
    """How often a value of `first` is larger than one of `second`: one half where nothing tells them apart. This is the
    area under the ROC curve, by the ranks of Mann and Whitney."""
    ranked = sorted([(value, True) for value in first] + [(value, False) for value in second])
    ranks = sum(rank for rank, (_value, is_first) in enumerate(ranked, 1) if is_first)
    return (ranks - len(first) * (len(first) + 1) / 2) / (len(first) * len(second))


def bounds(times, figure):
    """The middle 95 % of a figure when the rounds are drawn again and again."""
    chance = random.Random(SEED)
    rounds = list(zip(times[UNKNOWN], times[WRONG], strict=True))
    resample = lambda: map(together, zip(*chance.choices(rounds, k=len(rounds))))  # noqa: E731
    drawn = sorted(figure(*resample()) for _ in tqdm(range(RESAMPLES), unit="resample"))
    return drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES)]


def report(times):
    all_of = {kind: together(rounds) for kind, rounds in times.items()}
    result = Result("timing", "Does time tell whether an account exists?")
    result.say(
        f"{len(all_of[WRONG]):,} refused log-ins of each kind at the release build, {ROUNDS} accounts and as many unknown "
        "addresses, in pairs whose order is drawn, from the event to the answer, with whole processors. DynamoDB is the "
        "embedded one behind TLS. Attempts are counted, from an address that no account knows, and none is refused for it."
    )
    result.table(
        ["log-in with", "median (quartiles), ms", "10th percentile", "90th percentile", "99th percentile"],
        [
            [kind, f"{Sample(values):2}", *(f"{Sample(values).percentile(percent):.2f}" for percent in (10, 90, 99))]
            for kind, values in all_of.items()
        ],
    )
    difference = lambda unknown, wrong: Sample(w - u for u, w in zip(unknown, wrong)).median * 1000  # noqa: E731
    differs, often = difference(all_of[UNKNOWN], all_of[WRONG]), later(all_of[WRONG], all_of[UNKNOWN])
    low, high = bounds(times, difference)
    least, most = bounds(times, lambda unknown, wrong: later(wrong, unknown))
    result.say(
        f"Within a pair, a wrong password takes {differs:+.0f} µs more in the median (95 % of resamples: {low:+.0f} to "
        f"{high:+.0f} µs). Of one answer of each kind, the wrong password's is the later one in {100 * often:.1f} % (95 %: "
        f"{100 * least:.1f} to {100 * most:.1f} %); 50 % would tell nothing at all."
    )
    result.store(draw(all_of), "Distribution of the times of refused log-ins, for unknown addresses and for wrong passwords")


def draw(times):
    figure, axes = plot(figsize=(8, 3.2))
    for (kind, values), colour, dashes in zip(times.items(), COLOURS, ["-", "--"]):
        ordered = sorted(values)
        axes.plot(ordered, [100 * rank / len(ordered) for rank in range(1, len(ordered) + 1)], dashes, color=colour, label=kind)
    every = Sample(times[UNKNOWN] + times[WRONG])
    axes.set(xlabel="ms", ylabel="answered by then, %", xlim=(min(every.values), every.percentile(99)), ylim=(0, 100))
    axes.legend(frameon=False)
    return figure


def main():
    with LambdaService(sys.argv[1]) as service:
        times = measure(service)
    report(times)


if __name__ == "__main__":
    main()
