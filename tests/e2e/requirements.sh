# SPDX-License-Identifier: Apache-2.0
# e2e: needs=umoci
# Files of requirements that name each other, in a folder and over the layers of an image.
. "$SOURCE/tests/e2e/lib.sh"

mkdir -p one/app/sub two/app three/app
printf -- '-r deps.txt\n-c limits.txt\nflask\n' >one/app/requirements.txt
printf 'urllib3==1.26.4\n-r sub/more.in\n' >one/app/deps.txt
printf 'six==1.16.0\n-r ../requirements.txt\n' >one/app/sub/more.in
printf 'Flask==1.0\nWerkzeug==0.15\n' >one/app/limits.txt
printf 'colour==0.1\n' >one/app/notes.txt

expect "a folder is scanned" 0 "$SEAWALL" scan --list-all-packages -f json -o dir.json "dir:$W/one"
has "what -r names is read" dir.json '"name": "six"'
has "with the file where it stands" dir.json '"path": "app/sub/more.in"'
has "a constraint pins what is asked for" dir.json '"path": "app/limits.txt"'
hasnot() { # NAME FILE TEXT
	if grep -qF -- "$3" "$2"; then not_ok "$1" "it has $3"; else ok "$1"; fi
}
hasnot "and nothing that is not" dir.json '"name": "Werkzeug"'
hasnot "a file that nobody names does not count" dir.json '"name": "colour"'

# The second layer replaces a file that the first one's file names, the third takes one away.
printf 'urllib3==2.0.0\n-r sub/more.in\n' >two/app/deps.txt
printf '' >three/app/.wh.limits.txt
umoci init --layout img
umoci new --image img:all
tar -C one -cf one.tar app
tar -C two -cf two.tar app
tar -C three -cf three.tar app
for layer in one two three; do umoci raw add-layer --image img:all "$layer.tar"; done
expect "an image is scanned" 0 "$SEAWALL" scan --list-all-packages -f json -o image.json oci:img:all
has "the upper file counts" image.json '"version": "2.0.0"'
hasnot "the lower one does not" image.json '"version": "1.26.4"'
has "a file that is named is followed through layers" image.json '"name": "six"'
hasnot "one that was taken away pins nothing" image.json '"name": "Flask"'
has "and that is told" image.json 'a file of requirements that it names is not there, or none: app/limits.txt'
