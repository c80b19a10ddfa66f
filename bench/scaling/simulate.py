"""What limits Latchkey, for how many people and under which attack: prints the tables of docs/scaling.md and draws
docs/scaling.svg.

    pip install -r bench/scaling/requirements.txt && python bench/scaling/simulate.py docs/scaling.svg

Without a path it draws nothing and needs the standard library alone. Nothing here talks to AWS: what AWS lets through is
quoted (model.py), and what happens then is computed (demand.py) or played event by event (burst.py).
"""

import hashlib
import json
import sys

import burst
import demand
import model


def table(header, rows, right=()):
    """A Markdown table; columns in `right` are aligned to the right."""
    rule = ["---:" if column in right else "---" for column in range(len(header))]
    return "\n".join(f"| {' | '.join(row)} |" if row is not rule else f"|{'|'.join(row)}|" for row in [header, rule, *rows])


def figure(value):
    """Two digits that count, and no fewer than stand before the point."""
    if value == 0:
        return "0"
    if value >= 10:
        return f"{value:,.0f}"
    return f"{float(f'{value:.1e}'):f}".rstrip("0").rstrip(".")


def share(value):
    """How much of a limit."""
    if value > 10:
        return f"{value:,.0f} times"
    return f"{value:.0%}" if value >= 0.01 else "<1%"


def people(count):
    """How many people, to two digits that count."""
    for unit, name in ((1e9, " billion"), (1e6, " million"), (1e3, ",000")):
        if count >= unit:
            return figure(float(f"{count:.1e}") / unit) + name
    return figure(count)


def use_table(use):
    return table(["assumed", "default"], use.described(), {1})


def request_table():
    def units(of):
        return ", ".join(f"{table} {count}" for table, count in of.items())

    rows = [[r.title, f"{r.milliseconds():.0f} ms", units(r.reads), units(r.writes)] for r in model.REQUESTS]
    return table(["request", "takes", "units read", "units written"], rows, {1})


def demand_table(use):
    by_population = {count: demand.parts(count, use) for count in demand.POPULATIONS}
    million = by_population[1_000_000]
    in_order = sorted(range(len(million)), key=lambda index: -million[index].share())
    rows = []
    for index in in_order:
        cells = [f"{figure(parts[index].demand)} ({share(parts[index].share())})" for parts in by_population.values()]
        full = people(demand.people_that_fill(million[index], 1_000_000))
        rows.append([million[index].title, million[index].shown_limit, *cells, full])
    header = ["part", "lets through, a second", *demand.POPULATIONS.values(), "full at"]
    return table(header, rows, {2, 3, 4, 5})


def settings_table(use):
    rows = []
    for count in (50_000, 100_000, 300_000, 1_000_000, 10_000_000):
        throttle, of_throttle, alarm, of_alarm = demand.settings(count, use)
        rows.append([people(count), f"{throttle:,}", share(of_throttle), f"{alarm:,}", share(of_alarm)])
    header = ["people", "`DefaultThrottle`", "used in the busiest second", "`RequestsAlarm`", "used in the busiest 5 minutes"]
    return table(header, rows, {1, 2, 3, 4})


def flood_table():
    rows = [[name, people(requests), figure(dollars)] for name, requests, dollars in demand.floods()]
    return table(["somebody fills, for a day", "requests", "dollars at most"], rows, {1, 2})


def throttle_table():
    quotas = model.LAMBDA_REQUESTS, model.LAMBDA_AT_ONCE, model.LAMBDA_AT_ONCE
    rows = [
        [f"`{name}`", *(f"{figure(number)} ({share(number / quota.value)})" for number, quota in zip(numbers, quotas))]
        for name, *numbers in demand.full_throttles()
    ]
    header = ["throttle", "requests a second to a route", "functions at once", "while DynamoDB does not answer"]
    return table(header, rows, {1, 2, 3})


def hot_item_table():
    rows = [
        [item, attempts, units, quota.linked(), f"{throttled} ({share(throttled / quota.value)})"]
        for item, attempts, units, quota, throttled in demand.hot_items()
    ]
    header = ["item", "attempts", "units of each", "a partition lets through", "the throttles let through"]
    return table(header, rows, {3, 4})


def burst_table(results):
    rows = []
    for scenario, result in zip(burst.SCENARIOS, results):
        under_attack = scenario.attack_rate > 0
        rows.append([
            scenario.title,
            f"{result.guesses:,}" if under_attack else "",
            f"{result.others:.0%}",
            f"{result.owner_known:.0%}",
            f"{result.owner_new:.0%}",
            f"{result.neighbour_known:.0%}" if under_attack else "",
            f"{result.neighbour_new:.0%}" if under_attack else "",
            str(max(result.at_once)),
            f"{result.account_writes:,}" if scenario.on_one_account else "",
        ])
    header = ["log-ins", "guesses looked at", "others let in", "owner, known address", "owner, new address",
              "neighbour, known address", "neighbour, new address", "functions at once", "writes a second to the account's counter"]
    return table(header, rows, set(range(1, len(header))))


def logins_beside(use):
    """Log-ins a second beside which a scenario is played: those of a million people in their busiest second."""
    return demand.Load(1_000_000, use).requests["login"]


def play(use):
    """The results of the scenarios."""
    for scenario in burst.SCENARIOS:
        print(f"playing: {scenario.title}", file=sys.stderr, flush=True)
        yield burst.simulate(scenario, logins_beside(use), use)


def digest(results):
    """What the plot says it was drawn from."""
    def by_second(result):
        return [[*(second[outcome] for outcome in burst.OUTCOMES), busy] for second, busy in zip(result.outcomes, result.at_once)]

    return hashlib.sha256(json.dumps([by_second(result) for result in results]).encode()).hexdigest()


def tables(use, results):
    """The tables of the document, in its order."""
    return [
        use_table(use),
        request_table(),
        demand_table(use),
        settings_table(use),
        throttle_table(),
        flood_table(),
        hot_item_table(),
        burst_table(results),
    ]


def main():
    use = model.Use()
    results = list(play(use))
    print("\n\n".join(tables(use, results)))
    if len(sys.argv) > 1:
        # Only here is matplotlib needed.
        import plot

        plot.draw(dict(zip(burst.SCENARIOS, results)), sys.argv[1], digest(results))


if __name__ == "__main__":
    main()
