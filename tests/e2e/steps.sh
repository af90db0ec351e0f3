# SPDX-License-Identifier: Apache-2.0
# How the test run counts: nothing that fails, is skipped or looks at nothing goes unseen.
. "$SOURCE/tests/e2e/lib.sh"

run() { # what to do after sourcing the library of the test run
	printf '. "%s/tests/run/lib.sh"\n%s\ntotal\n' "$SOURCE" "$1" >run.sh
	sh run.sh
}

expect 'passes add up' 0 run 'step a echo "2 passed, 0 failed, 0 skipped"; step b true'
has 'total of the passes' out '3 passed, 0 failed, 0 skipped'

expect 'a skip is no failure' 0 run 'step a printf "SKIP x: why\n1 passed, 0 failed, 1 skipped\n"'
has 'the reason of a skip is shown' out 'SKIP a: x: why'
expect 'groups left out' 0 run 'step a printf "LEFT OUT x (3 cases)\n1 passed, 0 failed, 0 skipped\n"'
has 'a group left out is shown' out 'LEFT OUT a: x (3 cases)'

expect 'a counted failure fails' 1 run 'step a echo "2 passed, 1 failed, 0 skipped"; step b true'
has 'total with a failure' out '3 passed, 1 failed, 0 skipped'
expect 'a bad end fails whatever was counted' 1 run 'step a sh -c "echo 2 passed, 0 failed, 0 skipped; exit 1"'
expect 'a command that fails fails' 1 run 'step a false; step b true'
expect 'looking at nothing fails' 1 run 'step a echo "0 passed, 0 failed, 0 skipped"; step b true'
expect 'many things as one test' 0 run 'step_as_one a echo "9 passed, 0 failed, 0 skipped"'
has 'total of one' out '1 passed, 0 failed, 0 skipped'
expect 'an empty run fails' 1 run ':'
expect 'only skips fail' 1 run 'skip a why'
has 'the reason stands there' out 'SKIP a: why'
