"""Shows what the simulation on standard input found; see `run`."""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from report import COLOURS, Result, plot  # noqa: E402


def found(thief):
    never, median = thief["never_noticed_percent"], thief["median_refresh_of_the_owner"]
    if median is None:
        return "never"
    return f"refresh {median}" + (f"; never for {never:.1f} %" if never else "")


def draw(rules):
    figure, (honest, thieves) = plot(1, 2, figsize=(10, 2.8))
    for row, rule in enumerate(rules):
        shares = rule["kept_in_percent"]
        height = 0.8 / len(rules)
        places = [place + row * height for place in range(len(shares))]
        honest.barh(places, shares.values(), height=height, color=COLOURS[row], label=rule["rule"])
        honest.set_yticks([place + height for place in range(len(shares))], shares)
        noticed = {thief["thief"]: 100 - thief["never_noticed_percent"] for thief in rule["thieves"]}
        thieves.barh(places, noticed.values(), height=height, color=COLOURS[row])
        thieves.set_yticks([place + height for place in range(len(noticed))], noticed)
    for axes, label in ((honest, "honest users still logged in, %"), (thieves, "thieves noticed, %")):
        axes.set(xlabel=label, xlim=(0, 100))
        axes.invert_yaxis()
        axes.grid(axis="y", visible=False)
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    return figure


def main():
    simulated = json.load(sys.stdin)
    rules = simulated["rules"]
    result = Result("sessions", "Rules for refresh tokens")
    result.say(
        f"Simulated for 30 days, {simulated['people']:,} people in each cell, with access tokens of 15 minutes and four visits a "
        "day. Honest users who are still logged in at the end: with one tab and some responses lost, a third of which are "
        "asked for again at once and the others at the next refresh; and with four tabs that wake up together."
    )
    result.table(
        ["rule", *rules[0]["kept_in_percent"]],
        [[rule["rule"], *(f"{share:.1f} %" for share in rule["kept_in_percent"].values())] for rule in rules],
    )
    result.say(
        "Thieves who copied a refresh token on the second day: at which refresh of the owner after the theft the session "
        "ends, the median."
    )
    result.table(
        ["rule", *(thief["thief"] for thief in rules[0]["thieves"])],
        [[rule["rule"], *map(found, rule["thieves"])] for rule in rules],
    )
    result.store(draw(rules), "Honest users still logged in and thieves noticed, by rule")


if __name__ == "__main__":
    main()
