"""Writes a responses file for the estimate bench: seeded, so the same
arguments give the same bytes.

    python3 generate.py ROWS FILE.csv
"""

import csv
import random
import sys
from itertools import accumulate
from pathlib import Path

SEED = 20_251_001
ITEMS = "A1 A2 B1 B2 B3 C1 C2 C3 C4 D1 D2 D3 E1 E2 E3".split()
COMMUNES = Path(__file__).parents[2] / "surveys" / "units" / "communes.csv"
# From discontented to content: shares of 1, 2, 3, 4, 5, no opinion, unanswered.
MOODS = [
    (14, 22, 28, 20, 8, 4, 4),
    (6, 12, 24, 36, 14, 4, 4),
    (3, 6, 15, 46, 23, 4, 3),
    (1, 3, 8, 48, 33, 4, 3),
    (1, 1, 4, 40, 48, 3, 3),
]
CHANNELS = ["qr"] * 45 + ["kiosk"] * 30 + ["online"] * 15 + ["paper"] * 10


def main(rows: int, path: str) -> None:
    draw = random.Random(SEED)
    with COMMUNES.open(encoding="utf-8") as file:
        communes = [row["code"] for row in csv.DictReader(file)]
    leaning = [draw.uniform(0.0, 2.0) for _ in communes]
    shares = [list(accumulate(mood)) for mood in MOODS]
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    answers = ["1", "2", "3", "4", "5", "9", ""]
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write("commune_code,collection_point,channel,answered_at," + ",".join(ITEMS) + "\n")
        for _ in range(rows):
            place = int(draw.random() * len(communes))
            mood = int(leaning[place] + draw.random() * 3.0)
            chosen = draw.choices(answers, cum_weights=shares[mood], k=len(ITEMS))
            code = communes[place]
            channel = CHANNELS[int(draw.random() * 100)]
            day = days[int(draw.random() * len(days))]
            out.write(f"{code},{code},{channel},{day},{','.join(chosen)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
