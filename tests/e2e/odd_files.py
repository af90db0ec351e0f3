# SPDX-License-Identifier: Apache-2.0
"""Used by odd_files.sh: a small valid file of each kind that is read, and what may have happened to it.

odd_files.py make VARIANT FOLDER     writes all kinds so changed (see VARIANTS); a file that is as it should
                                     be, control/package-lock.json, stands beside them
odd_files.py names                   the kinds: "ROW FOLDER/FILE BYTES", so many bytes are read of it
odd_files.py huge KIND BYTES FILE    one file of that kind of so many bytes
odd_files.py archives FOLDER         archives of Java and others, whole and broken in many ways
odd_files.py layout TAR FOLDER       an image of one layer
odd_files.py judge-archives REPORT FOLDER
                                     each of them gave packages, or is named under not_examined
odd_files.py judge VARIANT REPORT PLAIN
                                     each file of the report gave packages, or is named under not_examined;
                                     with VARIANT crlf, bom, utf16*: the packages of the report PLAIN
"""
import hashlib
import io
import json
import os
import struct
import sys
import zipfile

# Path -> (analyzer row, text). One folder each, so that no lock file stands for another.
PROJECT = {
    "cocoapods/Podfile.lock": ("cocoapods-lock", "PODS:\n  - Alamo (1.0):\n    - Core (= 1.1)\n  - Core (1.1)\nDEPENDENCIES:\n  - Alamo (~> 1)\n"),
    "conan/conan.lock": ("conan-lock", '{"version":"0.5","requires":["zlib/1.2.11#r%1","bzip2/1.0.8"]}\n'),
    "conda/environment.yml": ("conda-environment", "name: x\ndependencies:\n- numpy=1.24.0=py_0\n- pip:\n  - flask==2.0.1\n"),
    "conda2/conda-meta/numpy-1.json": ("conda-meta", '{"name":"numpy","version":"1.24.0"}\n'),
    "dart/pubspec.lock": ("dart-lock", 'packages:\n  http:\n    dependency: "direct main"\n    source: hosted\n    version: "0.13.0"\n'),
    "dotnet1/obj/project.assets.json": ("dotnet-assets", '{"targets":{"net":{"A/1.0":{}}},"libraries":{"A/1.0":{"type":"package"}},"project":{"frameworks":{"net":{"dependencies":{"A":{}}}}}}\n'),
    "dotnet2/packages.config": ("dotnet-config", '<?xml version="1.0"?>\n<packages>\n<package id="A" version="1.0"/>\n</packages>\n'),
    "dotnet3/app.deps.json": ("dotnet-deps", '{"runtimeTarget":{"name":"t"},"targets":{"t":{"A/1.0.0":{"runtime":{"a.dll":{}}}}},"libraries":{"A/1.0.0":{"type":"package"}}}\n'),
    "dotnet4/packages.lock.json": ("dotnet-lock", '{"version":1,"dependencies":{"net8.0":{"A":{"type":"Direct","resolved":"1.0"}}}}\n'),
    "dotnet5/Directory.Packages.props": ("dotnet-props", '<Project>\n<ItemGroup>\n<PackageVersion Include="A" Version="[1.0]"/>\n</ItemGroup>\n</Project>\n'),
    "go1/go.mod": ("go-mod", "module example.com/app\n\ngo 1.22\n\nrequire (\n\texample.com/x v1.2.3\n)\n"),
    "go2/vendor/modules.txt": ("go-vendor", "# example.com/x v1.2.3\n## explicit; go 1.17\nexample.com/x\n"),
    "haskell1/cabal.project.freeze": ("haskell-freeze", "constraints: any.aeson ==2.1.0.0,\n             any.base ==4.17\n"),
    "haskell2/stack.yaml.lock": ("haskell-stack", "packages:\n- completed:\n    hackage: a-b-1.2@sha256:00,1\n"),
    "hex1/lib/plug-1/ebin/plug.app": ("hex-app", '{application,plug,[{description,"a"},{vsn,"1.2"}]}.\n'),
    "hex2/mix.lock": ("hex-lock", '%{\n  "b": {:hex, :bb, "1.0", "x", [:mix], [], "hexpm", "y"},\n}\n'),
    "hex3/rebar.lock": ("hex-rebar-lock", '{"1.2.0",\n[{<<"a">>,{pkg,<<"aa">>,<<"1.1">>},0}]}.\n[{pkg_hash,[]}].\n'),
    "home/linuxbrew/.linuxbrew/Cellar/jq/1.6/INSTALL_RECEIPT.json": ("homebrew", '{"source":{"tap":"core"},"installed_as_dependency":false}\n'),
    "gradle/gradle.lockfile": ("java-gradle", "# comment\norg.example:a:1.0=compileClasspath\nempty=\n"),
    "maven/pom.xml": ("java-pom", "<project>\n<groupId>g</groupId><artifactId>m</artifactId><version>1</version>\n<dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>2</version></dependency></dependencies>\n</project>\n"),
    "maven2/META-INF/maven/g/a/pom.properties": ("java-properties", "#made\ngroupId=org.example\nartifactId=inner\nversion=1.2\n"),
    "sbt/build.sbt.lock": ("java-sbt", '{"lockVersion":1,"dependencies":[{"org":"org.example","name":"a_2.13","version":"1","configurations":["compile"]}]}\n'),
    "julia1/Manifest.toml": ("julia-manifest", 'julia_version = "1.9.0"\nmanifest_format = "2.0"\n[[deps.A]]\nuuid = "u1"\nversion = "1"\n'),
    "julia2/Project.toml": ("julia-project", '[deps]\nA = "u"\n[compat]\nA = "=1.2.3"\n'),
    "usr/local/lib/luarocks/rocks-5.4/x/1-1/x-1-1.rockspec": ("luarocks", "package = \"x\"\nversion = '1-1'\n"),
    "bun/bun.lock": ("npm-bun-lock", '{"lockfileVersion":1,"workspaces":{"":{"dependencies":{"a":"1"}}},"packages":{"a":["a@1.0.0","",{},"sha512-x"]}}\n'),
    "npm/package-lock.json": ("npm-lock", '{"name":"app","lockfileVersion":3,"packages":{"":{},"node_modules/a":{"version":"1.0.0"}}}\n'),
    "npm2/node_modules/b/package.json": ("npm-package", '{"name":"b","version":"2.0.0"}\n'),
    "pnpm/pnpm-lock.yaml": ("npm-pnpm-lock", "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a: {specifier: ^1, version: 1.0.0}\npackages:\n  a@1.0.0: {}\nsnapshots:\n  a@1.0.0: {}\n"),
    "yarn/yarn.lock": ("npm-yarn-lock", '# yarn lockfile v1\n\na@^1:\n  version "1.2.3"\n'),
    "root/.opam/sw/installed": ("opam-installed", "base-bytes base\nlwt.2.5.1\n"),
    "opam/x.opam.locked": ("opam-locked", 'opam-version: "2.0"\ndepends: [\n "a" {= "1.0"}\n]\n'),
    "root/.opam/sw2/.opam-switch/switch-state": ("opam-state", 'opam-version: "2.0"\ninstalled: [\n  "base.v0.16"\n]\n'),
    "usr/local/lib/perl5/A/.meta/A-B-1.2/install.json": ("perl-install", '{"name":"A::B","dist":"A-B-1.2","version":"1.2"}\n'),
    "usr/local/lib/perl5/site_perl/perllocal.pod": ("perl-local", "=head2 Sun Nov 22 10:00:00 2026: C<Module> L<A::B|A::B>\n\n=over 4\n\n=item *\n\nC<VERSION: 1.0>\n\n=back\n"),
    "perl/cpanfile.snapshot": ("perl-snapshot", "# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  Try-Tiny-0.31\n    pathname: T/Try-Tiny-0.31.tar.gz\n"),
    "php1/vendor/composer/installed.json": ("php-installed", '{"packages":[{"name":"a/b","version":"1.0"}],"dev-package-names":[]}\n'),
    "php2/composer.lock": ("php-lock", '{"packages":[{"name":"a/b","version":"v1.0"}],"packages-dev":[]}\n'),
    "py1/a.egg-info/PKG-INFO": ("pypi-metadata", "Metadata-Version: 2.1\nName: a\nVersion: 1.0\n\nbody\n"),
    "py2/pdm.lock": ("pypi-pdm-lock", '[[package]]\nname = "a"\nversion = "1.0"\n'),
    "py3/Pipfile.lock": ("pypi-pipfile-lock", '{"_meta":{},"default":{"a":{"version":"==1.0"}},"develop":{}}\n'),
    "py4/poetry.lock": ("pypi-poetry-lock", '[[package]]\nname = "a"\nversion = "1.0"\n'),
    "py5/pylock.toml": ("pypi-pylock", 'lock-version = "1.0"\n[[packages]]\nname = "a"\nversion = "1.0"\n'),
    "py6/pyproject.toml": ("pypi-pyproject", '[project]\nname = "x"\ndependencies = ["a==1.0"]\n'),
    "py7/requirements.txt": ("pypi-requirements", "a==1.0\nb==2.0 # comment\n"),
    "py8/uv.lock": ("pypi-uv-lock", 'version = 1\n[[package]]\nname = "a"\nversion = "1.0"\nsource = { registry = "r" }\n'),
    "r/renv.lock": ("r-lock", '{"R":{"Version":"4.2"},"Packages":{"a":{"Package":"a","Version":"1.2"}}}\n'),
    "usr/lib/R/library/a/DESCRIPTION": ("r-installed", "Package: a\nVersion: 1.2\nLicense: GPL\nBuilt: R 4.2.2; ; 2026-01-01; unix\n"),
    "ruby/Gemfile.lock": ("ruby-lock", "GEM\n  remote: r\n  specs:\n    a (1.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a\n"),
    "usr/share/rubygems/specifications/x-1.0.gemspec": ("ruby-gemspec", 'Gem::Specification.new do |s|\n  s.name = "x".freeze\n  s.version = "1.0"\nend\n'),
    "rust1/Cargo.lock": ("rust-lock", 'version = 3\n[[package]]\nname = "b"\nversion = "2.0.0"\nsource = "registry"\n'),
    "rust2/Cargo.toml": ("rust-toml", '[package]\nname = "a"\nversion = "1.0.0"\n[dependencies]\nc = { version = "=2.0.0" }\n'),
    "swift/Package.resolved": ("swift-lock", '{"pins":[{"identity":"a","kind":"remoteSourceControl","location":"https://example.com/a.git","state":{"revision":"r","version":"1.0"}}],"version":2}\n'),
    "opt/bitnami/redis/.spdx-redis.spdx": ("bitnami", '{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"x","packages":[{"name":"redis","SPDXID":"SPDXRef-p","versionInfo":"7.2.4","externalRefs":[{"referenceCategory":"PACKAGE-MANAGER","referenceType":"purl","referenceLocator":"pkg:bitnami/redis@7.2.4-1?arch=amd64"}]}]}\n'),
    "wordpress/wp-content/plugins/x/x.php": ("wordpress", "<?php\n/*\nPlugin Name: A\nVersion: 5.3\n*/\n"),
}

