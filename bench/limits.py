"""Settings for a load that is more than a person may do."""

_NAMES = [f"LIMIT_{name}" for name in ("PAIR", "ACCOUNT", "ADDRESS", "SIGNUP")]
# Nothing is counted.
NO_LIMITS = {name: "0" for name in _NAMES}
# Everything is counted, as it is where the functions are deployed, and nothing is refused.
WIDE_LIMITS = {name: "1000000000/86400" for name in _NAMES}
