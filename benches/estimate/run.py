"""The estimate bench: `hailong estimate` beside python polars on the same file,
in alternating runs, with CPU seconds and peak memory of each process, and a
comparison of what they wrote.

    python3 benches/estimate/run.py [--rows 1000000] [--rounds 5] [--hailong target/release/hailong]
                                    [--keep target/bench]

Needs a release build and, for the first time, PyPI: the peer is installed into
a virtual environment under the folder of --keep.
"""

import csv
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from measuring import alternating, chosen, peer_python, tell, tell_load  # noqa: E402

POLARS = "polars==2.1.0"
COUNTS = ["asked", "valid", "satisfied", "no_opinion", "unanswered"]


def generated(keep: Path, rows: int) -> Path:
    """The file of so many responses, made where it is not kept from a run before."""
    responses = keep / f"responses-{rows}.csv"
    if not responses.exists():
        part = responses.with_suffix(".part")
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(rows), str(part)], check=True)
        part.rename(responses)
    return responses


def read(path: Path) -> dict[tuple[str, str, str], dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["level"], row["code"], row["commune_code"]): row for row in csv.DictReader(file)}


def differences(ours: Path, peers: Path) -> str:
    """Says how far apart two tables of estimates are; ends the bench when they differ."""
    a, b = read(ours), read(peers)
    missing = b.keys() - a.keys()
    if missing:
        sys.exit(f"{len(missing)} estimates of the peer are not ours, such as {sorted(missing)[0]}")
    widest = 0.0
    for key, peer in b.items():
        own = a[key]
        if any(own[name] != peer[name] for name in COUNTS):
            sys.exit(f"the counts of {key} differ: {own} and {peer}")
        for name in ("rate", "se"):
            if (own[name] == "") != (peer[name] in ("", "NaN")):
                sys.exit(f"{name} of {key} is defined on one side only: {own} and {peer}")
            if own[name] != "":
                # The peer's sums of squares cancel near 0 % and 100 %, so variances are compared.
                power = 2 if name == "se" else 1
                widest = max(widest, abs(float(own[name]) ** power - float(peer[name]) ** power))
    if widest > 1e-12:
        sys.exit(f"a rate or variance differs by {widest}")
    return f"{len(b)} estimates, all counts equal, rates and variances within {widest:.0e}"


def main() -> None:
    choice = chosen(__doc__, rounds=5, rows=1_000_000)
    keep = choice.keep
    python = peer_python(keep, POLARS, "venv")
    responses = generated(keep, choice.rows)
    ours, peers = keep / "estimates-hailong.csv", keep / "estimates-polars.csv"
    commands = {
        "hailong estimate": [
            str(choice.hailong), "estimate", str(responses),
            "--instrument", str(HERE / "fifteen.toml"), "--by", "commune_code",
            "--format", "csv", "--out", str(ours),
        ],
        "python polars": [python, str(HERE / "peer_polars.py"), str(responses), str(peers)],
    }
    runs = alternating(commands, choice.rounds)
    print(f"{choice.rows} responses × 15 items, {choice.rounds} alternating runs, medians (and range)")
    tell_load()
    for name, figures in runs.items():
        tell(name, figures)
    print(differences(ours, peers))


if __name__ == "__main__":
    main()
