"""Requests of which each kind comes in turn with an email address that has an account and with one that has none; see `run`."""

import dataclasses
import json
import pathlib
import random
import sys
import typing

sys.path[:0] = [str(pathlib.Path(__file__).parents[1]), str(pathlib.Path(__file__).parents[1] / "driver")]

from lambda_service import LambdaService  # noqa: E402
from report import COLOURS, Result, Sample, plot  # noqa: E402
from tqdm import tqdm  # noqa: E402

WARM_UP, PAIRS = 4, 20
RESAMPLES = 2_000
SEED = 20261125
# No account knows it: they signed up from the address in events/signup.json.
ADDRESS = "198.51.100.7"
UNKNOWN, KNOWN = "an address without an account", "an address with one"


def event(service, path, **members):
    """A request from an address that no account knows."""
    changed = service.login()
    changed["rawPath"], changed["body"] = path, json.dumps(members)
    changed["requestContext"]["http"] |= {"path": path, "sourceIp": ADDRESS}
    return changed


def log_in(service, email):
    return event(service, "/auth/login", email=email, password="nine-Violet-kettlez")


def forgot(service, email):
    return event(service, "/auth/password/forgot", email=email)


def sign_up(service, email):
    return event(service, "/auth/signup", name="Ada Lovelace", email=email, password="nine-Violet-kettles")


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What is asked for, of which program, what the status of each response is, and how often. Within a round, what Argon2 takes
    depends a little on the salt, so each has accounts of its own: one, or one for each request if an address is mailed to once."""

    title: str
    program: str
    status: int
    request: typing.Callable
    rounds: int
    accounts: int = 1
    variables: dict = dataclasses.field(default_factory=dict)


COMPARISONS = [
    Comparison("wrong password at a log-in", "login", 401, log_in, 50),
    Comparison("forgotten password", "account", 202, forgot, 20, WARM_UP + PAIRS),
    Comparison("sign-up that waits", "signup", 202, sign_up, 20, WARM_UP + PAIRS, {"EMAIL_VERIFICATION": "required"}),
]


def measure(service, comparison):
    """The times of responses in ms by kind, those of a round together. In every pair, chance says which comes first."""
    chance = random.Random(SEED)
    times = {UNKNOWN: [], KNOWN: []}
    for _ in tqdm(range(comparison.rounds), unit="round", desc=comparison.title):
        known = somebodies(service, comparison.accounts)
        emails = {KNOWN: known, UNKNOWN: [email.replace("grace", "alice") for email in known]}
        kinds, events = [], []
        for pair in range(WARM_UP + PAIRS):
            for kind in chance.sample([UNKNOWN, KNOWN], 2):
                kinds.append(kind)
                events.append(comparison.request(service, emails[kind][pair % comparison.accounts]))
        expected = [{comparison.status}] * len(events)
        answered = service.measure(f"release/{comparison.program}", events, expected=expected, variables=comparison.variables)
        invocations = list(zip(kinds, answered["invocations"]))[2 * WARM_UP:]
        for kind, of_kind in times.items():
            of_kind.append([invocation["ms"] for answered_kind, invocation in invocations if answered_kind == kind])
    return times


def somebodies(service, number):
    """The addresses of so many new accounts."""
    events = [service.signup() for _ in range(number)]
    service.measure("release/signup", events)
    return [json.loads(signed_up["body"])["email"] for signed_up in events]


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
    rounds = list(zip(times[UNKNOWN], times[KNOWN], strict=True))
    resample = lambda: map(together, zip(*chance.choices(rounds, k=len(rounds))))  # noqa: E731
    drawn = sorted(figure(*resample()) for _ in tqdm(range(RESAMPLES), unit="resample"))
    return drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES)]


def difference(unknown, known):
    """How much longer a response about an account takes within a pair, in µs, in the median."""
    return Sample(k - u for u, k in zip(unknown, known)).median * 1000


def report(measured):
    result = Result("timing", "Does time tell whether an account exists?")
    result.say(
        "Requests of each kind at the release build, in pairs whose order is drawn, from the event to the response, with whole "
        "processors. DynamoDB is the embedded one behind TLS. Attempts are counted, from an address that no account knows, and "
        "none is refused for it. A sign-up waits for its code, by `EMAIL_VERIFICATION=required`. Mails are not sent here: another "
        "function does that later, and nobody waits for it."
    )
    columns = ["of", "number", "median (quartiles), ms", "10th percentile", "90th percentile", "99th percentile"]
    result.table(columns, [
        [f"{title}, {kind}", f"{len(values):,}", f"{Sample(values):2}", *(f"{Sample(values).percentile(p):.2f}" for p in (10, 90, 99))]
        for title, times in measured.items() for kind, values in ((kind, together(rounds)) for kind, rounds in times.items())
    ])
    rows = []
    for title, times in measured.items():
        unknown, known = together(times[UNKNOWN]), together(times[KNOWN])
        low, high = bounds(times, difference)
        least, most = bounds(times, lambda unknown, known: later(known, unknown))
        rows.append([
            title,
            f"{difference(unknown, known):+.0f} ({low:+.0f} to {high:+.0f})",
            f"{100 * later(known, unknown):.1f} ({100 * least:.1f} to {100 * most:.1f})",
        ])
    result.say("Within a pair, and of one response of each kind; 95 % of resamples in brackets. 50 % would tell nothing at all:")
    result.table(["of", "with an account takes so many µs more, in the median", "and is the later one in so many %"], rows)
    result.store(draw(measured), "Distributions of the times of responses, for addresses with an account and without one")


def draw(measured):
    figure, every = plot(1, len(measured), figsize=(10, 3.2), sharey=True)
    for axes, (title, times) in zip(every, measured.items()):
        for (kind, rounds), colour, dashes in zip(times.items(), COLOURS, ["-", "--"]):
            ordered = sorted(together(rounds))
            share = [100 * rank / len(ordered) for rank in range(1, len(ordered) + 1)]
            axes.plot(ordered, share, dashes, color=colour, label=kind)
        both = Sample(together(times[UNKNOWN]) + together(times[KNOWN]))
        axes.set(title=title, xlabel="ms", xlim=(min(both.values), both.percentile(99)), ylim=(0, 100))
    every[0].set_ylabel("responded by then, %")
    every[0].legend(frameon=False)
    return figure


def main():
    with LambdaService(sys.argv[1]) as service:
        measured = {comparison.title: measure(service, comparison) for comparison in COMPARISONS}
    report(measured)


if __name__ == "__main__":
    main()
