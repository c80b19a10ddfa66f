"""The last result of a bench: what it printed and a plot."""

import pathlib
import sys

from . import machine, style

RESULTS = pathlib.Path(__file__).parents[1] / "results"


class Result:
    """What `bench/NAME/run` found. It prints while it grows, and `store` keeps it below bench/results/."""

    def __init__(self, name, title):
        self.name, self.title, self.parts = name, title, []
        self.say(f"# {title}")
        self.say(f"The last result of `bench/{name}/run`, on {machine.describe()}.")

    def say(self, text):
        """Adds a paragraph of Markdown."""
        self.parts.append(text)
        print(f"\n{text}", flush=True)

    def table(self, columns, rows):
        """Adds a table: the names of the columns, and as many cells for each row. The first column is text."""
        lines = [columns, ["---"] + ["---:"] * (len(columns) - 1), *rows]
        self.say("\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines))

    def store(self, figure, description):
        """Keeps the text and the plot, which is described in words."""
        RESULTS.mkdir(exist_ok=True)
        style.save(figure, RESULTS / f"{self.name}.svg", description)
        self.parts.append(f"![{description}]({self.name}.svg)")
        (RESULTS / f"{self.name}.md").write_text("\n\n".join(self.parts) + "\n")
        print(f"\nKept in bench/results/{self.name}.md and .svg", file=sys.stderr)
