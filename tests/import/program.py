"""The program that imports."""

import csv
import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PROGRAM = os.environ["LATCHKEY_PROGRAM"]
DYNAMODB_URL = os.environ["LATCHKEY_DYNAMODB_URL"]


def import_rows(system: str, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Imports a CSV file of these rows, and returns how many became what."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "users.csv"
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        command = [PROGRAM, "users", "import", str(path), "--from", system, "--json", "--dynamodb-url", DYNAMODB_URL]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])
