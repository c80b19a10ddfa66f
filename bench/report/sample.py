"""What was measured again and again."""

import statistics


class Sample:
    """The values of one figure, in the order in which they were measured."""

    def __init__(self, values):
        self.values = list(values)
        if len(self.values) < 2:
            raise ValueError("a spread takes two values")

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def quartiles(self):
        first, _median, third = statistics.quantiles(self.values, n=4, method="inclusive")
        return first, third

    def percentile(self, percent):
        return statistics.quantiles(self.values, n=100, method="inclusive")[percent - 1]

    def ratio(self, other):
        """The ratios to `other`, run by run: what slows both runs of a pair down cancels out."""
        return Sample(mine / theirs for mine, theirs in zip(self.values, other.values, strict=True))

    def __sub__(self, other):
        """The differences to `other`, run by run."""
        return Sample(mine - theirs for mine, theirs in zip(self.values, other.values, strict=True))

    def __format__(self, decimals):
        """`f"{sample:1}"` is the median with the first and the third quartile, to one decimal place."""
        first, third = self.quartiles
        places = int(decimals or 1)
        return f"{self.median:,.{places}f} ({first:,.{places}f} – {third:,.{places}f})"
