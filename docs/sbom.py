#!/usr/bin/env python3
"""Writes what the program is linked with as CycloneDX 1.5 (JSON) to standard output.

    docs/sbom.py > hailong.cdx.json

Asks `cargo metadata --locked --offline` and Cargo.lock, and nobody else: the same checkout
gives the same bytes. Libraries that only tests or the build need are left out.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = "x86_64-unknown-linux-gnu"


def asked():
    """What Cargo tells of all packages and of who needs whom."""
    told = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", TARGET],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    if told.returncode != 0:
        sys.exit(told.stderr)
    return json.loads(told.stdout)


def checksums():
    """The SHA-256 of each library, by name and version."""
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    entry = r'name = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([0-9a-f]{64})"'
    return {(name, version): sum_ for name, version, sum_ in re.findall(entry, lock)}


def linked(metadata, root):
    """The ids of everything that `root` is linked with, with what each needs."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    needs, waiting = {}, [root]
    while waiting:
        it = waiting.pop()
        if it in needs:
            continue
        ordinary = lambda dep: any(kind["kind"] is None for kind in dep["dep_kinds"])
        needs[it] = sorted(dep["pkg"] for dep in nodes[it]["deps"] if ordinary(dep))
        waiting.extend(needs[it])
    return needs


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def component(package, sums):
    """A library as CycloneDX has it."""
    # Some write `/` for the OR of SPDX.
    licence = (package["license"] or "").replace("/", " OR ")
    told = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
        "licenses": [{"expression": licence}],
    }
    digest = sums.get((package["name"], package["version"]))
    if digest:
        told["hashes"] = [{"alg": "SHA-256", "content": digest}]
    return told


def main():
    metadata, sums = asked(), checksums()
    packages = {package["id"]: package for package in metadata["packages"]}
    root = next(it for it, package in packages.items() if package["name"] == "hailong")
    needs = linked(metadata, root)
    ref = lambda it: purl(packages[it])
    others = sorted((it for it in needs if it != root), key=ref)
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {**component(packages[root], sums), "type": "application"}},
        "components": [component(packages[it], sums) for it in others],
        "dependencies": [
            {"ref": ref(it), "dependsOn": sorted(map(ref, needs[it]))} for it in sorted(needs, key=ref)
        ],
    }
    json.dump(bom, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
