"""cfn-lint with the rules of .cfnlintrc.yaml, for templates that are no files of this repository."""

import json
import pathlib
import subprocess
import sys
import tempfile

from support.template import ROOT

_CFN_LINT = pathlib.Path(sys.executable).with_name("cfn-lint")


def complaints(template):
    """What cfn-lint has to say about a template, a line for each; empty if nothing."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(template, file, indent=1)
        file.flush()
        return complaints_about(file.name)


def complaints_about(path):
    """The same for a file."""
    linted = subprocess.run([_CFN_LINT, "--format", "parseable", "-t", path], cwd=ROOT, capture_output=True, text=True)
    return linted.stdout + linted.stderr
