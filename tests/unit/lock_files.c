/* SPDX-License-Identifier: Apache-2.0 */
/* Small files of ecosystems, each through the analyzer row that wants it, against one line a
 * package: "kind name version flags: needs". */
#include "base/buf.h"
#include "fmt/file_view.h"
#include "fmt/language/dotnet.h"
#include "fmt/language/haskell.h"
#include "fmt/language/julia.h"
#include "fmt/language/npm.h"
#include "fmt/language/pypi.h"
#include "fmt/language/r.h"
#include "fmt/language/rust.h"
#include "fmt/system/nix.h"
#include "packages.h"
#include "scan/analyzer.h"
#include "test.h"

static void put(struct buf *out, const struct package *p)
{
	buf_fmt(out, "%.*s %.*s %.*s %s", STR_ARG(p->kind), STR_ARG(p->name), STR_ARG(p->version),
		package_form_name(p->form));
	if (p->dev)
		BUF_LIT(out, " dev");
	if (p->indirect)
		BUF_LIT(out, " indirect");
	if (p->line)
		buf_fmt(out, " line %u", p->line);
	if (p->licence.n > 0)
		buf_fmt(out, " (%.*s)", STR_ARG(p->licence));
	for (size_t i = 0; i < p->digest_count; i++)
		buf_fmt(out, " %.*s", STR_ARG(str_take(p->digests[i], 12)));
	for (size_t i = 0; i < p->depend_count; i++)
		buf_fmt(out, "%s%.*s", i == 0 ? ": " : " ", STR_ARG(p->depends[i]));
	BUF_LIT(out, "\n");
}

/* What the row for `path` makes of a text: lines of packages, of what it passed over, an error. */
static str read_file(struct arena *arena, const char *path, const char *text)
{
	AUTO(buf_done)
	struct buf out;
	const struct analyzer *row = analyzer_for(str_c(path));
	struct file_view view = file_view_text(str_c(path), str_c(text));
	struct package_list list;
	struct err err;

	buf_init(&out, 1u << 20);
	if (!row)
		return STR("nobody wants it");
	package_list_init(&list, arena);
	if (row->run(&view, arena, &list.sink, &err) < 0)
		return str_fmt(arena, "error: %s", err.msg);
	for (size_t i = 0; i < list.n; i++)
		put(&out, &list.items[i]);
	if (list.skipped_n > 0)
		buf_fmt(&out, "skipped %zu: %.*s\n", list.skipped_n, STR_ARG(list.skipped_first));
	return str_dup(arena, buf_str(&out));
}

#define READS(path, text, want)                                        \
	do {                                                           \
		AUTO(arena_free)                                       \
		struct arena *a = arena_new();                         \
		CHECK_STR_EQ(read_file(a, (path), (text)), STR(want)); \
	} while (0)

TEST(gemfile_lock_has_gems_of_all_sources_with_their_needs)
{
	READS("app/Gemfile.lock",
	      "GIT\n  remote: https://example.com/a.git\n  revision: 1\n  specs:\n    a (0.1)\n"
	      "      b (>= 1)\n\nPATH\n  remote: .\n  specs:\n    mine (1.0)\n\n"
	      "GEM\n  remote: https://example.org/\n  specs:\n    b (1.2.0-x86_64-linux)\n"
	      "      c\n      absent\n    b (1.2.0)\n    c (3)\n\nPLATFORMS\n  ruby\n\n"
	      "DEPENDENCIES\n  a!\n  mine!\n\nCHECKSUMS\n"
	      "  c (3) sha256=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n\n"
	      "BUNDLED WITH\n   2.5.0\n",
	      "gem a 0.1 locked line 5: b@1.2.0\n"
	      "gem mine 1.0 locked line 11\n"
	      "gem b 1.2.0 locked indirect line 16: c@3\n"
	      "gem c 3 locked indirect line 20 sha256:00112\n");
	READS("app/Gemfile.lock", "GEM\r\n  specs:\r\n    a (1)\r\n\r\nDEPENDENCIES\r\n  a\r\n",
	      "gem a 1 locked line 3\n");
	READS("app/Gemfile.lock", "GEM\n  specs:\n    a\n    b (1)\nDEPENDENCIES\n  b\n",
	      "gem b 1 locked line 4\nskipped 1: gem without name or version: line 3\n");
	READS("app/Gemfile.lock", "GEM\n<<<<<<< HEAD\n", "error: line 2: mark of a merge conflict");
	READS("app/Gemfile.lock", "hello\n", "error: no section of a Gemfile.lock in it");
	READS("usr/lib/ruby/gems/3.1.0/gems/a-1.0/Gemfile.lock", "", "nobody wants it");
}

