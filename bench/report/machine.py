"""The machine that something was measured on."""

import os
import pathlib
import platform
import re
import subprocess


def describe():
    """In one line: processor, cores, memory, system, compiler."""
    model = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+) kB$", pathlib.Path("/proc/meminfo").read_text(), re.MULTILINE)
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    processor = re.sub(r"\s+", " ", model[1]) if model else platform.machine()
    return (
        f"{processor}, {len(os.sched_getaffinity(0))} cores, {int(memory[1]) / 2**20:.0f} GiB, "
        f"Linux {platform.release().split('-')[0]}, rustc {rustc}"
    )
