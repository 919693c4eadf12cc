"""The estimate bench: `hailong estimate` beside python polars on the same file,
in alternating runs, with CPU seconds and peak memory of each process, and a
comparison of what they wrote.

    python3 benches/estimate/run.py [--rows 1000000] [--rounds 5] [--hailong target/release/hailong]
                                    [--keep target/bench]

Needs a release build and, for the first time, PyPI: the peer is installed into
a virtual environment under the folder of --keep.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
POLARS = "polars==2.1.0"
COUNTS = ["asked", "valid", "satisfied", "no_opinion", "unanswered"]


def measured(command: list[str]) -> tuple[float, float, float]:
    """CPU seconds (user and system), wall seconds and peak MiB of one process."""
    began = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with status {process.returncode}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def alternating(commands: dict[str, list[str]], rounds: int) -> dict[str, list[tuple[float, float, float]]]:
    """What each command took, one after the other in every round."""
    runs: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            runs[name].append(measured(command))
    return runs


def peer_python(keep: Path, package: str, folder: str) -> str:
    """A Python with the peer's `package`, in a virtual environment of that `folder`."""
    environment = keep / folder
    python = environment / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", package], check=True)
    return str(python)


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
    options = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--hailong", type=Path, default=ROOT / "target" / "release" / "hailong")
    options.add_argument("--keep", type=Path, default=ROOT / "target" / "bench")
    chosen = options.parse_args()
    keep = chosen.keep.resolve()
    keep.mkdir(parents=True, exist_ok=True)
    python = peer_python(keep, POLARS, "venv")
    responses = keep / f"responses-{chosen.rows}.csv"
    if not responses.exists():
        part = responses.with_suffix(".part")
        subprocess.run([sys.executable, str(HERE / "generate.py"), str(chosen.rows), str(part)], check=True)
        part.rename(responses)
    ours, peers = keep / "estimates-hailong.csv", keep / "estimates-polars.csv"
    commands = {
        "hailong estimate": [
            str(chosen.hailong), "estimate", str(responses),
            "--instrument", str(HERE / "fifteen.toml"), "--by", "commune_code",
            "--format", "csv", "--out", str(ours),
        ],
        "python polars": [python, str(HERE / "peer_polars.py"), str(responses), str(peers)],
    }
    runs = alternating(commands, chosen.rounds)
    print(f"{chosen.rows} responses × 15 items, {chosen.rounds} alternating runs, medians (and range)")
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for name, figures in runs.items():
        cpu, wall, memory = zip(*figures)
        print(
            f"{name:<17} {statistics.median(cpu):6.2f} CPU s ({min(cpu):.2f}–{max(cpu):.2f})"
            f" {statistics.median(wall):6.2f} s {statistics.median(memory):6.0f} MiB"
        )
    print(differences(ours, peers))


if __name__ == "__main__":
    main()
