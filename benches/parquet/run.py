"""The Parquet bench: `hailong estimate` with intervals beside DuckDB computing only
the counts of the same files, in alternating runs, with wall and CPU seconds and
peak memory of each process, and a comparison of the counts.

    python3 benches/parquet/run.py [--rows 60000000] [--rounds 5] [--hailong target/release/hailong]
                                   [--keep target/bench]

Needs a release build, about 650 MB of disk for 60,000,000 rows and, for the first
time, PyPI: the peer is installed into a virtual environment under the folder of
--keep.
"""

import csv
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from measuring import alternating, chosen, peer_python, tell, tell_load  # noqa: E402

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
    choice = chosen(__doc__, rounds=5, rows=60_000_000)
    keep = choice.keep
    python = peer_python(keep, DUCKDB, "venv-parquet")
    folder = keep / f"parquet-{choice.rows}"
    subprocess.run([python, str(HERE / "generate.py"), str(choice.rows), str(folder)], check=True)
    files = sorted(map(str, folder.glob("*.parquet")))
    ours, peers = keep / "parquet-hailong.csv", keep / "parquet-duckdb.csv"
    commands = {
        "hailong estimate": [
            str(choice.hailong), "estimate", *files, "--instrument", str(HERE / "twenty.toml"),
            "--by", "commune_code,month", "--format", "csv", "--out", str(ours),
        ],
        "duckdb counts": [python, str(HERE / "peer_duckdb.py"), str(folder), str(peers)],
    }
    runs = alternating(commands, choice.rounds)
    print(f"{choice.rows} responses × 20 items, {choice.rounds} alternating runs, medians (and range)")
    tell_load()
    walls = {name: tell(name, figures) for name, figures in runs.items()}
    print(f"ours over the peer's: {walls['hailong estimate'] / walls['duckdb counts']:.2f} of the wall time")
    print(compare(ours, peers))


if __name__ == "__main__":
    main()
