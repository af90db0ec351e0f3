# SPDX-License-Identifier: Apache-2.0
# e2e: plain slow timeout=600 needs=python3
# A real project of more than 800 packages, installed by npm: what is read of the lock file, and of what
# is installed, is what npm itself lists; so are the edges.
. "$SOURCE/tests/e2e/lib.sh"

if ! command -v npm >/dev/null; then
	skip "npm tree" "npm is not installed"
	exit 0
fi
mkdir app
printf '{"name":"app","version":"1.0.0","private":true}\n' >app/package.json
if ! (cd app && npm install --ignore-scripts --no-audit --no-fund --loglevel=error react-scripts@5.0.1) >npm.log 2>&1; then
	skip "npm tree" "npm could not install the packages: $(tail -n 1 npm.log | cut -c 1-100)"
	exit 0
fi
(cd app && npm ls --all --long --json) >ls.json 2>ls.err

scan() { # FOLDER
	"$SEAWALL" scan --no-cache --format json --list-all-packages "dir:$1" </dev/null
}

compare() { # NAME REPORT FORM
	if python3 - ls.json "$2" "$3" <<'PYTHON' >"$W/out" 2>"$W/err"; then ok "$1"; else not_ok "$1" "not what npm lists"; fi
import json, sys
tree = json.load(open(sys.argv[1]))
report = json.load(open(sys.argv[2]))
form = sys.argv[3]
lists, edges = set(), set()

def walk(needs, above):
    for key, package in (needs or {}).items():
        if "version" not in package:
            continue  # optional or peer, and not installed
        name = package.get("name", key) + "@" + package["version"]
        lists.add(name)
        if above and above != name and not package.get("extraneous"):
            edges.add((above, name))
        walk(package.get("dependencies"), name)

walk(tree.get("dependencies"), None)
packages = [p for p in report["packages"] if p["kind"] == "npm"]
ours = {p["name"] + "@" + p["version"] for p in packages}
wrong = [f"{p['name']}: {p['form']}" for p in packages if p["form"] != form]
wrong += [f"lacks {name}" for name in sorted(lists - ours)]
# A lock file names what other systems would install, too.
more = ours - lists
optional = {"fsevents"} if form == "locked" else set()
wrong += [f"has {name}" for name in sorted(more) if name.rsplit("@", 1)[0] not in optional]
if form == "locked":
    have = {(p["name"] + "@" + p["version"], to) for p in packages for to in p.get("depends", [])}
    wrong += [f"lacks edge {a} -> {b}" for a, b in sorted(edges - have)]
    wrong += [f"has edge {a} -> {b}" for a, b in sorted(have - edges) if a not in more and b not in more]
if len(lists) < 800:
    wrong.append(f"only {len(lists)} packages")
print(len(lists), "packages,", len(edges), "edges")
print("\n".join(wrong[:50]))
sys.exit(1 if wrong else 0)
PYTHON
}

# A project: the lock file counts, and what it names is not listed again as installed.
expect "a project is scanned" 0 scan app
cp out project.json
compare "the lock file names what npm lists" project.json locked
# The same with nothing installed.
mkdir lock
cp app/package.json app/package-lock.json lock/
expect "a lock file alone is scanned" 0 scan lock
cp out lock.json
compare "a lock file alone names the same" lock.json locked
# A system: what is installed counts, and the lock file is passed over, and said to be.
mkdir -p root/etc root/srv
printf 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n' >root/etc/os-release
mv app root/srv/app
expect "a system is scanned" 0 scan root
cp out root.json
compare "what is installed is what npm lists" root.json installed
has "the lock file is said to be passed over" root.json '"path": "srv/app/package-lock.json"'
