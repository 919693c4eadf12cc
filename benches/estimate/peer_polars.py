"""The peer of the estimate bench: python polars makes the counts, rates and
standard errors of items, components and the index by commune, and writes them
to a CSV file. It does not make intervals. Written as fast as its authors know:
bytes throughout, second moments only where a respondent has several answers.
With --counts it makes counts and rates alone: what a program does that has no
intervals.

    python3 peer_polars.py [--counts] RESPONSES.csv ESTIMATES.csv
"""

import sys

import polars as pl

COMPONENTS = {
    "access": ["A1", "A2"],
    "procedures": ["B1", "B2", "B3"],
    "officials": ["C1", "C2", "C3", "C4"],
    "results": ["D1", "D2", "D3"],
    "feedback": ["E1", "E2", "E3"],
}
ITEMS = [item for items in COMPONENTS.values() for item in items]
INDEX = "bench-fifteen"


def satisfied(item: str) -> pl.Expr:
    return (pl.col(item) - 4 < 2).cast(pl.UInt8)


def valid(item: str) -> pl.Expr:
    return (pl.col(item) < 6).cast(pl.UInt8)


def sums_by_commune(responses: str) -> pl.DataFrame:
    schema = {"commune_code": pl.String} | dict.fromkeys(ITEMS, pl.UInt8)
    rows = (
        pl.scan_csv(responses, schema_overrides=schema)
        .select("commune_code", *ITEMS)
        .with_columns(
            *[pl.sum_horizontal(map(satisfied, items)).alias(f"s {code}") for code, items in COMPONENTS.items()],
            *[pl.sum_horizontal(map(valid, items)).alias(f"v {code}") for code, items in COMPONENTS.items()],
        )
        .with_columns(
            *[pl.sum_horizontal([f"{kind} {code}" for code in COMPONENTS]).alias(f"{kind} {INDEX}") for kind in "sv"]
        )
    )
    # One respondent's products are at most 15 × 15: a byte holds them.
    return rows.group_by("commune_code").agg(
        pl.len().alias("people"),
        *[satisfied(item).sum().alias(f"s {item}") for item in ITEMS],
        *[valid(item).sum().alias(f"v {item}") for item in ITEMS],
        *[pl.col(item).null_count().alias(f"u {item}") for item in ITEMS],
        *[
            (pl.col(f"{a} {code}") * pl.col(f"{b} {code}")).sum().alias(f"{a}{b} {code}")
            for code in [*COMPONENTS, INDEX]
            for a, b in ["ss", "sv", "vv"]
        ],
    ).collect().with_columns(pl.exclude("commune_code").cast(pl.Int64))


def counts_by_commune(responses: str) -> pl.DataFrame:
    schema = {"commune_code": pl.String} | dict.fromkeys(ITEMS, pl.UInt8)
    rows = pl.scan_csv(responses, schema_overrides=schema).select("commune_code", *ITEMS)
    return rows.group_by("commune_code").agg(
        pl.len().alias("people"),
        *[satisfied(item).sum().alias(f"s {item}") for item in ITEMS],
        *[valid(item).sum().alias(f"v {item}") for item in ITEMS],
        *[pl.col(item).null_count().alias(f"u {item}") for item in ITEMS],
    ).collect().with_columns(pl.exclude("commune_code").cast(pl.Int64))


def figures(sums: pl.DataFrame, with_errors: bool) -> pl.DataFrame:
    n = sums["people"].sum()

    def figure(level: str, code: str, items: list[str]) -> pl.DataFrame:
        s, v, u = (pl.sum_horizontal([f"{kind} {item}" for item in items]) for kind in "svu")
        rate = s / v
        asked = pl.col("people") * len(items)
        columns = [
            pl.lit(level).alias("level"),
            pl.lit(code).alias("code"),
            "commune_code",
            asked.alias("asked"),
            v.alias("valid"),
            s.alias("satisfied"),
            (asked - v - u).alias("no_opinion"),
            u.alias("unanswered"),
            rate.alias("rate"),
        ]
        if with_errors:
            products = [s, s, v] if level == "item" else [pl.col(f"{kind} {code}") for kind in ["ss", "sv", "vv"]]
            ss, sv, vv = (product.cast(pl.Float64) for product in products)
            squares = (ss - 2 * rate * sv + rate * rate * vv).clip(lower_bound=0.0)
            columns.append(((squares * (n / (n - 1))).sqrt() / v).alias("se"))
        return sums.select(columns)

    return pl.concat(
        [figure("item", item, [item]) for item in ITEMS]
        + [figure("component", code, items) for code, items in COMPONENTS.items()]
        + [figure("index", INDEX, ITEMS)]
    )


if __name__ == "__main__":
    counts_only = sys.argv[1] == "--counts"
    responses, estimates = sys.argv[-2:]
    sums = counts_by_commune(responses) if counts_only else sums_by_commune(responses)
    figures(sums, with_errors=not counts_only).write_csv(estimates)
