# SPDX-License-Identifier: Apache-2.0
# Each check of tests/check refuses what it is for, and takes a clean tree.
. "$SOURCE/tests/e2e/lib.sh"
spdx='/* SPDX-License-Identifier: Apache-2.0 */'

tree() { # NAME: an empty tree of its own, and there
	mkdir -p "$W/$1/src/base" "$W/$1/src/fmt" "$W/$1/src/cmd" "$W/$1/tests/unit"
	cd "$W/$1" && git init -q .
	printf '%s\n#pragma once\n' "$spdx" >src/base/good.h
	printf '%s\n#include "base/good.h"\n' "$spdx" >src/base/good.c
	printf "# SPDX-License-Identifier: Apache-2.0\nnames = [\n  'good',\n]\n" >src/base/meson.build
	mkdir -p src/report/data src/scan
	printf '%s\nTEXT(PHRASE_A, "no {0} at all", "x")\n' "$spdx" >src/report/data/text.def
	printf '%s\n#pragma once\n#define SAYS "no %%s " "at all"\n' "$spdx" >src/scan/says.h
}

refuses() { # CHECK TEXT: the check fails in this tree and says so with this text
	expect "$1 refuses: $2" 1 sh "$SOURCE/tests/check/$1.sh"
	has "$1 says: $2" "$W/out" "$2"
}

lines() { awk -v n="$1" -v text="$2" 'BEGIN { while (n-- > 0) print text }'; }

tree clean
for check in "$SOURCE"/tests/check/*.sh; do
	expect "$(basename "$check" .sh) takes a clean tree" 0 sh "$check"
done

tree upwards
echo '#include "fmt/deb.h"' >>src/base/good.c
refuses layering 'src/base/good.c:3: includes fmt/, which is not below base/'

tree sideways
printf '%s\n#include "net/http.h"\n' "$spdx" >src/fmt/deb.c
refuses layering 'src/fmt/deb.c:2: includes net/'

tree long-file
lines 600 '/* */' >>src/base/good.c
refuses size 'src/base/good.c:601: more than 600 lines'

tree long-function
{ printf 'int f(void)\n{\n' && lines 61 '	;' && echo '}'; } >>src/base/good.c
refuses size 'src/base/good.c:4: a function of 61 lines'

tree deep
printf 'int f(void)\n{\n	if (a) {\n		for (;;) {\n			while (b) {\n				if (c) {\n					if (d)\n						e();\n				}\n			}\n		}\n	}\n}\n' >>src/base/good.c
refuses size 'src/base/good.c:9: nested 5 levels deep'

tree sql
echo 'int x = sqlite3_step(st);' >>src/base/good.c
refuses calls 'SQL belongs to store/ and advisory/'

tree phrase
echo 'TEXT(PHRASE_B, "nobody says this", "x")' >>src/report/data/text.def
refuses phrases 'src/report/data/text.def:3: nothing in src says "nobody says this"'

tree prints
echo 'int x = printf("a");' >>src/base/good.c
refuses calls 'library code does not write to stdout'

tree exits
echo 'void f(void) { exit(1); }' >>src/base/good.c
refuses calls 'library code does not exit'

tree not-alone
echo 'struct arena *f(str s);' >>src/base/good.h
refuses headers 'src/base/good.h: does not compile alone'

tree twice
echo "$spdx" >src/base/good.h
refuses headers 'no #pragma once'

tree unsorted
printf "# SPDX-License-Identifier: Apache-2.0\nnames = [\n  'good',\n  'arena',\n]\n" >src/base/meson.build
refuses lists "'arena' after 'good'"

tree unlisted
echo "$spdx" >src/base/other.c
refuses lists 'src/base/other.c: in no list'

tree unlicensed
echo 'int x;' >src/base/good.c
refuses spdx 'src/base/good.c:1'

tree unfinished
echo '/* TO''DO: the rest */' >>src/base/good.c
refuses leftovers 'src/base/good.c:3'

tree bidirectional
printf '/* \342\200\256 */\n' >>src/base/good.c
refuses leftovers 'src/base/good.c:3'
