# SPDX-License-Identifier: Apache-2.0
# `seawall rego`: questions, tests, refused modules, layout, data folders and bundles.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

mkdir -p app/users
cat >app/app.rego <<'END'
package app

default allow := false

allow if {
	some user in data.users.list
	user == input.user
}

deny contains msg if {
	not allow
	msg := sprintf("%v may not", [input.user])
}
END
cat >app/app_test.rego <<'END'
package app_test

import data.app

test_allowed if app.allow with input.user as "ann"

test_denied if {
	print("denied:", app.deny)
	not app.allow with input.user as "eve"
}
END
echo '{"list": ["ann", "bob"]}' >app/users/data.json
echo '{"user": "bob"}' >input.json
printf 'user: eve\n' >input.yaml

expect "a question is answered" 0 "$SEAWALL" rego eval -d app -i input.json -f raw data.app.allow
has "a question is answered: true" out true
expect "YAML input" 0 "$SEAWALL" rego eval -d app -i input.yaml -f raw 'data.app.deny[_]'
has "YAML input: the message" out "eve may not"
expect "JSON has expressions and bindings" 0 "$SEAWALL" rego eval 'x := 1'
has "JSON: the binding" out '"x": 1'
has "JSON: the text" out '"text": "x := 1"'
expect "undefined is no failure" 0 "$SEAWALL" rego eval 'input.x'
expect "--fail: undefined" 1 "$SEAWALL" rego eval --fail 'input.x'
expect "--fail-defined: defined" 1 "$SEAWALL" rego eval --fail-defined '1 == 1'
expect "a conflict fails" 3 "$SEAWALL" rego eval '{k: v | some v, k in ["a", "a"]}'
has "a conflict: is named" err eval_conflict_error
expect "an error of a function is undefined" 0 "$SEAWALL" rego eval '1 / 0'
expect "--strict-builtin-errors" 3 "$SEAWALL" rego eval --strict-builtin-errors '1 / 0'
has "--strict-builtin-errors: says why" err "divide by zero"
expect "--explain full" 0 "$SEAWALL" rego eval --explain full -d app -i input.json data.app.allow
has "--explain full: shows literals" err "Eval user == input.user"
expect "--profile" 0 "$SEAWALL" rego eval --profile -d app -i input.json data.app.allow
has "--profile: names lines" err "app.rego:6"

expect "tests pass" 0 "$SEAWALL" rego test -v app
has "tests pass: are counted" out "PASS: 2/2"
expect "-r picks tests" 0 "$SEAWALL" rego test -r allowed app
has "-r picks tests: one" out "PASS: 1/1"
expect "coverage" 0 "$SEAWALL" rego test --coverage app
has "coverage: files" out '"not_covered"'
expect "a threshold that is met" 0 "$SEAWALL" rego test --threshold 10 app
has "a threshold that is met: coverage" out '"covered_lines"'
printf 'package b\n\np if input.x\n\nq if input.y\n\ntest_p if p with input.x as 1\n' >half_test.rego
expect "a threshold that is not met" 1 "$SEAWALL" rego test --threshold 99.5 half_test.rego
has "a threshold that is not met: is told" err "Code coverage threshold not met: got 66.67 instead of 99.50"
expect "a threshold that is none" 2 "$SEAWALL" rego test --threshold 101 half_test.rego
mkdir -p some/skip && cp half_test.rego some/ && echo 'not rego' >some/skip/x.rego && echo '[' >some/bad.json
cat >heads_test.rego <<'END'
package h

p if {
	input.x
}

limit := 10

default q := 0

q := limit if {
	input.big
} else := 3 if {
	input.small
}

test_p if {
	p with input.x as 1
	q == 3 with input.small as true
}
END
expect "coverage of heads and bodies" 0 "$SEAWALL" rego test --coverage heads_test.rego
has "coverage of heads and bodies: counted" out '"covered_lines": 8'
has "coverage of heads and bodies: the other ones" out '"not_covered_lines": 3'
expect "--ignore" 0 "$SEAWALL" rego test --ignore skip --ignore '*.json' some
printf 'package b\n\ntest_no if 1 == 2\n' >bad_test.rego
expect "a failed test" 1 "$SEAWALL" rego test bad_test.rego
has "a failed test: is named" out "data.b.test_no: FAIL"
cat >cases_test.rego <<'END'
package g

test_twice if true

test_twice if {
	print("second", [1])
	false
}

test_sum[case.note][case.want] if {
	some case in [
		{"note": "one", "xs": [1], "want": 1},
		{"note": "two", "xs": [1, 1], "want": 2},
		{"note": "two", "xs": [2], "want": 3},
	]
	sum(case.xs) == case.want
}

test_named[name] if {
	some name, x in {"a": 1, "b": {"k": 2}}
	x
}

test_value contains 1

suite.test_deep if true

todo_test_later if false
END
expect "tests of one name and cases" 1 "$SEAWALL" rego test cases_test.rego
sed 's/ (.*)//' out >got
cat >want <<'END'
cases_test.rego:
data.g.test_twice#01: FAIL

  second [1]

data.g.test_sum: FAIL
  two: FAIL
    3: FAIL