# A root file system: what only package managers write.
SYSTEM = {
    "var/lib/dpkg/status": ("dpkg", "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\n\n"),
    "usr/lib/opkg/status": ("opkg", "Package: dropbear\nVersion: 2024.86-1\nStatus: install user installed\nArchitecture: x86_64\n\n"),
    "lib/apk/db/installed": ("apk", "C:Q1x=\nP:musl\nV:1.2-r3\nA:x86_64\no:musl\nL:MIT\n\n"),
    "var/lib/pacman/local/a-1-1/desc": ("pacman", "%NAME%\na\n\n%VERSION%\n1:1-1\n\n%LICENSE%\nMIT\n"),
    "var/lib/rpmmanifest/container-manifest-2": ("rpm-manifest", "bash\t5.1.8-4\t1\t2\tV\t(none)\t3\tx86_64\t0\tbash-5.1.8-4.src.rpm\n"),
}

CONTROL = "control/package-lock.json"
CONTROL_TEXT = '{"lockfileVersion":3,"packages":{"":{},"node_modules/control":{"version":"1.0.0"}}}\n'
ENCODINGS = ("crlf", "bom", "utf16le", "utf16be")
CUTS = ("cut10", "cut25", "cut50", "cut75", "cut90", "cut97")
VARIANTS = ("plain",) + ENCODINGS + CUTS + ("nested", "noise", "nul")
DEPTH = 100000

