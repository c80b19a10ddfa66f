"""The programs as they are deployed: how large they are, and that Argon2 in them is vectorised. They are below
LATCHKEY_PROGRAMS, built for this machine with the release profile as it is."""

import os
import pathlib
import platform
import re
import unittest

from support.template import FUNCTIONS, logical_id, uses

# zxcvbn brings word lists.
MOST_MEGABYTES = {"signup": 10, "account": 10}
MOST_MEGABYTES_OF_OTHERS = 8
# Argon2 multiplies the low halves of 64-bit words (RFC 9106 3.6), and VPMULUDQ does that for four words at once. The two
# forms of its encoding with registers of 256 bits are in Intel's Software Developer's Manual, volume 2, under PMULUDQ.
SHORT_FORM = re.compile(rb"\xc5([\x00-\xff])\xf4")
LONG_FORM = re.compile(rb"\xc4([\x00-\xff])([\x00-\xff])\xf4")
# 128 where this was written.
LEAST_PRODUCTS = 64


def read(function):
    program = pathlib.Path(os.environ["LATCHKEY_PROGRAMS"]) / logical_id(function, "Function") / "bootstrap"
    return program.read_bytes()


def vector_products(program):
    of_256_bits = [form[1][0] & 0b111 == 0b101 for form in SHORT_FORM.finditer(program)]
    of_256_bits += [form[1][0] & 0b11111 == 1 and form[2][0] & 0b111 == 0b101 for form in LONG_FORM.finditer(program)]
    return sum(of_256_bits)


class Programs(unittest.TestCase):
    def test_each_is_small_enough_to_start_soon(self):
        for function in FUNCTIONS:
            self.assertLess(len(read(function)) / 1e6, MOST_MEGABYTES.get(function, MOST_MEGABYTES_OF_OTHERS), function)

    def test_argon2_is_vectorised_where_there_is_avx2(self):
        if platform.machine() != "x86_64":
            return
        without_argon2 = vector_products(read("me"))
        for function in [function for function in FUNCTIONS if "ARGON2_PASSES" in uses(function)["variables"]]:
            products = vector_products(read(function)) - without_argon2
            self.assertGreaterEqual(products, LEAST_PRODUCTS, f"{function}: does its package still have opt-level 3?")


if __name__ == "__main__":
    unittest.main()
