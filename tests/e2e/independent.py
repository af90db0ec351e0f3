# SPDX-License-Identifier: Apache-2.0
"""Which OSV records hold for a list of packages: worked out apart from the program, to compare with it.

usage: independent.py ECOSYSTEM NAMES OSV... <PACKAGES
  ECOSYSTEM  as OSV writes it ("Debian:12"); its first part decides the version order
  NAMES      source or binary: which name and version of a package the records speak of
  OSV        files of OSV records, one a line (.jsonl, .jsonl.zst)
  PACKAGES   lines "name version source source_version"
Prints sorted lines "ID name version fixed" ("-" where no fix is known), one per flaw and package.
Plain and slow on purpose: every record is looked at for every package.
"""
import functools
import json
import re
import subprocess
import sys


def deb_order(char):
    """deb-version(7): '~' before the end, the end before letters, letters before the rest."""
    if char == "~":
        return -1
    if char == "":
        return 0
    return ord(char) if char.isalpha() else ord(char) + 256


def deb_part(a, b):
    while a or b:
        x, y = re.match(r"[^0-9]*", a).group(), re.match(r"[^0-9]*", b).group()
        for i in range(max(len(x), len(y))):
            order = deb_order(x[i : i + 1]) - deb_order(y[i : i + 1])
            if order:
                return order
        a, b = a[len(x) :], b[len(y) :]
        x, y = re.match(r"[0-9]*", a).group(), re.match(r"[0-9]*", b).group()
        if int(x or 0) != int(y or 0):
            return int(x or 0) - int(y or 0)
        a, b = a[len(x) :], b[len(y) :]
    return 0


def deb_split(version):
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    upstream, _, revision = rest.rpartition("-")
    return (int(epoch), upstream, revision) if upstream else (int(epoch), rest, "")


def deb(a, b):
    x, y = deb_split(a), deb_split(b)
    return (x[0] - y[0]) or deb_part(x[1], y[1]) or deb_part(x[2], y[2])


def rpm_part(a, b):
    """rpmvercmp: runs of digits and of letters, '~' sorts first, '^' behind the end of the other."""
    token = re.compile(r"[0-9]+|[a-zA-Z]+|~|\^")
    x, y = token.findall(a), token.findall(b)
    for i in range(max(len(x), len(y))):
        p, q = x[i] if i < len(x) else None, y[i] if i < len(y) else None
        if p == q:
            continue
        for sign, one, other in ((-1, p, q), (1, q, p)):
            if one == "~":
                return sign
        if p == "^":
            return 1 if q is None else -1
        if q == "^":
            return -1 if p is None else 1
        if p is None or q is None:
            return -1 if p is None else 1
        if p.isdigit() != q.isdigit():
            return 1 if p.isdigit() else -1
        if p.isdigit():
            if int(p) != int(q):
                return int(p) - int(q)
            continue
        return -1 if p < q else 1
    return 0


def rpm_split(version):
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    version, _, release = rest.partition("-")
    return int(epoch), version, release


def rpm(a, b):
    x, y = rpm_split(a), rpm_split(b)
    return (x[0] - y[0]) or rpm_part(x[1], y[1]) or rpm_part(x[2], y[2])


def apk_split(version):
    m = re.fullmatch(r"([0-9.]+)([a-z]?)((?:_[a-z]+[0-9]*)*)(?:-r([0-9]+))?", version)
    if not m:
        raise ValueError("not a version of the simple form: " + version)
    rank = {"alpha": -4, "beta": -3, "pre": -2, "rc": -1, "cvs": 1, "svn": 2, "git": 3, "hg": 4, "p": 5}
    suffixes = [(rank[n], int(d or 0)) for n, d in re.findall(r"_([a-z]+)([0-9]*)", m[3])]
    return [int(n) for n in m[1].split(".")], m[2], suffixes + [(0, 0)], int(m[4] or 0)


def apk(a, b):
    """Versions without leading zeros in the fraction: numbers, letter, suffixes, revision."""
    x, y = apk_split(a), apk_split(b)
    return (x > y) - (x < y)


ORDERS = {"Debian": deb, "Ubuntu": deb, "AlmaLinux": rpm, "Rocky Linux": rpm, "Red Hat": rpm, "Alpine": apk}


def in_range(events, version, order):
    """The OSV schema's evaluation: events sorted, the last one at or below the version decides."""
    inside, fix = False, "-"

    def place(event):
        return next(iter(event.values()))

    def compare(x, y):
        p, q = place(x), place(y)
        if "0" in (p, q) and ("introduced" in x or "introduced" in y):
            return (p != "0") - (q != "0")
        return order(p, q)

    for event in sorted(events, key=functools.cmp_to_key(compare)):
        kind, at = next(iter(event.items()))
        if kind == "introduced" and (at == "0" or order(version, at) >= 0):
            inside, fix = True, "-"
        elif kind == "fixed":
            if order(version, at) >= 0:
                inside = False
            elif inside and fix == "-":
                fix = at
        elif kind == "last_affected" and order(version, at) > 0:
            inside = False
    return inside, fix


def records(files):
    for name in files:
        if name.endswith(".zst"):
            text = subprocess.run(["zstd", "-dc", name], check=True, stdout=subprocess.PIPE).stdout
        else:
            with open(name, "rb") as f:
                text = f.read()
        for line in text.splitlines():
            yield json.loads(line)


def flaws(record):
    """The CVEs a record speaks of, or its own id."""
    ids = [record["id"]] + record.get("aliases", []) + record.get("upstream", [])
    if re.match(r"(DSA|DLA|ALSA|RHSA|RLSA)-", record["id"]):
        ids += record.get("related", [])
    return sorted({i for i in ids if i.startswith("CVE-")}) or [record["id"]]


def main():
    ecosystem, names = sys.argv[1:3]
    order = ORDERS[ecosystem.partition(":")[0]]
    packages = [line.split() for line in sys.stdin if line.strip()]
    found = {}
    for record in records(sys.argv[3:]):
        if "withdrawn" in record or re.match(r"AL[BE]A-", record["id"]):
            continue
        for affected in record.get("affected", []):
            if affected["package"]["ecosystem"] != ecosystem:
                continue
            for name, version, source, source_version in packages:
                wanted, have = (source, source_version) if names == "source" else (name, version)
                if affected["package"]["name"] != wanted:
                    continue
                hits = [in_range(r["events"], have, order) for r in affected.get("ranges", [])]
                fixes = [fix for inside, fix in hits if inside]
                if have in affected.get("versions", []):
                    fixes.append("-")
                for fix in fixes:
                    for flaw in flaws(record):
                        found.setdefault((flaw, name, version), set()).add(fix)
    for (flaw, name, version), fixes in sorted(found.items()):
        # Several records of one flaw: it is repaired where none of them holds any more.
        known = sorted(fixes - {"-"}, key=functools.cmp_to_key(order))
        print(flaw, name, version, known[-1] if known else "-")


main()
