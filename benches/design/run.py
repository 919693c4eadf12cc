"""The bench of sampling designs: `hailong estimate` of 24,000 responses × 33 items in
168 communes, drawn in strata and villages, with weights and population counts, beside
R's survey package on the same file; seconds, CPU seconds and peak memory of each
process, and a comparison of rates and standard errors.

    python3 benches/design/run.py [--rounds 5] [--hailong target/release/hailong]
                                  [--keep target/bench]

Needs a release build and R with the package survey (Debian: r-base-core,
r-cran-survey). R runs once.
"""

import csv
import random
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from measuring import chosen, measured, tell, tell_load  # noqa: E402

RESPONSES, COMMUNES = 24_000, 168
SIZES = {"a": 7, "b": 6, "c": 5, "d": 6, "e": 4, "f": 5}
ITEMS = [f"{code.upper()}{n}" for code, size in SIZES.items() for n in range(1, size + 1)]


def instrument() -> str:
    text = ['id = "bench-design"', "version = 1", 'aggregation = "mean_of_components"']
    text += ['title = { vi = "Phiếu đo tốc độ", en = "Speed measurement form" }']
    text += ['introduction = { vi = "Chỉ dùng để đo tốc độ.", en = "For measuring speed only." }']
    text += ["[[scale]]", 'code = "five"', "satisfied = [4, 5]"]
    text += ['no_opinion = { value = 9, vi = "Không có ý kiến", en = "No opinion" }', "options = ["]
    text += [f'  {{ value = {n}, vi = "Mức {n}", en = "Level {n}" }},' for n in range(1, 6)] + ["]"]
    for code in SIZES:
        text += ["[[component]]", f'code = "{code}"', f'title = {{ vi = "Phần {code}", en = "Part {code}" }}']
    for item in ITEMS:
        text += ["[[item]]", f'code = "{item}"', f'component = "{item[0].lower()}"', 'scale = "five"']
        text += [f'text = {{ vi = "Câu {item}", en = "Question {item}" }}']
    return "\n".join(text) + "\n"


def responses(path: Path) -> None:
    draw = random.Random(20_261_121)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["commune", "stratum", "village", "villages", "weight", *ITEMS])
        for commune in range(COMMUNES):
            villages = 6 + commune % 5
            mood = draw.gauss(0.7, 0.4)
            feelings = [mood + draw.gauss(0, 0.4) for _ in range(villages)]
            people = RESPONSES // COMMUNES + (commune < RESPONSES % COMMUNES)
            for person in range(people):
                village = person % villages
                feeling = feelings[village] + draw.gauss(0, 0.8)
                answers = []
                for _ in ITEMS:
                    chance = draw.random()
                    push = feeling + draw.gauss(0, 1)
                    level = 1 + sum(push > bound for bound in (-1.5, -0.7, 0.1, 1.2))
                    answers.append("" if chance < 0.03 else 9 if chance < 0.06 else level)
                stratum = f"t{commune:03}"
                weight = round(draw.lognormvariate(1, 0.5), 3)
                out.writerow([f"{commune:05}", stratum, f"{stratum}-{village}", 5 * villages, weight, *answers])


def compare(ours: Path, peers: Path) -> str:
    with peers.open(encoding="utf-8", newline="") as file:
        wanted = {(row["code"], row["commune"]): row for row in csv.DictReader(file)}
    compared, widest = 0, 0.0
    with ours.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            peer = wanted.get((row["code"], row["commune"]))
            if peer is None:
                continue
            compared += 1
            for name in ("rate", "se"):
                if row[name] != "":
                    widest = max(widest, abs(float(row[name]) - float(peer[name])))
    if compared != len(wanted) or widest > 1e-12:
        sys.exit(f"{compared} of {len(wanted)} figures are there, the furthest apart by {widest}")
    return f"{compared} rates and standard errors, the furthest apart by {widest:.0e}"


def main() -> None:
    choice = chosen(__doc__, rounds=5)
    keep = choice.keep
    form, file = keep / "design.toml", keep / "design.csv"
    form.write_text(instrument(), encoding="utf-8")
    responses(file)
    ours, peers = keep / "design-hailong.csv", keep / "design-r.csv"
    design = ["--psu", "village", "--strata", "stratum", "--weights", "weight", "--fpc", "villages"]
    command = [
        str(choice.hailong), "estimate", str(file), "--instrument", str(form), "--by", "commune",
        *design, "--format", "csv", "--out", str(ours),
    ]
    runs = [measured(command) for _ in range(choice.rounds)]
    r = measured(["Rscript", str(HERE / "peer_survey.R"), str(file), str(peers)])
    print(f"{RESPONSES} responses × {len(ITEMS)} items, {COMMUNES} communes, {choice.rounds} runs, medians")
    tell_load()
    tell("hailong estimate", runs)
    tell("R survey", [r])
    print("(R makes items and components, hailong the index too)")
    print(compare(ours, peers))


if __name__ == "__main__":
    main()
