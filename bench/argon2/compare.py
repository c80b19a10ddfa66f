"""The `argon2` crate against the reference implementation in C, in many short runs that take turns.

    python bench/argon2/compare.py REFERENCE CRATE [CRATE_FOR_X86_64_V3]

The third is there where the processor has AVX2, for which the reference is built then too.
"""

import ctypes
import pathlib
import random
import statistics
import subprocess
import sys

from tqdm import tqdm

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

import report  # noqa: E402

# Memory in KiB, passes, rounds. The first is what the functions do by default, the second what RFC 9106 recommends where
# memory is scarce, but on one lane.
WORK = [(19 * 1024, 2, 100), (64 * 1024, 3, 40)]
# In one run of a program. The first takes new memory, the others find it there.
HASHES = 6
SEED = 20261125
SMALL_PAGES = "crate, in pages of 4 KiB"
# What a process inherits from the one that starts it. https://man7.org/linux/man-pages/man2/PR_SET_THP_DISABLE.2const.html
PR_SET_THP_DISABLE = 41


def programs():
    """What is compared: names and paths, the reference first."""
    reference, crate, *for_avx2 = sys.argv[1:]
    named = {f"reference, C{', AVX2' if for_avx2 else ''}": reference, "crate, as the functions have it": crate}
    return named | {"crate, target-cpu=x86-64-v3": path for path in for_avx2} | {SMALL_PAGES: crate}


def without_huge_pages():
    """Takes huge pages from this process, and from the program that it becomes."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_THP_DISABLE)")


def run(path, memory_kib, passes, prepare):
    """The digest, and the milliseconds that each hash took."""
    command = [path, str(memory_kib), str(passes), str(HASHES)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, preexec_fn=prepare)
    digest, *nanoseconds = done.stdout.split()
    return digest, [round(int(taken) / 1e6, 3) for taken in nanoseconds]


def measure(named):
    """The milliseconds of the hashes of each run, by work and program."""
    measured = {}
    progress = tqdm(total=len(named) * sum(rounds for *_, rounds in WORK), unit="run")
    chance = random.Random(SEED)
    for memory_kib, passes, rounds in WORK:
        runs = measured[f"m={memory_kib}, t={passes}"] = {name: [] for name in named}
        for _ in range(rounds):
            digests = set()
            for name in chance.sample([*named], len(named)):
                prepare = without_huge_pages if name == SMALL_PAGES else None
                digest, milliseconds = run(named[name], memory_kib, passes, prepare)
                runs[name].append(milliseconds)
                digests.add(digest)
                progress.update()
            if len(digests) > 1:
                raise ValueError(f"the programs do not agree: {digests}")
    progress.close()
    return measured


def rows(measured):
    for work, runs in measured.items():
        samples = {name: report.Sample(statistics.median(later) for _first, *later in of) for name, of in runs.items()}
        reference = next(iter(samples.values()))
        for name, sample in samples.items():
            first = report.Sample(first for first, *_later in runs[name])
            yield [name, work, f"{sample:2}", f"{sample.ratio(reference):2}", f"{first:2}"]


def draw(measured):
    figure, axes = report.plot(columns=len(measured), figsize=(9, 3.2), sharey=True)
    for axis, (work, runs) in zip(axes, measured.items(), strict=True):
        longest = 0
        for colour, (name, of) in zip(report.COLOURS, runs.items()):
            taken = report.Sample(sorted(hash for _first, *later in of for hash in later))
            shares = [(place + 1) / len(taken.values) for place in range(len(taken.values))]
            axis.plot(taken.values, shares, color=colour, label=name)
            longest = max(longest, taken.percentile(95))
        axis.set(title=work, xlabel="milliseconds", xlim=(0, longest * 1.1), ylim=(0, 1))
    axes[0].set_ylabel("share of the hashes")
    axes[0].legend(frameon=False, loc="upper left", fontsize=8)
    return figure


def main():
    named = programs()
    result = report.Result("argon2", "Argon2id in Rust and in C")
    measured = measure(named)
    result.say(
        f"One lane; the digests are the same. Each run of a program makes {HASHES} hashes in memory that it keeps from "
        "one to the next and does not wipe, in huge pages where nothing else is said, and chance gives the order of the "
        "programs in each round. A hash is the median of a run without its first, to which the memory is new. Medians of the runs with their quartiles; "
        "ratios are taken run by run."
    )
    if len(named) == 3:
        result.say("This processor has no AVX2: the reference is its portable form, and x86-64-v3 is left out.")
    result.table(["program", "work", "a hash, ms", "to the reference", "the first, ms"], rows(measured))
    description = "Which share of the hashes took at most how long, for each program and amount of work"
    result.store(draw(measured), description)


if __name__ == "__main__":
    main()
