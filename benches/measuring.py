"""What the benches in Python share: their options, processes measured in alternating runs,
and a peer in a virtual environment of its own.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def chosen(about: str, rounds: int, rows: int = 0) -> argparse.Namespace:
    """What the command line chose, for a bench whose documentation is `about`; the folder of
    --keep is there. With 0 `rows` their number is no choice."""
    options = argparse.ArgumentParser(description=about.split("\n\n")[0])
    if rows:
        options.add_argument("--rows", type=int, default=rows)
    options.add_argument("--rounds", type=int, default=rounds)
    options.add_argument("--hailong", type=Path, default=ROOT / "target" / "release" / "hailong")
    options.add_argument("--keep", type=Path, default=ROOT / "target" / "bench")
    choice = options.parse_args()
    choice.keep = choice.keep.resolve()
    choice.keep.mkdir(parents=True, exist_ok=True)
    return choice


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


def tell(name: str, runs: list[tuple[float, float, float]]) -> float:
    """Prints the medians of what a command took, with the range of its seconds; gives the
    median of these."""
    cpu, wall, memory = zip(*runs)
    middle = statistics.median(wall)
    print(
        f"{name:<17} {middle:6.2f} s ({min(wall):.2f}–{max(wall):.2f})"
        f" {statistics.median(cpu):6.2f} CPU s ({min(cpu):.2f}–{max(cpu):.2f})"
        f" {statistics.median(memory):6.0f} MiB"
    )
    return middle


def tell_load() -> None:
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
