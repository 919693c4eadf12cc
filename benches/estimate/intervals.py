"""What intervals cost: `hailong estimate` of a CSV file, with figures, standard errors and
intervals by commune, beside python polars making the counts and rates alone, in alternating
runs; every count must be the same. Then `hailong tally` sums the file up, its tallies are
estimated, and both tables must be the same.

    python3 benches/estimate/intervals.py [--rows 1000000] [--rounds 3]
                                          [--hailong target/release/hailong] [--keep target/bench]

Needs a release build and, for the first time, PyPI: the peer is installed into
a virtual environment under the folder of --keep.
"""

import argparse
import csv
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
from run import COUNTS, POLARS, alternating, peer_python  # noqa: E402

LIMIT = 1.5


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def widest(one: Path, other: Path) -> float:
    """How far apart the numbers of two tables are; ends the bench when anything else differs."""
    apart = 0.0
    first, second = rows(one), rows(other)
    if len(first) != len(second):
        sys.exit(f"{one} has {len(first)} rows and {other} {len(second)}")
    for a, b in zip(first, second):
        for cell, beside in zip(a, b):
            if cell != beside:
                try:
                    apart = max(apart, abs(float(cell) - float(beside)))
                except ValueError:
                    sys.exit(f"the tables differ: {a} and {b}")
    if apart > 1e-12:
        sys.exit(f"a figure differs by {apart}")
    return apart


def same_counts(ours: Path, peers: Path) -> int:
    """How many rows have the same counts in both tables; ends the bench when one has not."""
    wanted = {}
    with peers.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            wanted[row["level"], row["code"], row["commune_code"]] = [row[name] for name in COUNTS]
    compared = 0
    with ours.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if [row[name] for name in COUNTS] != wanted[row["level"], row["code"], row["commune_code"]]:
                sys.exit(f"the counts differ: {row}")
            compared += 1
    return compared


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--hailong", type=Path, default=ROOT / "target" / "release" / "hailong")
    options.add_argument("--keep", type=Path, default=ROOT / "target" / "bench")
    chosen = options.parse_args()
    keep = chosen.keep.resolve()
    keep.mkdir(parents=True, exist_ok=True)
    responses = keep / f"responses-{chosen.rows}.csv"
    if not responses.exists():
        part = responses.with_suffix(".part")
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(chosen.rows), str(part)], check=True)
        part.rename(responses)
    python = peer_python(keep, POLARS, "venv")
    names = ("tallies", "estimates", "estimates-of-tallies", "counts")
    tallies, estimates, again, counts = (keep / f"{name}.csv" for name in names)
    of = ["--instrument", str(HERE / "fifteen.toml"), "--by", "commune_code"]
    program = str(chosen.hailong)
    commands = {
        "counts": [python, str(HERE / "peer_polars.py"), "--counts", str(responses), str(counts)],
        "estimate": [program, "estimate", str(responses), *of, "--format", "csv", "--out", str(estimates)],
    }
    runs = alternating(commands, chosen.rounds)
    print(f"{chosen.rows} responses × 15 items, {chosen.rounds} alternating runs, medians (and range)")
    middle = {}
    for name, figures in runs.items():
        cpu, wall, memory = zip(*figures)
        middle[name] = statistics.median(wall)
        print(
            f"{name:<9} {statistics.median(cpu):6.2f} CPU s"
            f" {middle[name]:6.2f} s ({min(wall):.2f}–{max(wall):.2f}) {statistics.median(memory):6.0f} MiB"
        )
    ratio = middle["estimate"] / middle["counts"]
    print(f"with intervals beside without: {ratio:.2f}, limit {LIMIT}{'' if ratio <= LIMIT else ': EXCEEDED'}")
    print(f"{same_counts(estimates, counts)} figures, all counts equal")
    subprocess.run([program, "tally", str(responses), *of, "--out", str(tallies)], check=True)
    subprocess.run(
        [program, "estimate", "--tallies", str(tallies), *of, "--format", "csv", "--out", str(again)], check=True
    )
    print(f"{len(rows(estimates)) - 1} estimates, those of the tallies within {widest(estimates, again):.0e}")


if __name__ == "__main__":
    main()
