"""Settings for a load that is more than a person may do."""

NO_LIMITS = {f"LIMIT_{name}": "0" for name in ("PAIR", "ACCOUNT", "ADDRESS", "SIGNUP")}
