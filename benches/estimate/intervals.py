"""What intervals cost: `hailong estimate` of a CSV file, with figures, standard errors and
intervals by commune, beside python polars making the counts and rates alone, in alternating
runs; every count must be the same. Then `hailong tally` sums the file up, its tallies are
estimated, and both tables must be the same.

    python3 benches/estimate/intervals.py [--rows 1000000] [--rounds 3]
                                          [--hailong target/release/hailong] [--keep target/bench]

Needs a release build and, for the first time, PyPI: the peer is installed into
a virtual environment under the folder of --keep.
"""

import csv
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from measuring import alternating, chosen, peer_python, tell  # noqa: E402
from run import COUNTS, POLARS, generated  # noqa: E402

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
    choice = chosen(__doc__, rounds=3, rows=1_000_000)
    keep = choice.keep
    responses = generated(keep, choice.rows)
    python = peer_python(keep, POLARS, "venv")
    names = ("tallies", "estimates", "estimates-of-tallies", "counts")
    tallies, estimates, again, counts = (keep / f"{name}.csv" for name in names)
    of = ["--instrument", str(HERE / "fifteen.toml"), "--by", "commune_code"]
    program = str(choice.hailong)
    commands = {
        "counts": [python, str(HERE / "peer_polars.py"), "--counts", str(responses), str(counts)],
        "estimate": [program, "estimate", str(responses), *of, "--format", "csv", "--out", str(estimates)],
    }
    runs = alternating(commands, choice.rounds)
    print(f"{choice.rows} responses × 15 items, {choice.rounds} alternating runs, medians (and range)")
    middle = {name: tell(name, figures) for name, figures in runs.items()}
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
