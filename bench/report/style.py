"""How plots look: on a page of any colour, and the same at each run."""

# In the middle between black and white, so that it shows on either.
TEXT = "#7f8792"
COLOURS = ["#2f9e5b", "#3d8bd4", "#c98a00", "#d9534f", "#8a63d2", "#c04f8f"]
STYLE = {
    "svg.hashsalt": "latchkey", "svg.fonttype": "none", "font.sans-serif": ["DejaVu Sans"], "font.size": 10,
    "text.color": TEXT, "axes.edgecolor": TEXT, "axes.labelcolor": TEXT, "xtick.color": TEXT, "ytick.color": TEXT,
    "axes.spines.top": False, "axes.spines.right": False, "axes.facecolor": "none", "axes.grid": True,
    "grid.color": TEXT, "grid.alpha": 0.25, "grid.linewidth": 0.6, "lines.linewidth": 1.4,
}


def plot(rows=1, columns=1, **options):
    """A figure and its axes, as `pyplot.subplots` gives them."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update(STYLE)
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(rows, columns, layout="constrained", **options)
    figure.patch.set_alpha(0)
    return figure, axes


def save(figure, path, description):
    """Writes an SVG without a background and without a date."""
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None, "Description": description})
