# SPDX-License-Identifier: Apache-2.0
# e2e: needs=ruby,gem,composer,php,python3 timeout=180
# Gems and Composer packages as their own tools install, lock and list them: the same list from a scan; and what a package
# of the system owns is not listed a second time.
. "$SOURCE/tests/e2e/lib.sh"
XDG_CACHE_HOME=$W/cache HOME=$W/home COMPOSER_HOME=$W/home/composer COMPOSER_ALLOW_SUPERUSER=1
export XDG_CACHE_HOME HOME COMPOSER_HOME COMPOSER_ALLOW_SUPERUSER
mkdir -p home

scan() { "$SEAWALL" scan --no-cache --format json --list-all-packages "$@" </dev/null 2>>scan.log; }

list() { # REPORT KIND FORM: name, version, whether it is for development; sorted
	python3 -c '
import json, sys
report, kind, form = json.load(open(sys.argv[1])), sys.argv[2], sys.argv[3]
for line in sorted({"%s %s%s" % (p["name"], p["version"], " dev" if p.get("dev") else "")
                    for p in report["packages"] if p["kind"] == kind and p.get("form", "installed") == form}):
    print(line)' "$@"
}

# ---- gems that are installed ----
mkdir root
ruby -e 'puts Gem.path' | while read -r path; do
	find "$path/specifications" -name '*.gemspec' 2>/dev/null || :
done | sort >gemspecs
xargs cp --parents -t root <gemspecs
ruby -e 'Gem::Specification.each { |s| puts "#{s.name} #{s.version}" }' | sort -u >gems.want
expect "a tree of gems is scanned" 0 scan dir:root
cp out gems.json
list gems.json gem installed >gems.got
if [ "$(wc -l <gems.want)" -ge 20 ]; then ok "there are gems to compare"; else not_ok "there are gems to compare" "$(wc -l <gems.want)"; fi
same "gems are those that RubyGems lists" gems.got gems.want

# ---- the same gems, all but one owned by a package of the system ----
mkdir -p root/etc root/var/lib/dpkg/info
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n' >root/etc/os-release
printf 'Package: libruby3.1\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.1.2-7\n' >root/var/lib/dpkg/status
sed 1d gemspecs >root/var/lib/dpkg/info/libruby3.1:amd64.list
expect "a system with gems of its own is scanned" 0 scan dir:root
cp out owned.json
list owned.json gem installed >owned.got
if [ "$(wc -l <owned.got)" = 1 ]; then ok "gems of the system's packages are not listed again"; else not_ok "gems of the system's packages are not listed again" "$(wc -l <owned.got) are"; fi
python3 -c '
import json
for n in json.load(open("owned.json"))["not_examined"]:
    if n["what"] == "language packages":
        print(n["count"])' >count.got
echo $(($(wc -l <gemspecs) - 1)) >count.want
same "and it is said how many" count.got count.want

# ---- a Gemfile that Bundler locks ----
mkdir app
printf 'source "https://example.com"\ngem "rake"\ngem "test-unit"\ngem "rexml"\n' >app/Gemfile
(cd app && ruby -rbundler -rbundler/cli -e 'Bundler::CLI.start(%w[lock --local])') >bundle.log 2>&1 || not_ok "bundler locks" "$(tail -n 1 bundle.log)"
(cd app && ruby -rbundler -e 'Bundler::LockfileParser.new(File.read("Gemfile.lock")).specs.each { |s| puts "#{s.name} #{s.version}" }') |
	sort -u >lock.want
expect "a project with Gemfile.lock is scanned" 0 scan dir:app
list out gem locked >lock.got
same "locked gems are those that Bundler reads" lock.got lock.want

# ---- a project that Composer installs from folders beside it ----
mkdir -p shop/p/a shop/p/b shop/p/t
echo '{"name":"acme/a","version":"1.2.0","license":"MIT","require":{"acme/b":"^2"}}' >shop/p/a/composer.json
echo '{"name":"acme/b","version":"2.1.0"}' >shop/p/b/composer.json
echo '{"name":"acme/t","version":"v3.0.0-beta1"}' >shop/p/t/composer.json
cat >shop/composer.json <<'EOF'
{"name":"acme/app","minimum-stability":"beta",
 "repositories":[{"type":"path","url":"p/*","options":{"symlink":false}},{"packagist.org":false}],
 "require":{"acme/a":"*"},"require-dev":{"acme/t":"*"}}
EOF
(cd shop && composer install --no-interaction --no-progress --no-plugins) >composer.log 2>&1 || not_ok "composer installs" "$(tail -n 3 composer.log)"
(cd shop && composer show --locked --format=json --no-interaction) 2>>composer.log | python3 -c '
import json, sys
dev = {p["name"] for p in json.load(open("shop/composer.lock"))["packages-dev"]}
for line in sorted("%s %s%s" % (p["name"], p["version"], " dev" if p["name"] in dev else "") for p in json.load(sys.stdin)["locked"]):
    print(line)' >php.want
expect "an installed system of Composer packages is scanned" 0 scan dir:shop/vendor
cp out installed.json
list installed.json composer installed >php.got
same "installed packages are those that Composer shows" php.got php.want
rm -rf shop/vendor
expect "a project with composer.lock is scanned" 0 scan dir:shop
list out composer locked >php.got
same "locked packages are those that Composer shows" php.got php.want
