"""The Parquet bench: `hailong estimate` with intervals beside DuckDB computing only
the counts of the same files, in alternating runs, with wall and CPU seconds and
peak memory of each process, and a comparison of the counts.

    python3 benches/parquet/run.py [--rows 60000000] [--rounds 5] [--hailong target/release/hailong]
                                   [--keep target/bench]

Needs a release build, about 650 MB of disk for 60,000,000 rows and, for the first
time, PyPI: the peer is installed into a virtual environment under the folder of
--keep.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "estimate"))
from run import alternating, peer_python  # noqa: E402

DUCKDB = "duckdb==2.0.0"


def compare(ours: Path, peers: Path) -> str:
    """Says how many counts are equal; ends the bench when one differs."""
    with peers.open(encoding="utf-8", newline="") as file:
        wanted = {(row["commune_code"], row["month"]): row for row in csv.DictReader(file)}
    compared = intervals = 0
    with ours.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            intervals += row["low"] != ""
            if row["level"] != "item":
                continue
            peer = wanted[row["commune_code"], row["month"]]
            counts = {"asked": peer["people"], "valid": peer[f"v_{row['code']}"], "satisfied": peer[f"s_{row['code']}"]}
            if any(row[name] != count for name, count in counts.items()):
                sys.exit(f"the counts differ: {row} and {counts}")
            compared += 1
    if compared != 20 * len(wanted):
        sys.exit(f"{compared} of {20 * len(wanted)} items are there")
    return f"{compared} items of {len(wanted)} groups, all counts equal; {intervals} intervals"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--rows", type=int, default=60_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--hailong", type=Path, default=ROOT / "target" / "release" / "hailong")
    options.add_argument("--keep", type=Path, default=ROOT / "target" / "bench")
    chosen = options.parse_args()
    keep = chosen.keep.resolve()
    keep.mkdir(parents=True, exist_ok=True)
    python = peer_python(keep, DUCKDB, "venv-parquet")
    folder = keep / f"parquet-{chosen.rows}"
    subprocess.run([python, str(HERE / "generate.py"), str(chosen.rows), str(folder)], check=True)
    files = sorted(map(str, folder.glob("*.parquet")))
    ours, peers = keep / "parquet-hailong.csv", keep / "parquet-duckdb.csv"
    commands = {
        "hailong estimate": [
            str(chosen.hailong), "estimate", *files, "--instrument", str(HERE / "twenty.toml"),
            "--by", "commune_code,month", "--format", "csv", "--out", str(ours),
        ],
        "duckdb counts": [python, str(HERE / "peer_duckdb.py"), str(folder), str(peers)],
    }
    runs = alternating(commands, chosen.rounds)
    print(f"{chosen.rows} responses × 20 items, {chosen.rounds} alternating runs, medians (and range)")
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    walls = {}
    for name, figures in runs.items():
        cpu, wall, memory = zip(*figures)
        walls[name] = statistics.median(wall)
        print(
            f"{name:<17} {walls[name]:6.2f} s ({min(wall):.2f}–{max(wall):.2f})"
            f" {statistics.median(cpu):6.2f} CPU s {statistics.median(memory):6.0f} MiB"
        )
    print(f"ours over the peer's: {walls['hailong estimate'] / walls['duckdb counts']:.2f} of the wall time")
    print(compare(ours, peers))


if __name__ == "__main__":
    main()
