# SPDX-License-Identifier: Apache-2.0
"""Small readers of their own for programs.sh; each prints lines "kind name version path"."""
import io
import json
import os
import struct
import sys
import zipfile
import zlib


def files(root):
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path, os.path.relpath(path, root)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def go(root):
    """Inline build information only: what Go 1.18 and later write."""
    for path, shown in files(root):
        data = open(path, "rb").read()
        at = data.find(b"\xff Go buildinf:")
        while at >= 0 and (at % 16 or not data[at + 15] & 2):
            at = data.find(b"\xff Go buildinf:", at + 1)
        if at < 0:
            continue
        n, at = varint(data, at + 32)
        version = data[at : at + n].decode()
        n, at = varint(data, at + n)
        text = data[at + 16 : at + n - 16].decode() if n > 32 else ""
        print("golang stdlib %s %s" % (version.split()[0].removeprefix("go"), shown))
        modules = []
        for line in text.split("\n"):
            part = line.split("\t")
            if part[0] in ("mod", "dep"):
                modules.append(part[1:3])
            elif part[0] == "=>":
                modules[-1] = part[1:3]
        for name, version in modules:
            print("golang %s %s %s" % (name, "-" if version == "(devel)" else version, shown))


def crate_names(count):
    return [("crate-%d" % i, "%d.%d.0" % (i % 7, i)) for i in range(count)]


def crates(count):
    packages = [{"name": n, "version": v, "source": "crates.io"} for n, v in crate_names(count)]
    packages[0]["dependencies"] = list(range(1, count))
    packages.append({"name": "only-for-build", "version": "1.0.0", "kind": "build", "source": "crates.io"})
    sys.stdout.buffer.write(zlib.compress(json.dumps({"packages": packages}).encode()))


def archive(entries, method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, content in entries:
            z.writestr(name, content)
    return out.getvalue()


def fat(folder):
    os.makedirs(folder)
    properties = "META-INF/maven/org.example/%s/pom.properties"
    text = "groupId=org.example\nartifactId=%s\nversion=%s\n"
    inner = archive([(properties % "inner", text % ("inner", "1.2"))], zipfile.ZIP_DEFLATED)
    war = [("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"), ("WEB-INF/lib/inner-1.2.jar", inner)]
    shaded = [(properties % n, text % (n, "2.%d" % i)) for i, n in enumerate(["shaded", "one", "two"])]
    manifest = "Implementation-Version: 3.1\r\nBundle-SymbolicName: org.example.lib.plain\r\n"
    bomb = archive([("META-INF/MANIFEST.MF", b"A" * (64 << 20))], zipfile.ZIP_DEFLATED)
    stored = archive([("META-INF/MANIFEST.MF", "x: y\n" * 20000)] + shaded[:1], zipfile.ZIP_STORED)
    # A directory whose entries all lie at the same place.
    at = stored.rfind(b"PK\5\6")
    size, start = struct.unpack("<II", stored[at + 12 : at + 20])
    entry = stored[start : start + 46 + len("META-INF/MANIFEST.MF")]
    overlapping = stored[:start] + entry * 50
    overlapping += b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 50, 50, len(entry) * 50, start, 0)
    data = bytes(range(256)) * 40 + os.urandom(2000)
    library = [("data%d" % i, data * 60) for i in range(16)] + shaded
    large = archive([("WEB-INF/lib/large.jar", archive(library, zipfile.ZIP_STORED))], zipfile.ZIP_DEFLATED)
    made = {
        "large.war": large,
        "stored.war": archive(war, zipfile.ZIP_STORED),
        "deep.ear": archive([("web.war", archive(war, zipfile.ZIP_DEFLATED))], zipfile.ZIP_DEFLATED),
        "shaded-2.0.jar": b"#!/bin/sh\nexec java -jar $0\n" + archive(shaded, zipfile.ZIP_DEFLATED),
        "plain-3.1.jar": archive([("META-INF/MANIFEST.MF", manifest)], zipfile.ZIP_DEFLATED),
        "bomb.jar": bomb,
        "overlap.jar": overlapping,
        "cut.jar": inner[:-30],
    }
    for name, content in made.items():
        open(os.path.join(folder, name), "wb").write(content)


def jar(data, shown):
    try:
        z = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        return
    for info in z.infolist():
        if info.filename.startswith("META-INF/maven/") and info.filename.endswith("/pom.properties"):
            lines = z.read(info).decode().splitlines()
            pairs = dict(line.strip().split("=", 1) for line in lines if "=" in line)
            print("maven %s:%s %s %s" % (pairs["groupId"], pairs["artifactId"], pairs["version"], shown))
        elif info.filename.endswith((".jar", ".war")):
            jar(z.read(info), shown + "!/" + info.filename)


def jars(root):
    for path, shown in files(root):
        if path.endswith((".jar", ".war", ".ear")):
            jar(open(path, "rb").read(), shown)


def listed(report, *forms):
    for p in json.load(open(report))["packages"]:
        if p.get("form") in forms:
            print("%s %s %s %s" % (p["kind"], p["name"], p["version"] or "-", p["path"]))


if sys.argv[1] == "go":
    go(sys.argv[2])
elif sys.argv[1] == "crates":
    crates(int(sys.argv[2]))
elif sys.argv[1] == "crate-list":
    for crate in crate_names(int(sys.argv[2])):
        print("cargo %s %s %s" % (*crate, sys.argv[3]))
elif sys.argv[1] == "fat":
    fat(sys.argv[2])
elif sys.argv[1] == "jars":
    jars(sys.argv[2])
elif sys.argv[1] == "listed":
    listed(*sys.argv[2:])
else:
    sys.exit("usage: programs.py go|jars|listed|fat|crates|crate-list ...")