#define GEMSPEC "usr/share/rubygems-integration/all/specifications/x-1.gemspec"

TEST(gemspec_is_read_where_it_is_literal)
{
	READS(GEMSPEC,
	      "# stub: x 1 ruby lib\nGem::Specification.new do |s|\n  s.name = \"x\".freeze\n"
	      "  s.version = \"1.0.pre\"\n  s.licenses = [\"MIT\".freeze, \"Ruby\"]\nend\n",
	      "gem x 1.0.pre installed line 3 (MIT AND Ruby)\n");
	READS(GEMSPEC,
	      "V = '2.0'\nGem::Specification.new('x', V) do |spec|\n spec.name = %q{x}\n"
	      " spec.version = V\n spec.license = 'MIT'\nend\n",
	      "gem x 2.0 installed line 3 (MIT)\n");
	READS(GEMSPEC, "Gem::Specification.new(\"x\".freeze, '1.2') { |s|\n s.name = 'y'\n}\n",
	      "gem y 1.2 installed line 2\n");
	READS(GEMSPEC, "V = '2.1'\nGem::Specification.new 'x', V do |s|\n s.license = 'MIT'\nend\n",
	      "gem x 2.1 installed line 2 (MIT)\n");
	READS(GEMSPEC,
	      "Gem::Specification.new 'x' do |s|\n s.version = Gem::Version.new '3.0'\nend\n",
	      "gem x 3.0 installed line 1\n");
	READS(GEMSPEC, "Gem::Specification.new('x', \"1.#{y}\")\n",
	      "error: version of the gem is not written as a text");
	READS(GEMSPEC, "Gem::Specification.new do |s|\n s.name = 'x'\n s.version = X::V\nend\n",
	      "error: version of the gem is not written as a text");
	READS(GEMSPEC,
	      "Gem::Specification.new do |s|\n s.name = \"x#{y}\"\n s.version = '1'\nend\n",
	      "error: name of the gem is not written as a text");
	READS(GEMSPEC, "puts 1\n", "skipped 1: no gem specification in it: x-1.gemspec\n");
	READS("srv/app/x.gemspec", "", "nobody wants it");
}

TEST(composer_lists_what_is_locked_and_what_is_installed)
{
	READS("app/composer.lock",
	      "{\"packages\":[{\"name\":\"a/b\",\"version\":\"v1.2\",\"require\":{\"php\":\">=8\","
	      "\"c/d\":\"^1\"},\"license\":[\"MIT\",\"GPL-2.0-only\"]},\n{\"name\":\"c/d\","
	      "\"version\":\"1.0\"},{\"name\":\"e/f\"}],\n\"packages-dev\":[{\"name\":\"g/h\","
	      "\"version\":\"dev-main\"}]}",
	      "composer a/b v1.2 locked line 1 (MIT OR GPL-2.0-only): c/d@1.0\n"
	      "composer c/d 1.0 locked line 2\n"
	      "composer g/h dev-main locked dev line 3\n"
	      "skipped 1: package without a proper name or version: e/f\n");
	READS("app/vendor/composer/installed.json",
	      "{\"packages\":[{\"name\":\"a/b\",\"version\":\"1\"},{\"name\":\"c/d\",\"version\":"
	      "\"2\"}],\"dev\":true,\"dev-package-names\":[\"c/d\"]}",
	      "composer a/b 1 installed line 1\ncomposer c/d 2 installed dev line 1\n");
	READS("app/vendor/composer/installed.json", "[{\"name\":\"a/b\",\"version\":\"1\"}]",
	      "composer a/b 1 installed line 1\n");
	READS("app/installed.json",
	      "[{\"name\":\"a/b\",\"version\":\"1\",\"version_normalized\":\"1.0.0.0\"}]",
	      "composer a/b 1 installed line 1\n");
	READS("app/installed.json", "{\"packages\":[{\"name\":\"a/b\",\"version\":\"1\"}]}", "");
	READS("app/installed.json", "of somebody else", "");
	READS("app/composer.lock", "[]", "error: no list of packages in it");
	READS("app/vendor/a/b/composer.lock", "", "nobody wants it");
}

