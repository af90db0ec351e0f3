# SPDX-License-Identifier: Apache-2.0
# e2e: plain root daemon slow timeout=900 needs=docker-registry,mmdebstrap,skopeo
# The demonstration does what it says: finds missing updates in a real Debian, repairs exactly those, ends clean. It needs
# the archives that this machine's apt and npm are set up to use; where they do not answer it cannot run.
. "$SOURCE/tests/e2e/lib.sh"

cannot() { # why the demonstration cannot run here, or nothing
	for tool in jq npm; do
		command -v $tool >/dev/null || { echo "$tool is not installed (./dev install demo)" && return; }
	done
	release=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
	site=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' | sed -n "s/ $release main\$//p" | head -n 1)
	[ -n "$site" ] || { echo "apt knows no index of Debian $release" && return; }
	timeout 20 /usr/lib/apt/apt-helper -o Acquire::Retries=0 download-file "$site/dists/$release/Release" \
		"$W/Release" >/dev/null 2>&1 || { echo "the Debian archive does not answer" && return; }
	timeout 20 npm view minimist@0.0.8 version >/dev/null 2>&1 || echo "the npm archive does not answer"
}

why="runs once, with the plain build"
sanitized || why=$(cannot)
if [ -n "$why" ]; then
	skip demo "$why"
	exit 0
fi

expect demo_ends_well 0 sh "$SOURCE/demo/demo.sh"
mv "$W/out" report
if grep -q 'nothing to repair today' report; then
	skip demo_repairs "Debian has no pending update of these packages just now"
	exit 0
fi
has demo_finds_missing_updates report "statement: vulnerable"
has demo_names_the_package report "libssl3 to "
if grep -Eq '^ *node: [1-9][0-9]* packages read, [1-9][0-9]* findings' report; then
	ok demo_reads_npm_packages
else
	cp report out && not_ok demo_reads_npm_packages "no finding in the Node tree"
fi
if grep -Eq '^ *old: [0-9]+ packages read, [1-9][0-9]* findings' report &&
	grep -Eq '^ *clean: [0-9]+ packages read, 0 findings' report; then
	ok demo_tells_old_from_clean
else
	cp report out && not_ok demo_tells_old_from_clean "numbers of old and clean"
fi
if grep -Eq '^ *gone: [1-9][0-9]*, new: 0, left: 0$' report; then
	ok demo_repairs_all
else
	cp report out && not_ok demo_repairs_all "findings are left"
fi
