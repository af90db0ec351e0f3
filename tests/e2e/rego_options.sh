# SPDX-License-Identifier: Apache-2.0
# Options of `seawall rego` that users of OPA know.
. "$SOURCE/tests/e2e/lib.sh"
export LANG=C

mkdir -p app/sub schemas/deep
cat >app/app.rego <<'END'
package app

limit := 3

over contains n if {
	some n in input.ns
	trace("looking")
	n > limit
}
END
cat >app/app_test.rego <<'END'
package app_test

import data.app

test_over if app.over == {4} with input.ns as [1, 4]
END
echo 'package broken {' >app/sub/broken.rego
echo '{"ns": [1, 4, 5]}' >input.json

expect "a module that is broken stops" 3 "$SEAWALL" rego eval -d app -i input.json data.app.over
expect "--ignore by name" 0 "$SEAWALL" rego eval -d app --ignore 'broken*' -i input.json data.app.over
expect "--ignore a folder" 0 "$SEAWALL" rego eval -d app --ignore sub -i input.json -f raw 'count(data.app.over)'
has "--ignore a folder: the rest is there" out 2
rm -r app/sub

expect "--package" 0 "$SEAWALL" rego eval -d app -i input.json --package app -f raw 'limit + count(over)'
has "--package: names of its rules" out 5
expect "--import" 0 "$SEAWALL" rego eval -d app --import data.app.limit --import 'input.ns as list' -i input.json -f raw 'list[_] > limit'
expect "--import: a wrong one" 3 "$SEAWALL" rego eval --import nothing.x 'x'
has "--import: a wrong one is named" err "unexpected import path"
echo 'data.app.limit' | expect "--stdin" 0 "$SEAWALL" rego eval -d app --stdin -f raw
has "--stdin: the query is read" out 3
expect "the input from standard input" 0 "$SEAWALL" rego eval -d app -I -f raw 'count(data.app.over)' <input.json
has "the input from standard input: is used" out 2
expect "no query" 2 "$SEAWALL" rego eval -d app

expect "-f source" 0 "$SEAWALL" rego eval -d app -i input.json -f source data.app.over
has "-f source: a set stays a set" out '{4, 5}'
expect "-f discard" 0 "$SEAWALL" rego eval -d app -i input.json -f discard --metrics data.app.over
has "-f discard: figures" out '"timer_rego_query_eval_ns"'
lacks "-f discard: no answer" out '"result"'
expect "--instrument" 0 "$SEAWALL" rego eval -d app -i input.json --instrument data.app.over
has "--instrument: steps" out '"counter_eval_steps"'
expect "--count" 0 "$SEAWALL" rego eval -d app -i input.json --count 20 --metrics -f pretty data.app.over
has "--count: percentiles" out 'timer_rego_query_eval_ns_99%'
expect "--count 0" 2 "$SEAWALL" rego eval --count 0 1
expect "--profile-sort, --profile-limit" 0 "$SEAWALL" rego eval -d app -i input.json --profile --profile-sort num_eval --profile-limit 1 data.app.over
has "--profile: in the answer" out '"num_eval": 3'
has "--profile: where" out '"file": "app/app.rego"'
expect "--profile-sort: an unknown key" 2 "$SEAWALL" rego eval --profile --profile-sort size 1
expect "--coverage of a question" 0 "$SEAWALL" rego eval -d app -i input.json --coverage data.app.over
has "--coverage of a question: lines" out '"covered_lines"'

expect "trace() is silent" 0 "$SEAWALL" rego eval -d app -i input.json data.app.over
lacks "trace() is silent: nothing" err looking
expect "--explain notes" 0 "$SEAWALL" rego eval -d app -i input.json --explain notes data.app.over
has "--explain notes: what trace() says" err looking
expect "--explain fails" 0 "$SEAWALL" rego eval -d app -i input.json --explain fails data.app.over
has "--explain fails: what failed" err "Fail n > limit"
expect "--explain full --var-values" 0 "$SEAWALL" rego eval -d app -i input.json --explain debug --var-values data.app.over
has "--explain full --var-values: a value" err "n: 4"

