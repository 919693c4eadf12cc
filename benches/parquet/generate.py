"""Writes responses to twenty items as Parquet, one file a month: seeded, so the
same arguments give the same rows.

    python3 generate.py ROWS FOLDER [MONTH]
"""

import csv
import sys
from pathlib import Path

import duckdb

ITEMS = [f"Q{n:02}" for n in range(1, 21)]
COMMUNES = Path(__file__).parents[2] / "surveys" / "units" / "communes.csv"
# From discontented to content: how many in a hundred say 1 to 5, no opinion (9), nothing.
MOODS = [(14, 22, 28, 20, 9, 4, 3), (6, 12, 24, 36, 15, 4, 3), (2, 5, 15, 46, 25, 4, 3), (1, 1, 6, 42, 43, 4, 3)]
ANSWERS = [1, 2, 3, 4, 5, 9, None]


def write(rows: int, folder: Path, month: int) -> None:
    with COMMUNES.open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = true")
    connection.execute("create table commune as select unnest($1) as code, unnest(range(len($1))) as place", [codes])
    table = [answer for mood in MOODS for answer, share in zip(ANSWERS, mood) for _ in range(share)]
    connection.execute("create table list as select $1::utinyint[] as answers", [table])
    answer = ", ".join(
        f"answers[(100 * ((place + hash(number, 0) % 3) % {len(MOODS)}) + hash(number, {n}) % 100 + 1)::int] as {item}"
        for n, item in enumerate(ITEMS, 1)
    )
    first, count = rows * (month - 1) // 12, rows * month // 12 - rows * (month - 1) // 12
    target = folder / f"2026-{month:02}.parquet"
    part = target.with_suffix(".part")
    connection.execute(
        f"""copy (
            with drawn as (select range as number, hash(range, 100) % {len(codes)} as place
                    from range({first}, {first + count}))
            select code as commune_code,
                ['qr', 'kiosk', 'online', 'paper'][(1 + hash(number, 101) % 4)::int] as channel,
                make_date(2026, {month}, 1 + (hash(number, 102) % 28)::int) as answered_at,
                '2026-{month:02}' as month, {answer}
            from drawn join commune using (place), list
        ) to '{part}' (format parquet, compression snappy)"""
    )
    part.rename(target)


def main(rows: int, folder: Path, months: range) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for month in months:
        if not (folder / f"2026-{month:02}.parquet").exists():
            write(rows, folder, month)


if __name__ == "__main__":
    only = range(int(sys.argv[3]), int(sys.argv[3]) + 1) if len(sys.argv) > 3 else range(1, 13)
    main(int(sys.argv[1]), Path(sys.argv[2]), only)
