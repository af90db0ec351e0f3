# SPDX-License-Identifier: Apache-2.0
# Sourced by tests that hold two views of a cluster against each other; kubectl is that cluster's.
#   calm COMMAND...   runs it, and again when something was written to the cluster meanwhile (controllers add accounts, their
#                     tokens and authorities on their own), at most 30 times; prints what the last run printed, so that a
#                     cluster that never rests is judged as it is.
revision() { kubectl get --raw '/api/v1/namespaces?limit=1' | jq -r .metadata.resourceVersion; }
calm() {
	runs=0
	while :; do
		before=$(revision)
		"$@" >calm.out
		runs=$((runs + 1))
		[ "$(revision)" != "$before" ] && [ $runs -lt 30 ] || break
	done
	cat calm.out
}