TEST(pubspec_lock_has_every_source)
{
	READS("app/pubspec.lock",
	      "packages:\n  a:\n    dependency: transitive\n    source: hosted\n"
	      "    version: \"1.10\"\n  b:\n    dependency: \"direct dev\"\n    source: sdk\n"
	      "    version: 0.0.0\n  c:\n    source: git\nsdks:\n  dart: \">=2.12.0\"\n",
	      "pub a 1.10 locked indirect line 2\npub b 0.0.0 locked dev line 6\n"
	      "skipped 1: package without a proper version: c\n");
	READS("app/pubspec.lock", "", "error: no mapping of packages in it");
}

TEST(mix_and_rebar_locks_and_applications)
{
	READS("app/mix.lock",
	      "%{\n  \"b\": {:hex, :bb, \"1.0\", \"x\", [:mix], [{:plug, \"~> 1\", [hex: :plug, "
	      "optional: false]}], \"hexpm\", "
	      "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"}, # c\n"
	      "  \"plug\": {:hex, :plug, \"2.0\", \"x\", [], [], \"hexpm\"},\n"
	      "  \"bad\": {:hex, },\n  \"g\": {:git, \"https://example.com/g\", \"abc\", []},\n}\n",
	      "hex bb 1.0 locked line 2 sha256:00112: plug@2.0\n"
	      "hex plug 2.0 locked line 3\n"
	      "hex g  locked line 5\n"
	      "skipped 1: entry that is not of the form of a package: bad\n");
	READS("app/mix.lock", "%{", "error: the end is missing");
	READS("app/mix.lock", "x", "error: expected '%{' at the start");
	READS("app/rebar.lock",
	      "{\"1.2.0\",\n[{<<\"a\">>,{pkg,<<\"aa\">>,<<\"1.1\">>},0},\n % c\n"
	      " {<<\"b\">>,{git,\"https://example.com/b\",{ref,\"1\"}},1}]}.\n[{pkg_hash,[]}].\n",
	      "hex aa 1.1 locked\nhex b  locked indirect\n");
	READS("app/rebar.lock", "[].\n", "");
	READS("opt/app/lib/plug-1.2/ebin/plug.app",
	      "{application,plug,[{description,\"a \\\" b\"},\n{vsn,\"1.2\"}]}.",
	      "hex plug 1.2 installed\n");
	READS("usr/lib/erlang/lib/ssl-10.9/ebin/ssl.app", "{application, ssl, [{vsn, \"10.9\"}]}.",
	      "otp ssl 10.9 installed\n");
}

TEST(swift_pins_are_named_by_where_they_come_from)
{
	READS("app/Package.resolved",
	      "{\"version\":3,\"pins\":[\n{\"identity\":\"a\",\"location\":"
	      "\"https://u@example.com:8443/x/a.git\",\"state\":{\"version\":\"1.0\"}},\n"
	      "{\"identity\":\"b\",\"location\":\"git@example.com:x/b.git\",\"state\":"
	      "{\"branch\":\"main\",\"revision\":\"r\"}},\n{\"identity\":\"m.c\",\"kind\":"
	      "\"registry\",\"location\":\"\",\"state\":{\"version\":\"3\"}}]}",
	      "swift example.com/x/a 1.0 locked line 2\nswift example.com/x/b main locked line 3\n"
	      "swift m.c 3 locked line 4\n");
	READS("app/Package.resolved", "{}", "error: no list of pins in it");
}

