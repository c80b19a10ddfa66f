"""What the benches share: samples with their spread, tables in Markdown, the machine, and where results are kept."""

from .result import Result
from .sample import Sample
from .style import COLOURS, TEXT, plot

__all__ = ["COLOURS", "TEXT", "Result", "Sample", "plot"]
