# SPDX-License-Identifier: Apache-2.0
# e2e: needs=jq
# Flaws of Kubernetes itself in `check cluster`: from the advisory database when there is one, and what is said when there is none.
. "$SOURCE/tests/e2e/lib.sh"
holds() { # NAME FILE EXPRESSION: jq says true of it
	if jq -e "$3" "$2" >"$W/out" 2>"$W/err"; then ok "$1"; else not_ok "$1" "$3 is not so"; fi
}
mkdir osv
cat >osv/a.json <<'END'
{"schema_version": "1.6.0", "id": "GO-2999-0001", "modified": "2026-01-01T00:00:00Z", "aliases": ["CVE-2999-0001"], "summary": "A flaw of the API server",
 "affected": [{"package": {"ecosystem": "Go", "name": "k8s.io/kubernetes"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "1.40.0"}, {"fixed": "1.40.3"}]}]}]}
END
cat >osv/b.json <<'END'
{"schema_version": "1.6.0", "id": "GO-2999-0002", "modified": "2026-01-01T00:00:00Z", "aliases": ["CVE-2999-0002"], "summary": "One that nobody has repaired",
 "affected": [{"package": {"ecosystem": "Go", "name": "k8s.io/kubernetes"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "1.40.2"}, {"last_affected": "1.40.2"}]}]}]}
END
expect "a database with advisories of Go" 0 "$SEAWALL" db import --db a.db osv
facts() { # CONTROL-PLANE NODE
	printf '{"kind": "cluster", "schema_version": 1, "cluster": {"name": "c"}, "version": {"gitVersion": "%s"}, "nodes": [{"name": "n1", "kubelet_version": "%s"}], "objects": []}' "$1" "$2"
}
check() { "$SEAWALL" check cluster --db a.db --facts "$@" -f json; }
version() { printf '[.clusters[0].recommendations[] | select(.id == "kubernetes-version-not-vulnerable") | .resources[].findings[]?.message] | %s' "$1"; }
facts v1.40.2-gke.100 v1.40.3+k3s1 >flawed.json
check flawed.json >flawed.out 2>flawed.err
holds "a flaw of the control plane's version" flawed.out "$(version 'any(.[]; contains("the control plane: version v1.40.2-gke.100 has CVE-2999-0001; fixed in 1.40.3"))')"
holds "one without a repair" flawed.out "$(version 'any(.[]; contains("CVE-2999-0002"))')"
holds "the node's version has neither" flawed.out "$(version 'any(.[]; contains("node n1") and contains("CVE")) | not')"
facts v1.40.3 v1.40.1 >node.json
check node.json >node.out 2>node.err
holds "a flaw of a node's version" node.out "$(version 'any(.[]; contains("node n1: version v1.40.1 has CVE-2999-0001"))')"
holds "and not of the control plane's" node.out "$(version 'any(.[]; contains("the control plane") and contains("CVE")) | not')"
lacks "with a database nothing is said" node.err 'no advisories for Kubernetes'
"$SEAWALL" check cluster --facts flawed.json -f json >without.out 2>without.err
has "without one it is said" without.err 'only CVE-2019-9946'
holds "and nothing else is known" without.out "$(version 'any(.[]; contains("CVE")) | not')"
facts v1.13.4 v1.13.4 >old.json
"$SEAWALL" check cluster -q --facts old.json -f json >old.out
holds "CVE-2019-9946 is known without any" old.out "$(version 'any(.[]; contains("CVE-2019-9946"))')"
printf 'no database' >broken.db
"$SEAWALL" check cluster -q --db broken.db --facts node.json -f json >broken.out 2>broken.err
holds "a database that cannot be read is told" broken.out 'any(.clusters[0].not_read[]; .what == "advisories")'