TEST(pods_have_subspecs_and_needs)
{
	READS("app/Podfile.lock",
	      "PODS:\n  - A (1.0):\n    - A/Core (= 1.0)\n  - A/Core (1.0)\n  - B (from `../b`)\n"
	      "  - C (2.10)\n\nDEPENDENCIES:\n  - A (~> 1)\n\nCOCOAPODS: 1.11.2\n",
	      "cocoapods A 1.0 locked line 2: A/Core@1.0\n"
	      "cocoapods A/Core 1.0 locked indirect line 4\n"
	      "cocoapods C 2.10 locked indirect line 6\n"
	      "skipped 1: pod without a proper name or version: line 5\n");
	READS("app/Podfile.lock", "x\n", "error: no list of pods in it");
}

TEST(conan_locks_of_both_generations)
{
	READS("app/conan.lock",
	      "{\"graph_lock\":{\"nodes\":{\"0\":{\"ref\":\"me/1\",\"path\":\"c.py\",\"requires\":"
	      "[\"1\"],\"build_requires\":[\"3\"]},\n\"1\":{\"ref\":\"a/1.0@u/c#r\",\"requires\":"
	      "[\"2\"]},\n\"2\":{\"ref\":\"b/2\"},\n\"3\":{\"ref\":\"cmake/3.1\"}}}}",
	      "conan a 1.0 locked line 2: b@2\nconan b 2 locked indirect line 3\n"
	      "conan cmake 3.1 locked dev line 4\n");
	READS("app/conan.lock",
	      "{\"version\":\"0.5\",\"requires\":[\"a/1.0#r%1.2\",[\"b/2#r\",{}],\"x\"],"
	      "\"build_requires\":[\"c/3\"],\"python_requires\":[]}",
	      "conan a 1.0 locked line 1\nconan b 2 locked line 1\nconan c 3 locked dev line 1\n"
	      "skipped 1: no proper reference: x\n");
	READS("app/conan.lock", "{}", "error: neither a graph nor a list of requirements in it");
}

TEST(r_packages_are_of_their_registry)
{
	READS("app/renv.lock",
	      "{\"R\":{},\"Packages\":{\"a\":{\"Package\":\"a\",\"Version\":\"1.0-2\",\"Source\":"
	      "\"Repository\",\"Repository\":\"CRAN\",\"Requirements\":[\"b\",\"R\"]},\n\"b\":{"
	      "\"Package\":\"b\",\"Version\":\"2\",\"Source\":\"Bioconductor\"},\n\"g\":{"
	      "\"Package\":\"g\",\"Version\":\"3\",\"Source\":\"GitHub\"}}}",
	      "cran a 1.0-2 locked line 1: b@2\nbioconductor b 2 locked line 2\n"
	      "generic g 3 locked line 3\n");
	READS("usr/lib/R/site-library/a/DESCRIPTION",
	      "Package: a\nVersion: 1.2\nLicense: GPL (>= 2)\nDescription: x\n  Version: 9\n"
	      "Built: R 4.2.2; ; 2023; unix\n",
	      "cran a 1.2 installed (GPL (>= 2))\n");
	READS("usr/lib/R/site-library/a/DESCRIPTION",
	      "Package: a\nVersion:\n  1.2\nLicense: GPL-2 |\n\tfile LICENSE\n \nBuilt: R 4.2.2\n",
	      "cran a 1.2 installed (GPL-2 | file LICENSE)\n");
	READS("usr/lib/R/site-library/a/DESCRIPTION", "Package: a\nVersion: 1.2\n",
	      "skipped 1: package that was not installed (no field Built): a\n");
	READS("srv/a/DESCRIPTION", "", "nobody wants it");
}

