"""From runs to tables and a plot."""

from report import COLOURS, Result, Sample, plot

# The places in the list of subjects: this project and the peers, with their own hash and with this project's.
OWN, SAME = (0, 1, 2), (0, 3, 4)


class Figures:
    """Every figure of every subject, over the rounds."""

    def __init__(self, subjects, runs):
        self.subjects, self.runs = subjects, runs

    def over_rounds(self, subject, figure):
        return Sample(figure(run) for run in self.runs[subject])

    def per_second(self, subject, key):
        return self.over_rounds(subject, lambda run: run.loads[key].per_second)

    def processor(self, subject, key):
        return self.over_rounds(subject, lambda run: run.processor_milliseconds[key])

    def driver(self, subject, key):
        return self.over_rounds(subject, lambda run: run.loads[key].driver_seconds * 1000 / run.loads[key].sent)

    def ratio(self, subject, key):
        return self.per_second(OWN[0], key).ratio(self.per_second(subject, key))


def show(subjects, runs, operations, connections):
    figures = Figures(subjects, runs)
    keys = [(operation, count) for operation in operations for count in connections]
    result = Result("side-by-side", "Side by side")
    result.say(
        f"Medians of {len(runs[0])} rounds with their quartiles; each round starts every subject on data of its own, in "
        "an order that chance gives. Latchkey is `local`, released without LTO, and uses all processors; each peer is one "
        "process, as its guide starts it. Its log-in writes nothing where nothing is limited; Better Auth's writes a session, "
        "and fastapi-users, whose tokens are HS256, gives none at sign-up. Ratios are of this project to the peer, round by round. "
        "Processors are shared with the program that sends the requests. No rate limit is on anywhere, and no line "
        "is written for a request."
    )
    result.table(
        ["", "version", "hash", "SQLite: journal, synchronous"],
        [[subject.name, subject.version, subject.hashed_with, runs[place][0].storage] for place, subject in enumerate(subjects)],
    )
    for title, places in (("Each with its own hash", OWN), ("All with the same hash", SAME)):
        result.say(f"## {title}")
        names = [subjects[place].name for place in places]
        result.say("Requests a second:")
        result.table(
            ["", "connections", *names, *(f"ratio to {name}" for name in names[1:])],
            [
                [*key, *(f"{figures.per_second(place, key):1}" for place in places),
                 *(f"{figures.ratio(place, key):2}" for place in places[1:])]
                for key in keys
            ],
        )
    result.say("## Processor time, memory and start")
    result.say(
        f"Processor time of one request in milliseconds at {connections[-1]} connections, the driver's own for `me` beside "
        "it; memory of all processes after the load; time from the start of the process, over the data of the load, to "
        "the first answer to `me`:"
    )
    most = connections[-1]
    result.table(
        ["", "hash", *operations, "driver, me", "memory, MB", "start, ms"],
        [
            [subject.name, subject.hashed_with, *(f"{figures.processor(place, (operation, most)):2}" for operation in operations),
             f"{figures.driver(place, ('me', most)):3}", f"{figures.over_rounds(place, lambda run: run.megabytes):1}",
             f"{figures.over_rounds(place, lambda run: run.start_milliseconds):0}"]
            for place, subject in enumerate(subjects)
        ],
    )
    result.store(*_bars(figures, operations, connections))


def _bars(figures, operations, connections):
    figure, axes = plot(len(connections), len(operations), figsize=(9, 5.2), squeeze=False)
    places = range(len(figures.subjects))
    for row, count in zip(axes, connections, strict=True):
        for axis, operation in zip(row, operations, strict=True):
            samples = [figures.per_second(place, (operation, count)) for place in places]
            medians = [sample.median for sample in samples]
            spread = [
                [median - sample.quartiles[0] for median, sample in zip(medians, samples, strict=True)],
                [sample.quartiles[1] - median for median, sample in zip(medians, samples, strict=True)],
            ]
            for place in places:
                subject = figures.subjects[place]
                axis.bar(
                    place, medians[place], 0.8, color=COLOURS[(0, 1, 2, 1, 2)[place]], alpha=1 if place in OWN else 0.55,
                    label=f"{subject.name}, {subject.hashed_with}",
                )
            axis.errorbar(places, medians, spread, fmt="none", ecolor="#7f8792", capsize=3)
            axis.set_title(f"{operation}, {count} connection{'s' if count > 1 else ''}", fontsize=10)
            axis.set_xticks([])
    for row in axes:
        row[0].set_ylabel("requests a second")
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return figure, "Sign-ups, log-ins and calls of me a second, of this project, Better Auth and fastapi-users"
