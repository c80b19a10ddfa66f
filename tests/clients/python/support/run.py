"""Runs every test in the folder that is named, or else beside this package, and prints one line for each."""

import sys
import unittest
from pathlib import Path
from types import TracebackType
from typing import Any

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class Lines(unittest.TestResult):
    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        print("passed", test.shortDescription(), flush=True)

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        super().addFailure(test, err)
        self._failed(test, err)

    def addError(self, test: unittest.TestCase, err: Any) -> None:
        super().addError(test, err)
        self._failed(test, err)

    def _failed(self, test: unittest.TestCase, err: ExceptionInfo) -> None:
        # What could not even be imported has no description.
        print("failed", test.shortDescription() or test.id())
        print("   ", self._exc_info_to_string(err, test).replace("\n", "\n    "), flush=True)


folder = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parent.parent)
suite = unittest.defaultTestLoader.discover(folder)
sys.exit(not suite.run(Lines()).wasSuccessful())