data.g.test_value: FAIL
data.g.todo_test_later: SKIPPED
--------------------------------------------------------------------------------
PASS: 6/10
FAIL: 3/10
SKIPPED: 1/10
END
same "tests of one name and cases: each is told" got want
expect "cases as JSON" 1 "$SEAWALL" rego test -f json -r 'sum|twice#' cases_test.rego
has "cases as JSON: the failed one" out '"fail": true'
has "cases as JSON: col" out '"col": 1'
has "cases as JSON: printed text in base64" out '"output": "c2Vjb25kIFsxXQo="'
expect "a failed test takes the place of coverage" 1 "$SEAWALL" rego test --coverage cases_test.rego
has "a failed test takes the place of coverage: it is told" out "FAIL: 3/10"
expect "skipped tests alone" 1 "$SEAWALL" rego test --v1-compatible -r later cases_test.rego
expect "-z: skipped tests are fine" 0 "$SEAWALL" rego test -z -r later cases_test.rego
expect "no test at all" 3 "$SEAWALL" rego test app/app.rego

expect "modules without fault" 0 "$SEAWALL" rego check app
printf 'package c\n\np if {\n\tx > 1\n}\n' >wrong.rego
expect "an unsafe variable" 1 "$SEAWALL" rego check wrong.rego
has "an unsafe variable: place and name" err "wrong.rego:4:2: rego_unsafe_var_error: var x is unsafe"
has "an unsafe variable: shows the line" err "x > 1"
printf 'package d\np { true }\n' >old.rego
expect "the older syntax needs its option" 1 "$SEAWALL" rego check old.rego
expect "the older syntax" 0 "$SEAWALL" rego check --v0-compatible old.rego
printf 'package d\nimport data.x\np := 1\n' >unused.rego
expect "--strict refuses unused imports" 1 "$SEAWALL" rego check --strict unused.rego

printf 'package e\n# why\np := x if {x:=1 # here\n}\n' >ugly.rego
expect "fmt" 0 "$SEAWALL" rego fmt ugly.rego
printf 'package e\n\n# why\np := x if {\n\tx := 1 # here\n}\n' >want
cp out got
same "fmt: laid out, comments kept" got want
expect "fmt -l" 0 "$SEAWALL" rego fmt -l ugly.rego
has "fmt -l: names the file" out ugly.rego
expect "fmt -w" 0 "$SEAWALL" rego fmt -w ugly.rego
same "fmt -w: written back" ugly.rego want
cat >inside.rego <<'END'
package e

x := [ # open
	1, 2, # two
	# own line
	{
	  # in an object
	  "k": 1 # last
	},
	# closing
] # after
y := [1, # one
2]
z := { # nothing
}
q := f(1, {"a": [ # deep
	2], # behind
	"b": 3})
e if {
	every v in x {
		v > 1
		# end
	}
	w := {k: v | # head
		some k, v in x # inside
	}
}
END
cat >want <<'END'
package e

x := [ # open
	1,
	2, # two
	# own line
	{
		# in an object
		"k": 1, # last
	},
	# closing
] # after

y := [
	1, # one
	2,
]

z := { # nothing
}

q := f(1, {
	"a": [ # deep
		2,
	], # behind
	"b": 3,
})

e if {
	every v in x {
		v > 1
		# end
	}
	w := {k: v | # head
		some k, v in x # inside
	}
}
END
expect "fmt: comments inside literals" 0 "$SEAWALL" rego fmt inside.rego
cp out got
same "fmt: comments inside literals stay with their items" got want
expect "fmt: its own form" 0 "$SEAWALL" rego fmt -l --fail want

mkdir bundle && cp app/app.rego bundle/ && mkdir bundle/users && cp app/users/data.json bundle/users/
echo '{"revision": "1", "roots": [""]}' >bundle/.manifest
tar -C bundle -czf bundle.tar.gz .manifest app.rego users
expect "a bundle" 0 "$SEAWALL" rego eval -b bundle.tar.gz -i input.json -f raw data.app.allow
has "a bundle: true" out true
head -c 100 bundle.tar.gz >cut.tar.gz
expect "a bundle that was cut off" 3 "$SEAWALL" rego eval -b cut.tar.gz data

mkdir -p old/sub
printf 'package f\n\np { true }\n' >old/p.rego
printf 'package f.sub\n\nq if true\n' >old/sub/q.rego
echo '{"rego_version": 0, "file_rego_versions": {"/sub/*.rego": 1}}' >old/.manifest
expect "a folder as bundle: its manifest says which syntax" 0 "$SEAWALL" rego eval -b ./old -f raw 'data.f'
has "a folder as bundle: both modules" out '{"p":true,"sub":{"q":true}}'
expect "data under a prefix" 0 "$SEAWALL" rego eval -d a.b:app/users/data.json -f raw 'count(data.a.b) > 0'
has "data under a prefix: it is there" out true
printf 'a: 1\n---\na: 2\n' >two.yaml
expect "of several YAML documents the first is read" 0 "$SEAWALL" rego eval -d two.yaml -f raw data.a
has "of several YAML documents the first is read: its value" out 1