TEST(julia_manifests_of_both_forms)
{
	READS("app/Manifest.toml",
	      "julia_version = \"1.9.0\"\nmanifest_format = \"2.0\"\n[[deps.Dates]]\n"
	      "deps = [\"JSON\"]\nuuid = \"u1\"\n[[deps.JSON]]\nuuid = \"u2\"\n"
	      "git-tree-sha1 = \"x\"\nversion = \"0.21.4\"\n",
	      "julia Dates 1.9.0 locked line 3: JSON@0.21.4\njulia JSON 0.21.4 locked line 6\n");
	READS("app/Manifest.toml", "[[Dates]]\nuuid = \"u\"\n[[A]]\nversion = \"1.0\"\n",
	      "julia A 1.0 locked line 3\nskipped 1: package without a version: Dates\n");
	READS("app/Manifest.toml", "[[A]]\ndeps = [\"B\"]\nversion = \"1\"\n",
	      "error: A needs B, which is not in it");
	READS("app/Project.toml",
	      "[deps]\nA = \"u\"\nB = \"v\"\n[compat]\nA = \"=1.2.3\"\nB = \"1\"\n",
	      "julia A 1.2.3 declared line 2\n");
}

TEST(haskell_freeze_and_stack_lock)
{
	READS("app/cabal.project.freeze",
	      "active-repositories: hackage.haskell.org:merge\nconstraints: any.aeson ==2.1.0.0,\n"
	      "             aeson +fast,\n-- c\n             any.base ==4.17 || ==4.18,\n"
	      "             any.text-short ==0.1.5\nindex-state: x\n",
	      "hackage aeson 2.1.0.0 locked line 2\nhackage text-short 0.1.5 locked line 6\n");
	READS("app/stack.yaml.lock",
	      "packages:\n- completed:\n    hackage: a-b-1.2@sha256:00,1\n  original:\n"
	      "    hackage: a-b-1.2\n- completed:\n    name: c\n    version: 0.10\n"
	      "- completed:\n    url: x\nsnapshots: []\n",
	      "hackage a-b 1.2 locked line 2\nhackage c 0.10 locked line 6\n"
	      "skipped 1: package without a proper name or version: line 9\n");
	READS("app/stack.yaml.lock", "x: 1\n", "error: neither packages nor snapshots in it");
}

TEST(opam_switches_and_locked_files)
{
	READS("root/.opam/4.14/.opam-switch/switch-state",
	      "opam-version: \"2.0\"\ncompiler: [\"ocaml.4.14.1\"]\nroots: [\"dune.3.10.0\"]\n"
	      "installed: [\n  \"base-bytes.base\" # c\n  \"dune.3.10.0\" (* d *)\n \"x\"\n]\n",
	      "opam base-bytes base installed indirect line 5\nopam dune 3.10.0 installed line 6\n"
	      "skipped 1: package without a proper name or version: x\n");
	READS("root/.opam/4.14/.opam-switch/switch-state", "x\n", "error: expected 'field: value'");
	READS("root/.opam/4.14/.opam-switch/switch-state", "installed: [ \"a.1\"",
	      "error: ']' is missing");
	READS("root/.opam/4.02/installed", "base-bytes base\nlwt.2.5.1\n",
	      "opam base-bytes base installed line 1\nopam lwt 2.5.1 installed line 2\n");
	READS("root/.opam/4.02/installed", "x-y\n", "error: line 1: expected a name and a version");
	READS("app/x.opam.locked",
	      "depends: [\n \"a\" {= \"1.0\"}\n \"b\" {>= \"2\"}\n \"c\" {= \"3\" & with-test}\n"
	      " \"d\" {os != \"win32\" & = \"4\"}\n]\nbuild: [\"x\" {= \"9\"}]\n",
	      "opam a 1.0 locked line 2\nopam c 3 locked dev line 4\nopam d 4 locked line 5\n");
}

