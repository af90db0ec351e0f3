/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First byte: which of the small formats of package managers; the rest is the file. Each goes
 * through the row that wants its path.
 */
#include "fmt/file_view.h"
#include "fmt/system/nix.h"
#include "scan/analyzer.h"

#include "checking_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = {
	"app/Gemfile.lock",					     /* 0 */
	"usr/share/x/specifications/x-1.gemspec",		     /* 1 */
	"app/composer.lock",					     /* 2 */
	"app/vendor/composer/installed.json",			     /* 3 */
	"app/pubspec.lock",					     /* 4 */
	"app/mix.lock",						     /* 5 */
	"app/rebar.lock",					     /* 6 */
	"opt/lib/x-1/ebin/x.app",				     /* 7 */
	"app/Package.resolved",					     /* 8 */
	"app/Podfile.lock",					     /* 9 */
	"app/conan.lock",					     /* 10 */
	"app/renv.lock",					     /* 11 */
	"usr/lib/R/library/x/DESCRIPTION",			     /* 12 */
	"app/Manifest.toml",					     /* 13 */
	"app/Project.toml",					     /* 14 */
	"app/cabal.project.freeze",				     /* 15 */
	"app/stack.yaml.lock",					     /* 16 */
	"root/.opam/x/.opam-switch/switch-state",		     /* 17 */
	"app/x.opam.locked",					     /* 18 */
	"home/linuxbrew/.linuxbrew/Cellar/x/1/INSTALL_RECEIPT.json", /* 19 */
	"app/cpanfile.snapshot",				     /* 20 */
	"usr/local/lib/perl5/x/.meta/X-1/install.json",		     /* 21 */
	"usr/local/lib/perl5/x/perllocal.pod",			     /* 22 */
	"usr/local/lib/luarocks/rocks-5.4/x/1-1/x-1-1.rockspec",     /* 23 */
	"opt/bitnami/x/.spdx-x.spdx",				     /* 24 */
	"var/www/html/wp-content/plugins/x/x.php",		     /* 25 */
	"usr/lib/opkg/status",					     /* 26 */
	"nix/var/nix/db/db.sqlite",				     /* 27 */
	"root/.opam/x/installed",				     /* 28 */
	"var/lib/chisel/manifest.wall",				     /* 29 */
};

/* What a scan relies on beyond what every package must have. */
static int add(struct package_sink *sink, const struct package *p, struct err *err)
{
	for (size_t i = 0; i < p->depend_count; i++) {
		must(p->depends[i].n > 0);
		must(i == 0 || str_cmp(p->depends[i - 1], p->depends[i]) < 0);
	}
	for (size_t i = 0; i < p->name.n; i++)
		must(p->name.p[i] != '\n' && p->name.p[i] != '\0');
	must(p->digest_count == 0 || str_find_char(p->digests[0], ':') > 0);
	return checking_add(sink, p, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct package_sink sink = { .add = add, .skipped = checking_skipped };
	struct err err = { .kind = ERR_NONE };
	str name, version;

	if (size == 0)
		return 0;
	str path = str_c(paths[data[0] % ARRAY_LEN(paths)]);
	str text = str_of((const char *)data + 1, size - 1);
	struct file_view view = file_view_text(path, text);
	const struct analyzer *row = analyzer_for(path);

	must(row && row->run);
	if (row->run(&view, scratch, &sink, &err) < 0)
		must(err.kind != ERR_NONE && err.msg[0]);
	if (nix_split(text, &name, &version))
		must(name.n > 0 && version.n > 0);
	/* A file of a store: its path is the package, and a row reads no more of it. */
	view = file_view_text(str_cat(scratch, STR("nix/store/"), text), STR_EMPTY);
	row = analyzer_naming(view.path, &name);
	if (row) {
		must(name.n < view.path.n && str_starts(view.path, name));
		must(row->run(&view, scratch, &sink, &err) == 0);
	}
	return 0;
}
