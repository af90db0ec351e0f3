# SPDX-License-Identifier: Apache-2.0
"""usage: report.py findings|packages|value PATH... <REPORT.json: sorted lines out of a JSON report."""
import json
import sys

report = json.load(sys.stdin)
what = sys.argv[1]
lines = []
if what == "findings":
    for f in report["findings"]:
        lines.append("%s %s %s %s" % (f["id"], f["package"], f["installed"], f.get("fixed") or "-"))
elif what == "packages":  # name version source source-version architecture
    for p in report["packages"]:
        lines.append(
            " ".join(
                [
                    p["name"],
                    p["version"],
                    p.get("source_name") or p["name"],
                    p.get("source_version") or p["version"],
                    p.get("arch") or "-",
                ]
            )
        )
else:
    value = report
    for step in sys.argv[2:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    lines.append(value if isinstance(value, str) else json.dumps(value))
for line in sorted(lines):
    print(line)