TEST(homebrew_names_are_those_of_folders)
{
	READS("home/linuxbrew/.linuxbrew/Cellar/openssl@3/3.1.1_1/INSTALL_RECEIPT.json",
	      "{\"installed_as_dependency\":true,\"installed_on_request\":false}",
	      "brew openssl@3 3.1.1_1 installed indirect\n");
	READS("home/linuxbrew/.linuxbrew/Cellar/a/1/INSTALL_RECEIPT.json", "[]",
	      "error: no receipt of an installation");
	READS("opt/homebrew/Caskroom/tool/35.0.2/tool.wrapper.sh", "#!/bin/sh\n",
	      "brew tool 35.0.2 installed\n");
	READS("opt/homebrew/Cellar/a/INSTALL_RECEIPT.json", "", "nobody wants it");
}

TEST(perl_distributions)
{
	READS("app/cpanfile.snapshot",
	      "# carton snapshot format: version 1.0\nDISTRIBUTIONS\n  Try-Tiny-0.31\n"
	      "    pathname: E/ET/Try-Tiny-0.31.tar.gz\n    provides:\n      Try::Tiny 0.31\n"
	      "  version-v0.9.1-TRIAL\n  bad\n",
	      "cpan Try-Tiny 0.31 locked line 3\ncpan version v0.9.1-TRIAL locked line 7\n"
	      "skipped 1: distribution without a version: line 8\n");
	READS("usr/local/lib/perl5/site_perl/5.36/x86_64-linux/.meta/A-B-1.2/install.json",
	      "{\"name\":\"A::B\",\"version\":\"1.2\"}", "cpan A-B 1.2 installed\n");
	READS("usr/local/lib/perl5/5.36/x86_64-linux/perllocal.pod",
	      "=head2 Sun: C<Module> L<A::B|A::B>\n\n=over 4\n\nC<VERSION: 1.0>\n\n"
	      "=head2 Mon: C<Module> L<A::B|A::B>\n\nC<VERSION: 1.1>\n",
	      "cpan A-B 1.1 installed line 9\n");
}

TEST(luarocks_bitnami_and_opkg)
{
	READS("usr/local/lib/luarocks/rocks-5.4/lpeg/1.1.0-1/lpeg-1.1.0-1.rockspec",
	      "package = \"lpeg\"\nversion = '1.1.0-1'\ndescription = {\n  license = \"MIT\",\n}\n"
	      "dependencies = { \"lua >= 5.1\" }\n",
	      "luarocks lpeg 1.1.0-1 installed (MIT)\n");
	READS("srv/lpeg-1.rockspec", "", "nobody wants it");
	READS("opt/bitnami/redis/.spdx-redis.spdx",
	      "{\"spdxVersion\":\"SPDX-2.3\",\"packages\":[{\"licenseConcluded\":\"BSD-3-Clause\","
	      "\"externalRefs\":[{\"referenceLocator\":\"cpe:2.3:a:x\"},{\"referenceLocator\":"
	      "\"pkg:bitnami/redis@7.2.4-1?arch=amd64\"}]},{\"name\":\"x\"}]}",
	      "bitnami redis 7.2.4-1 installed (BSD-3-Clause)\n");
	READS("opt/bitnami/redis/.spdx-redis.spdx", "{\"spdxVersion\":\"SPDX-2.3\"}",
	      "error: no package of Bitnami in it");
	READS("usr/lib/opkg/status",
	      "Package: busybox\nVersion: 1.36.1-1\nStatus: install user installed\n"
	      "Architecture: x86_64\n",
	      "opkg busybox 1.36.1-1 installed\n");
}

