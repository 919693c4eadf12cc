"""The documented SQL on DuckDB: `docs/tallies.sql` sums up seeded responses there, and
`hailong estimate --tallies` of that must give what `hailong estimate` gives of the
responses themselves: every count equal, every other figure within 1e-12.

    python3 benches/parquet/tallies.py [--rows 20000] [--hailong target/release/hailong]
                                       [--keep target/bench]

For the first time it needs PyPI, as run.py does.
"""

import argparse
import csv
import random
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent / "estimate"))
from run import peer_python  # noqa: E402

DUCKDB = "duckdb==2.0.0"
SQL = ROOT / "docs" / "tallies.sql"
ITEMS = ["A1", "A2", "A3", "A4", "A5"]
CHANNELS = ["kiosk", "qr", "link", "paper"]
FIGURES = ["rate", "se", "low", "upp", "n_eff", "deff"]
MOST_APART = 1e-12

# What runs in the peer's Python: the responses in, the tallies out.
PEER = """
import sys, duckdb
responses, sql, tallies = sys.argv[1:]
items = ", ".join(f"'{item}': 'INTEGER'" for item in ["A1", "A2", "A3", "A4", "A5"])
duckdb.execute(
    f"create table responses as select * from read_csv('{responses}', header = true,"
    f" all_varchar = false, types = {{'response_id': 'VARCHAR', 'answered_at': 'VARCHAR',"
    f" 'channel': 'VARCHAR', {items}}})"
)
query = open(sql, encoding="utf-8").read().strip().rstrip(";")
duckdb.execute(f"copy ({query}) to '{tallies}' (header)")
"""


def generate(file: Path, rows: int) -> None:
    """Answers of every kind: satisfied, not, no opinion, none."""
    draw = random.Random(1)
    with file.open("w", encoding="utf-8", newline="") as out:
        csv_file = csv.writer(out)
        csv_file.writerow(["response_id", "channel", "answered_at", *ITEMS])
        for n in range(rows):
            day, minute = draw.randrange(1, 31), draw.randrange(0, 60)
            answers = [draw.choice(["", 9, 1, 2, 3, 4, 4, 4, 5, 5, 5]) for _ in ITEMS]
            moment = f"2026-09-{day:02}T09:{minute:02}:00+07:00"
            csv_file.writerow([n, draw.choice(CHANNELS), moment, *answers])


def estimate(hailong: Path, source: Path, more: list[str]) -> list[dict[str, str]]:
    command = [str(hailong), "estimate", str(source), "--instrument", "quick-counter@1"]
    command += ["--by", "channel,month", "--format", "csv", "--out", "-", *more]
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return list(csv.DictReader(done.stdout.lstrip("\ufeff").splitlines()))


def compare(rows: list[dict[str, str]], tallies: list[dict[str, str]]) -> str:
    """Says how far apart the figures are; ends the comparison when they are too far."""
    key = ["level", "code", "channel", "month"]
    found = {tuple(row[name] for name in key): row for row in tallies}
    if len(found) != len(tallies) or len(rows) != len(tallies) or not rows:
        sys.exit(f"{len(rows)} figures of responses, {len(tallies)} of tallies")
    furthest = 0.0
    for row in rows:
        other = found[tuple(row[name] for name in key)]
        for name in row:
            if name in FIGURES and row[name] and other[name]:
                apart = abs(float(row[name]) - float(other[name])) / max(1.0, abs(float(row[name])))
                furthest = max(furthest, apart)
            elif row[name] != other[name]:
                sys.exit(f"{name} differs: {row} and {other}")
    if furthest > MOST_APART:
        sys.exit(f"figures are {furthest:.1e} apart")
    return f"{len(rows)} figures of {len(rows[0])} columns: counts equal, the rest within {furthest:.1e}"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--hailong", type=Path, default=ROOT / "target" / "release" / "hailong")
    options.add_argument("--keep", type=Path, default=ROOT / "target" / "bench")
    chosen = options.parse_args()
    keep = chosen.keep.resolve()
    keep.mkdir(parents=True, exist_ok=True)
    python = peer_python(keep, DUCKDB, "venv-parquet")
    responses, tallies = keep / "tallies-responses.csv", keep / "tallies-duckdb.csv"
    generate(responses, chosen.rows)
    subprocess.run([python, "-c", PEER, str(responses), str(SQL), str(tallies)], check=True)
    of_rows = estimate(chosen.hailong, responses, [])
    print(compare(of_rows, estimate(chosen.hailong, tallies, ["--tallies"])))
    lines = list(csv.DictReader(tallies.open(encoding="utf-8", newline="")))
    print(f"{len(lines)} lines of tallies from {chosen.rows} responses")


if __name__ == "__main__":
    main()