# Kinds made of lines that stand alone: what is left of one that was cut is a proper, shorter file. The same
# holds for what is only a name beside its folder.
LINES = {
    "go-mod", "go-vendor", "java-gradle", "pypi-requirements", "opam-installed", "homebrew", "haskell-freeze",
    "npm-yarn-lock", "conda-environment", "pypi-pyproject", "julia-project", "perl-local", "ruby-lock",
    "rust-toml", "java-properties", "wordpress", "pypi-pdm-lock", "pypi-poetry-lock", "pypi-uv-lock", "rust-lock",
    "opam-locked", "perl-snapshot",
}
# A file of PHP is a plug-in by its header alone: without one it is nothing that was looked for.
BY_HEADER = {"wordpress"}


def nested(text):
    """The file with 100,000 levels in it where the format has levels; else a line as long."""
    head = text.lstrip()[:1]
    if head == "{":
        return text.rstrip()[:-1] + ',"deep":' + "[" * DEPTH + "]" * DEPTH + "}"
    if head == "<" and "</" in text:
        at = text.rindex("</")
        return text[:at] + "<d>" * DEPTH + "</d>" * DEPTH + text[at:]
    if "[[" in text or " = " in text:
        return text + "\ndeep = " + "[" * DEPTH + "]" * DEPTH + "\n"
    return text + "\ndeep: " + "[" * DEPTH + "]" * DEPTH + "\n"