TEST(wordpress_and_its_plugins)
{
	READS("var/www/html/wp-content/plugins/akismet/akismet.php",
	      "<?php\n/**\n * @package A\n */\n/*\nPlugin Name: Akismet\n * Version: 5.3\n"
	      "License: GPLv2\n*/\n",
	      "wordpress-plugin akismet 5.3 installed (GPLv2)\n");
	READS("var/www/html/wp-content/plugins/akismet/class.php", "<?php\n// Version: 1\n", "");
	READS("var/www/html/wp-content/plugins/hello.php", "<?php /* Plugin Name: Hello */",
	      "skipped 1: without a proper version: hello.php\n");
	READS("var/www/html/wp-content/themes/t/style.css", "/*\nTheme Name: T\nVersion: 1.1\n*/",
	      "wordpress-theme t 1.1 installed\n");
	READS("var/www/html/wp-includes/version.php", "<?php\n$wp_version = '6.4.2';\n",
	      "generic wordpress 6.4.2 installed\n");
	READS("var/www/html/wp-includes/version.php",
	      "<?php\n/**\n * It's $wp_version = '1.0';\n *\n * @global string $wp_version\n */ // x\n"
	      "// $wp_version = '2.0';\n# $wp_version = '3.0';\n/* a */ /* $wp_version = '4'; */\n"
	      "$wp_version_old = '5.0';\n\t$wp_version=\"6.5-beta1\"; // '7'\n",
	      "generic wordpress 6.5-beta1 installed\n");
	READS("var/www/html/wp-includes/version.php", "<?php $wp_version = get();\n$x = '1.0';\n",
	      "skipped 1: without a proper version: version.php\n");
	READS("var/www/html/wp-content/plugins/a/b/c.php", "", "nobody wants it");
}

TEST(nix_paths_are_split_as_nix_does)
{
	static const struct {
		const char *path, *name, *version; /* NULL: no package */
	} paths[] = {
		{ "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-openssl-3.0.12-bin", "openssl",
		  "3.0.12" },
		{ "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-python3-3.11.6", "python3",
		  "3.11.6" },
		{ "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-source", NULL, NULL },
		{ "/nix/store/0123456789abcdfghijklmnpqrsvwxyz-a-1.0.drv", NULL, NULL },
		{ "/nix/store/short-a-1.0", NULL, NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		str name, version;

		CHECK_INT(nix_split(str_c(paths[i].path), &name, &version), paths[i].name != NULL);
		if (!paths[i].name)
			continue;
		CHECK_STR_EQ(name, str_c(paths[i].name));
		CHECK_STR_EQ(version, str_c(paths[i].version));
	}
}

TEST(a_list_of_another_type_is_a_broken_file_and_not_an_empty_one)
{
	static const struct {
		package_reader *read;
		const char *path, *text, *error;
	} cases[] = {
		{ npm_lock, "package-lock.json", "{\"lockfileVersion\": 3,\n\"packages\": []}",
		  "line 2: \"packages\" is no object" },
		{ npm_pnpm_lock, "pnpm-lock.yaml", "lockfileVersion: '9.0'\npackages: [1]\n",
		  "'packages' is no table of names" },
		{ pypi_pipfile_lock, "Pipfile.lock", "{\"default\": [1]}",
		  "'default' is no table of names" },
		{ pypi_poetry_lock, "poetry.lock", "package = 1\n", "'package' is no list" },
		{ pypi_pdm_lock, "pdm.lock", "package = 1\n", "'package' is no list" },
		{ pypi_uv_lock, "uv.lock", "package = 1\n", "'package' is no list" },
		{ pypi_pylock, "pylock.toml", "packages = 1\n", "'packages' is no list" },
		{ pypi_pyproject, "pyproject.toml", "project = 1\n",
		  "'project' is no table of names" },
		{ pypi_pyproject, "pyproject.toml", "[project]\ndependencies = 1\n",
		  "'dependencies' is no list" },
		{ r_lock_parse, "renv.lock", "{\"Packages\": [1]}",
		  "'Packages' is no table of names" },
		{ dotnet_deps_parse, "x.deps.json", "{\"libraries\": [1]}",
		  "'libraries' is no table of names" },
		{ rust_lock_parse, "Cargo.lock", "package = 1\n", "'package' is no list" },
		{ julia_manifest_parse, "Manifest.toml", "manifest_format = '2.0'\ndeps = 1\n",
		  "'deps' is no table of names" },
		{ haskell_stack_parse, "stack.yaml.lock", "packages: {a: 1}\n",
		  "'packages' is no list" },
	};
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_list list;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		CHECK_FAIL(packages_read(cases[i].read, cases[i].path, str_c(cases[i].text), &list,
					 arena, &err));
		CHECK_STR(err.msg, cases[i].error);
	}
}
