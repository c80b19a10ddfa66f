"""Draws what the bursts met."""

import burst

# In the middle between black and white, so that they show on either; the dashes tell apart what colours do not.
TEXT = "#7f8792"
LINES = {
    burst.LOGGED_IN: ("#2f9e5b", "-"),
    burst.WRONG: ("#c98a00", "-"),
    burst.LIMITED: ("#d9534f", "--"),
    burst.THROTTLED: ("#8a63d2", "-."),
    burst.NO_FUNCTION: ("#c04f8f", ":"),
    burst.BLOCKED: ("#3d8bd4", (0, (5, 1, 1, 1, 1, 1))),
}
MEAN_SECONDS = 5
STYLE = {
    "svg.hashsalt": "scaling", "svg.fonttype": "none", "font.sans-serif": ["DejaVu Sans"], "font.size": 10,
    "text.color": TEXT, "axes.edgecolor": TEXT, "axes.labelcolor": TEXT, "xtick.color": TEXT, "ytick.color": TEXT,
    "axes.spines.top": False, "axes.spines.right": False, "axes.facecolor": "none", "axes.grid": True,
    "grid.color": TEXT, "grid.alpha": 0.25, "grid.linewidth": 0.6, "lines.linewidth": 1.4,
}


def draw(results, path, description):
    """Writes an SVG of `results`, by scenario, without a background and without a date."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update(STYLE)
    from matplotlib import pyplot

    size = (10, 0.8 + 1.8 * len(results))
    figure, rows = pyplot.subplots(len(results), 2, figsize=size, sharex=True, sharey=True, layout="constrained")
    drawn = {}
    for (scenario, result), (answers, functions) in zip(results.items(), rows):
        drawn |= draw_answers(answers, result)
        answers.set_title(scenario.title.replace("`", ""), loc="left", fontsize=10, fontweight="bold")
        functions.plot(result.at_once, color=TEXT)
        functions.axhline(scenario.functions, color=TEXT, linewidth=1, linestyle=":")
        for axes in (answers, functions):
            axes.set_yscale("symlog", linthresh=1)
            axes.set_yticks([0, 1, 10, 100, 1000], ["0", "1", "10", "100", "1,000"])
            axes.minorticks_off()
            axes.set(xlim=(0, burst.SECONDS), ylim=(0, 3 * burst.ATTACK_RATE))
            if scenario.attack_rate:
                axes.axvspan(burst.ATTACK_BEGINS, burst.ATTACK_ENDS, color=TEXT, alpha=0.1, linewidth=0)
    rows[0][1].set_title("functions at once; dotted: how many may run", loc="left", fontsize=10)
    rows[-1][0].set_xlabel(f"seconds (shaded: the attack); answers a second, mean of {MEAN_SECONDS} s")
    rows[-1][1].set_xlabel("seconds; the most at once in each")
    figure.patch.set_alpha(0)
    order = [outcome for outcome in burst.OUTCOMES if outcome in drawn]
    figure.legend([drawn[outcome] for outcome in order], order, loc="outside upper center", ncols=3, frameon=False)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None, "Description": description})


def draw_answers(axes, result):
    """The outcomes that there were, each a line; returns the lines by outcome."""
    lines = {}
    begins = range(0, burst.SECONDS, MEAN_SECONDS)
    for outcome, (colour, dashes) in LINES.items():
        means = [sum(second[outcome] for second in result.outcomes[at:at + MEAN_SECONDS]) / MEAN_SECONDS for at in begins]
        if any(means):
            middles = [at + MEAN_SECONDS / 2 for at in begins]
            lines[outcome], = axes.plot(middles, means, color=colour, linestyle=dashes, label=outcome)
    return lines