expect "--timeout" 3 "$SEAWALL" rego eval --timeout 50ms 'count([1 | numbers.range(1, 3000)[_] < numbers.range(1, 3000)[_]])'
has "--timeout: says so" err "more than 50 ms"
expect "--timeout: no time" 2 "$SEAWALL" rego eval --timeout soon 1
expect "--partial is refused" 2 "$SEAWALL" rego eval --partial 'input.x == 1'
has "--partial: in one line" err "partial evaluation is not supported"
expect "--unknowns is refused" 2 "$SEAWALL" rego eval --unknowns input 'input.x == 1'
expect "--strict of a question" 3 "$SEAWALL" rego eval --strict -d unused.rego 1

echo '{"type": "object", "properties": {"ns": {"type": "array", "items": {"type": "string"}}}}' >schemas/in.json
echo '{"type": "object", "properties": {"x": {"type": "number"}}}' >schemas/deep/data.json
cat >typed.rego <<'END'
package typed

p if input.ns[0] == 1
END
expect "check -s: the input" 1 "$SEAWALL" rego check -s schemas/in.json typed.rego
has "check -s: where" err "typed.rego:3:6: rego_type_error: match error"
has "check -s: what is there" err "left  : string"
expect "check without -s" 0 "$SEAWALL" rego check typed.rego
cat >named.rego <<'END'
package named

# METADATA
# schemas:
# - data.conf: schema.deep.data
p if data.conf.y == 1
END
expect "check -s: a folder" 1 "$SEAWALL" rego check -s schemas named.rego
has "check -s: a folder: the ref" err "undefined ref: data.conf.y"
has "check -s: a folder: what there is" err 'want (one of): ["x"]'
expect "eval -s" 3 "$SEAWALL" rego eval -s schemas -d named.rego data.named.p
expect "check -f json" 1 "$SEAWALL" rego check -f json -s schemas named.rego
has "check -f json: the code" out '"code": "rego_type_error"'
has "check -f json: the row" out '"row": 6'
expect "a schema that is none" 3 "$SEAWALL" rego check -s named.rego typed.rego
printf 'package d\np { true }\n' >old.rego
printf 'package d\nimport rego.v1\np if { true }\n' >both.rego
expect "check --v0-v1: only one" 1 "$SEAWALL" rego check --v0-v1 old.rego
expect "check --v0-v1: both" 0 "$SEAWALL" rego check --v0-v1 both.rego

cat >ugly.rego <<'END'
package e

a := 1

b := 2

c := 3

p := x if {x:=1
}

d := 4

e := 5

f := 6

g := 7

q if  true
END
cp ugly.rego before.rego
expect "fmt -d" 0 "$SEAWALL" rego fmt -d ugly.rego
has "fmt -d: a hunk" out '@@ -6,7 +6,8 @@'
has "fmt -d: a second hunk" out '@@ -17,4 +18,4 @@'
has "fmt -d: what goes" out '-p := x if {x:=1'
cp out diff
expect "fmt --fail" 1 "$SEAWALL" rego fmt --fail -l ugly.rego
expect "fmt -w" 0 "$SEAWALL" rego fmt -w ugly.rego
diff -u before.rego ugly.rego | sed 1,2d >want
sed 1,2d diff >got
same "fmt -d: as diff writes it" got want
expect "fmt --fail: nothing to change" 0 "$SEAWALL" rego fmt --fail ugly.rego
expect "fmt of standard input" 0 "$SEAWALL" rego fmt <ugly.rego
cp out got
same "fmt of standard input: laid out" got ugly.rego

expect "test --threshold: reached" 0 "$SEAWALL" rego test --threshold 80 app
expect "test --threshold: not reached" 1 "$SEAWALL" rego test --threshold 100 app/app.rego app/app_test.rego typed.rego
has "test --threshold: says so" err "instead of 100.00"
expect "test --threshold: no number" 2 "$SEAWALL" rego test --threshold most app
expect "test --count" 0 "$SEAWALL" rego test --count 3 -v app
has "test --count: passes" out "PASS: 1/1"
printf 'package slow\n\ntest_slow if count([1 | numbers.range(1, 3000)[_] < numbers.range(1, 3000)[_]]) > 0\n' >slow_test.rego
expect "test --timeout" 1 "$SEAWALL" rego test --timeout 50ms slow_test.rego
has "test --timeout: says so" out "more than 50 ms"
