"""From what was found at each size to a table and a plot."""

import statistics

from report import COLOURS, Result, Sample, plot


def medians(loads):
    return Sample(load.median for load in loads)


def percentile_99(loads):
    """Over the requests of all rounds."""
    return statistics.quantiles([value for load in loads for value in load.milliseconds], n=100, method="inclusive")[98]


def show(sizes):
    operations = list(sizes[0].growing)
    rounds, smallest = len(sizes[0].growing[operations[0]]), sizes[0].users
    result = Result("growth", "Growth")
    result.say(
        f"One stack grows and is measured at each size in {rounds} rounds, in turn with a second one that keeps its "
        f"{smallest:,} users: one connection, accounts from all over the table. Medians of the rounds with their quartiles, "
        "in milliseconds; the ratio is to the second stack, round by round; the 99th percentile is over all rounds."
    )
    result.table(
        ["", "users", "time", f"with {smallest:,}", "ratio", "p99", f"p99 with {smallest:,}"],
        [
            [operation, f"{size.users:,}", f"{medians(size.growing[operation]):3}", f"{medians(size.control[operation]):3}",
             f"{medians(size.growing[operation]).ratio(medians(size.control[operation])):3}",
             f"{percentile_99(size.growing[operation]):.2f}", f"{percentile_99(size.control[operation]):.2f}"]
            for operation in operations for size in sizes
        ],
    )
    result.store(*_lines(sizes, operations))


def _lines(sizes, operations):
    figure, axes = plot(1, len(operations), figsize=(8, 3.4))
    users = [size.users for size in sizes]
    for axis, operation in zip(axes, operations, strict=True):
        series = [("the stack that grows", [size.growing[operation] for size in sizes]),
                  (f"the one with {users[0]:,} users", [size.control[operation] for size in sizes])]
        for colour, (label, loads) in zip(COLOURS, series, strict=False):
            samples = [medians(rounds) for rounds in loads]
            middles = [sample.median for sample in samples]
            spread = [[middle - sample.quartiles[0] for middle, sample in zip(middles, samples, strict=True)],
                      [sample.quartiles[1] - middle for middle, sample in zip(middles, samples, strict=True)]]
            axis.errorbar(users, middles, spread, color=colour, marker="o", markersize=4, capsize=3, label=label)
        axis.set_xscale("log")
        axis.set_ylim(bottom=0)
        axis.set_title(operation, fontsize=10)
        axis.set_xlabel("users")
    axes[0].set_ylabel("milliseconds, median")
    axes[0].legend(loc="lower left", frameon=False, fontsize=9)
    return figure, "Latency of log-in and me with 10 thousand, 100 thousand and 1 million users, beside a stack that does not grow"
