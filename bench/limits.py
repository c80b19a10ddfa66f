"""Settings for a load that is more than a person may do."""

import json
import pathlib


def _names():
    """The variables of the limits, of every function."""
    for uses in (pathlib.Path(__file__).parents[1] / "functions").glob("*/tests/uses.json"):
        yield from (name for name in json.loads(uses.read_text())["variables"] if name.startswith("LIMIT_"))


# Everything is counted, as it is where the functions are deployed, and nothing is refused.
WIDE_LIMITS = {name: "1000000000/86400" for name in _names()}