def change(variant, text):
    data = text.encode()
    if variant == "crlf":
        return text.replace("\n", "\r\n").encode()
    if variant == "bom":
        return b"\xef\xbb\xbf" + data
    if variant == "utf16le":
        return b"\xff\xfe" + text.encode("utf-16-le")
    if variant == "utf16be":
        return b"\xfe\xff" + text.encode("utf-16-be")
    if variant.startswith("cut"):
        return data[: len(data) * int(variant[3:]) // 100]
    if variant == "nested":
        return nested(text).encode()
    if variant == "noise":
        return bytes((i * 167 + (i >> 3) * 59) % 251 + 1 for i in range(4096))
    if variant == "nul":
        return data[: len(data) // 2] + b"\0\0\0" + data[len(data) // 2 :]
    return data


def put(folder, path, data):
    full = os.path.join(folder, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "wb") as out:
        out.write(data)


def make(variant, folder):
    for path, (_, text) in PROJECT.items():
        put(folder + "/project", path, change(variant, text))
    put(folder + "/project", CONTROL, CONTROL_TEXT.encode())
    for path, (_, text) in SYSTEM.items():
        put(folder + "/system", path, change(variant, text))
    put(folder + "/system", CONTROL, CONTROL_TEXT.encode())
    put(folder + "/system", "etc/os-release", b'ID=debian\nVERSION_ID="12"\n')


REPEATED = {  # how one more package is written, and what stands around all
    "npm-lock": ('{"lockfileVersion":3,"packages":{"":{}', ',"node_modules/p%07d":{"version":"1.0.%d"}', "}}\n"),
    "npm-yarn-lock": ("# yarn lockfile v1\n\n", 'p%07d@^1:\n  version "1.0.%d"\n\n', ""),
    "npm-pnpm-lock": ("lockfileVersion: '9.0'\npackages:\n", "  p%07d@1.0.%d: {}\n", ""),
    "pypi-requirements": ("", "p%07d==1.0.%d\n", ""),
    "pypi-poetry-lock": ("", '[[package]]\nname = "p%07d"\nversion = "1.0.%d"\n\n', ""),
    "rust-lock": ("version = 3\n", '[[package]]\nname = "p%07d"\nversion = "1.0.%d"\nsource = "r"\n\n', ""),
    "php-lock": ('{"packages":[{"name":"a/a","version":"1"}', ',{"name":"a/p%07d","version":"1.0.%d"}', '],"packages-dev":[]}\n'),
    "ruby-lock": ("GEM\n  remote: r\n  specs:\n", "    p%07d (1.0.%d)\n", ""),
    "go-mod": ("module example.com/app\n\ngo 1.22\n\nrequire (\n", "\texample.com/p%07d v1.0.%d\n", ")\n"),
    "java-pom": ("<project><dependencies>\n", "<dependency><groupId>g</groupId><artifactId>p%07d</artifactId><version>1.%d</version></dependency>\n", "</dependencies></project>\n"),
    "java-gradle": ("", "g:p%07d:1.%d=compileClasspath\n", ""),
    "dpkg": ("", "Package: p%07d\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.%d\n\n", ""),
}


MIDDLE = 100 << 20


def limit_of(row):
    """A size somewhat below what is read of it."""
    if row.startswith(("dotnet", "rust", "go-")) or row in ("dpkg", "opkg", "apk"):
        return 62900000
    return 15700000


def path_of(kind):
    for table in (PROJECT, SYSTEM):
        for path, (row, _) in table.items():
            if row == kind:
                return path
    sys.exit("no kind " + kind)


def dense(text):
    """What the smallest value of the format looks like, between the file and its end."""
    head = text.lstrip()[:1]
    if head == "{" and text.rstrip()[-1] == "}":
        return text.rstrip()[:-1] + ',"deep":[0', ",0%.0s%.0s", "]}\n"
    if head == "<" and "</" in text:
        at = text.rindex("</")
        return text[:at], "<d/>%.0s%.0s", text[at:]
    if " = " in text and "[" in text:
        return text + "\n", "k%d = %d\n", ""
    return "", text.replace("%", "%%") + "%.0s%.0s", ""


def huge(kind, size, path):
    """Packages where REPEATED knows how one is written; else the small file with as many values as fit."""
    with open(path, "wb") as out:
        text = (PROJECT.get(path_of(kind)) or SYSTEM[path_of(kind)])[1]
        head, one, tail = REPEATED.get(kind) or dense(text)
        out.write(head.encode())
        n = 0
        while out.tell() < size:
            if size > MIDDLE and n > 0:  # larger than any limit: nobody reads the rest
                out.truncate(size)
                return
            if n == 0 or "d" in one.replace("%.0s", "").partition("%")[2]:
                block = "".join(one % (n + i, i) for i in range(5000)).encode()
            out.write(block)
            n += 5000
        out.write(tail.encode())


def jar(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in files:
            z.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, method)
    return out.getvalue()


def about(name, version="1.2.3"):
    return ("META-INF/maven/org.example/%s/pom.properties" % name, "groupId=org.example\nartifactId=%s\nversion=%s\n" % (name, version))


def patch(data, at, value):
    return data[:at] + value + data[at + len(value) :]


def archives(folder):
    good = jar([about("good"), ("a.class", b"x" * 5000)])
    end = good.rindex(b"PK\5\6")
    first = good.index(b"PK\1\2")
    nested = good
    for level in range(40):
        nested = jar([("lib/inner%d.jar" % level, nested)], zipfile.ZIP_STORED)
    nest2 = good
    for level in range(5):
        nest2 = jar([("WEB-INF/lib/i%d.jar" % level, nest2)])
    bomb = jar([("META-INF/maven/a/b/pom.properties", b"\n" * (300 << 20))])
    files = {
        "good.jar": good,
        "empty.jar": b"",
        "noise.jar": bytes((i * 167) % 251 for i in range(8192)),
        "no-end.jar": good[:end],  # the central directory without its end
        "half.jar": good[: len(good) // 2],
        "no-directory.jar": good[:first],
        "offset.jar": patch(good, end + 16, struct.pack("<I", 0xFFFFFF00)),
        "offset-small.jar": patch(good, end + 16, struct.pack("<I", 3)),
        "size.jar": patch(good, end + 12, struct.pack("<I", 0x7FFFFFFF)),
        "count.jar": patch(good, end + 8, struct.pack("<HH", 60000, 60000)),
        "name-length.jar": patch(good, first + 28, struct.pack("<H", 65000)),
        "local-offset.jar": patch(good, first + 42, struct.pack("<I", 0x7FFFFFFF)),
        "compressed-size.jar": patch(good, first + 20, struct.pack("<I", 0x7FFFFFFF)),
        "method.jar": patch(good, first + 10, struct.pack("<H", 97)),
        "crc.jar": patch(good, first + 16, b"\0\0\0\0"),
        "zip64.jar": patch(good, end + 16, b"\xff\xff\xff\xff"),
        "nested-40.jar": nested,
        "nested-5.war": nest2,
        "bomb.jar": bomb,
        "bomb-nested.jar": jar([("lib/x.jar", bomb)], zipfile.ZIP_STORED),
        "many.jar": jar([("f%d" % i, b"") for i in range(70000)] + [about("many")]),
        "prefix.jar": b"#!/bin/sh\nexec java -jar $0\n" + good,
        "tail.jar": good + b"\0" * 100,
        "pom-noise.jar": jar([("META-INF/maven/a/b/pom.properties", bytes(range(256)) * 20)]),
    }
    for name, data in files.items():
        put(folder, "archives/" + name, data)
    put(folder, CONTROL, CONTROL_TEXT.encode())
    for path, data in binaries().items():
        put(folder, path, data)


def binaries():
    """Databases and programs that are none, or end too early."""
    elf = b"\x7fELF\2\1\1" + b"\0" * 9 + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400000, 64, 1 << 60, 0, 64, 56, 65535, 64, 65535, 65534)
    return {
        "bin/program": elf + b"\xff Go buildinf:" + b"\xff" * 200,
        "nix/var/nix/db/db.sqlite": b"SQLite format 3\0" + b"\x10\0" + b"\xff" * 5000,
        "var/lib/rpm/rpmdb.sqlite": b"SQLite format 3\0" + b"\x10\0\1\1\0\x40\x20\x20" + b"\0" * 4072,
        "usr/lib/sysimage/rpm/Packages.db": b"RpmP" + b"\xff" * 4092,
        "usr/share/rpm/Packages": b"\0" * 12 + struct.pack("<I", 0x061561) + b"\xff" * 4080,
    }


MAY_SAY_NOTHING = {"bin/program"}  # nothing told by first bytes: no result, as for every other program


def judge_archives(report, folder):
    packages, told = facts(report)
    wrong = looked = 0
    good = {p for path in packages for p in packages[path]}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.relpath(os.path.join(base, name), folder)
            looked += 1
            named = any(p == path or p.startswith(path + "/") or p.startswith(path + ":") for p in list(packages) + list(told))
            if not named and path not in MAY_SAY_NOTHING:
                print("%s: neither packages nor a warning" % path)
                wrong += 1
    for want in (("control", "1.0.0"), ("org.example:good", "1.2.3"), ("org.example:many", "1.2.3")):
        if want not in good:
            print("%s is not found" % (want,))
            wrong += 1
    return 1 if wrong or looked < 20 else 0


def facts(report):
    data = json.load(open(report))
    packages, told = {}, {}
    for p in data["packages"]:
        packages.setdefault(p["path"], set()).add((p["name"], p["version"]))
    for n in data["not_examined"]:
        told.setdefault(n.get("path", ""), n["reason"])
    return packages, told


def judge(variant, report, plain):
    packages, told = facts(report)
    good, _ = facts(plain)
    wrong = looked = 0
    table = SYSTEM if report.endswith(".system.json") else PROJECT
    if CONTROL not in packages:
        print("the file beside the odd ones is not found")
        wrong += 1
    for path, (row, _) in table.items():
        looked += 1
        got = packages.get(path, set())
        if variant in ENCODINGS and table is PROJECT and got != good.get(path, set()):
            print("%s (%s): got %s, want %s; told: %s" % (path, row, sorted(got), sorted(good.get(path, set())), told.get(path)))
            wrong += 1
        elif variant == "plain" and not got:
            print("%s (%s): no packages; told: %s" % (path, row, told.get(path)))
            wrong += 1
        elif not got and path not in told and not (
            (variant in CUTS and row in LINES) or row in BY_HEADER
        ):
            print("%s (%s): neither packages nor a warning" % (path, row))
            wrong += 1
    if not looked:
        print("nothing was looked at")
    return 1 if wrong or not looked else 0


def layout(tar, folder):
    """An OCI layout with this one layer."""
    blobs = folder + "/blobs/sha256/"
    os.makedirs(blobs)

    def blob(data, media):
        digest = hashlib.sha256(data).hexdigest()
        with open(blobs + digest, "wb") as out:
            out.write(data)
        return {"mediaType": media, "digest": "sha256:" + digest, "size": len(data)}

    media = "application/vnd.oci.image."
    layer = blob(open(tar, "rb").read(), media + "layer.v1.tar")
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [layer["digest"]]}, "config": {}}
    manifest = {"schemaVersion": 2, "mediaType": media + "manifest.v1+json", "layers": [layer],
                "config": blob(json.dumps(config).encode(), media + "config.v1+json")}
    index = {"schemaVersion": 2, "manifests": [blob(json.dumps(manifest).encode(), media + "manifest.v1+json")]}
    for name, data in (("index.json", index), ("oci-layout", {"imageLayoutVersion": "1.0.0"})):
        with open(folder + "/" + name, "w") as out:
            json.dump(data, out)


def main():
    verb, arguments = sys.argv[1], sys.argv[2:]
    if verb == "make":
        make(*arguments)
    elif verb == "names":
        for table in (PROJECT, SYSTEM):
            for path, (row, _) in table.items():
                print(row, path, limit_of(row))
    elif verb == "variants":
        print(" ".join(VARIANTS))
    elif verb == "huge":
        huge(arguments[0], int(arguments[1]), arguments[2])
    elif verb == "archives":
        archives(*arguments)
    elif verb == "judge-archives":
        sys.exit(judge_archives(*arguments))
    elif verb == "layout":
        layout(*arguments)
    elif verb == "judge":
        sys.exit(judge(*arguments))
    else:
        sys.exit("odd_files.py: " + verb)


main()
