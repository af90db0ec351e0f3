/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each row of the analyzers makes of fixed files (seeds of the fuzz targets), as a digest:
 * results of layers are kept under the version of each row, so another result without a higher
 * version would leave stale ones in every cache.
 *
 * tests/data/analyzer_output.txt: "ROW VERSION FILE OFFSET DIGEST" a line, the content of FILE from
 * OFFSET on (seeds of some targets begin with a byte that picks the reader). "ROW VERSION - 0 -":
 * no seed gives this row anything. Run with SEAWALL_WRITE_EXPECTED=1 to write it anew: a digest
 * changes only together with a version, and rows that are new get lines.
 */
#include <dirent.h>

#include "base/map.h"
#include "base/path.h"
#include "casefile.h"
#include "fmt/file_view.h"
#include "scan/analyzer.h"
#include "scan/record.h"
#include "test.h"

#define CORPUS	     "fuzz/corpus"
#define OWN	     "tests/data/analyzer" /* for rows without a seed */
#define LISTED	     "analyzer_output.txt"
#define FILES_OF_ROW 3u
#define BYTES_MAX    (256u << 10)
#define PICKS_MAX    2u /* bytes before the content, that pick a reader of the target */

/* A path that the row would be asked about. */
static str path_of(const struct analyzer *row, struct arena *arena)
{
	static const char *const samples[] = {
		"a/package-lock.json",
		"a/yarn.lock",
		"a/pnpm-lock.yaml",
		"a/bun.lock",
		"a/node_modules/b/package.json",
		"a/requirements.txt",
		"a/Pipfile.lock",
		"a/poetry.lock",
		"a/pdm.lock",
		"a/uv.lock",
		"a/pylock.toml",
		"a/pyproject.toml",
		"a/x-1.dist-info/METADATA",
		"a/x-1.egg-info/PKG-INFO",
		"a/conda-meta/x-1-0.json",
		"a/environment.yml",
		"a/go.mod",
		"a/vendor/modules.txt",
		"a/x.jar",
		"a/pom.xml",
		"a/gradle.lockfile",
		"a/build.sbt.lock",
		"a/Cargo.lock",
		"a/Cargo.toml",
		"a/x.deps.json",
		"a/packages.lock.json",
		"a/packages.config",
		"a/Gemfile.lock",
		"a/project.assets.json",
		"a/Directory.Packages.props",
		"a/composer.lock",
		"a/specifications/x-1.gemspec",
		"a/vendor/composer/installed.json",
		"a/pubspec.lock",
		"a/mix.lock",
		"a/rebar.lock",
		"a/ebin/x.app",
		"a/Dockerfile",
		"a/Package.resolved",
		"a/Podfile.lock",
		"a/conan.lock",
		"a/Manifest.toml",
		"a/Project.toml",
		"usr/lib/R/library/x/DESCRIPTION",
		"a/renv.lock",
		"a/rocks-5.1/x/1-1/x-1-1.rockspec",
		"a/cabal.project.freeze",
		"a/stack.yaml.lock",
		"a/cpanfile.snapshot",
		"a/perllocal.pod",
		"a/.meta/x-1/install.json",
		"a/.opam-switch/switch-state",
		"a/x.opam.locked",
		"a/LICENSE",
		"opt/homebrew/Cellar/x/1/INSTALL_RECEIPT.json",
		"opt/bitnami/x/.spdx-x.spdx",
		"var/www/wp-content/plugins/x/x.php",
		"a/META-INF/maven/b/c/pom.properties",
		"var/lib/pacman/local/left-1.0-1/files",
		"a/blib/MYMETA.json",
		"root/.nuget/packages/left/1.0.0/left.nuspec",
		"root/.opam/x/.opam-switch/packages/left.1.0/opam",
		"opt/homebrew/Caskroom/left/1.0/.metadata/1.0/x/Casks/left.json",
		"a/left.egg-info",
		"a/left.egg",
		"opt/homebrew/Caskroom/left/1.0/left.wrapper.sh",
	};

	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		if (analyzer_for(str_c(samples[i])) == row)
			return str_c(samples[i]);
	}
	if (row->names)
		return STR("nix/store/0123456789abcdfghijklmnpqrsvwxyz-left-1.0/bin/left");
	if (row->paths)
		return str_c(row->paths[0]);
	if (row->sniff && row->sniff(STR("usr/bin/busybox"), 4096,
				     STR("\x7f"
					 "ELF")))
		return STR("usr/bin/busybox");
	return row->dirs ? path_join(arena, str_c(row->dirs[0]), STR("x")) : STR("a/x");
}

struct collected {
	struct package_sink sink; /* first */
	struct buf *out;
	uint64_t packages;
};

static int add(struct package_sink *sink, const struct package *package, struct err *err)
{
	struct collected *c = (struct collected *)sink;
	struct json_writer w;

	(void)err;
	json_writer_init(&w, c->out, 0);
	package_write(package, true, &w);
	buf_byte(c->out, '\n');
	c->packages++;
	return 0;
}

static void skipped(struct package_sink *sink, const char *reason, str where)
{
	struct collected *c = (struct collected *)sink;

	buf_fmt(c->out, "skipped %s: %.*s\n", reason, STR_ARG(where));
}

/* How much it says of the file: 0 nothing; the digest of all of it in *digest. */
static uint64_t output_of(const struct analyzer *row, str content, uint64_t *digest)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(buf_done)
	struct buf out;
	struct collected c = { .sink = { .add = add, .skipped = skipped }, .out = &out };
	struct file_view view = file_view_text(path_of(row, arena), content);
	struct os_identity os = { .family = STR_EMPTY };
	struct err err = { .kind = ERR_NONE };
	struct json_writer w;
	int rc;

	buf_init(&out, 64u << 20);
	json_writer_init(&w, &out, 0);
	view.licences = true;
	if (row->run)
		rc = row->run(&view, arena, &c.sink, &err);
	else if (row->identify)
		rc = row->identify(&view, arena, &os, &err);
	else
		rc = row->describe(&view, arena, &c.sink, &w, &err);
	/* A supplement without packages has nothing to say but that it fails. */
	if (rc < 0 && row->supplement && err.kind == ERR_UNSUPPORTED)
		buf_fmt(&out, "failed: %s", err.msg);
	else if (rc < 0)
		return 0;
	buf_fmt(&out, "%.*s %.*s %.*s", STR_ARG(os.family), STR_ARG(os.version),
		STR_ARG(os.codename));
	*digest = siphash(buf_str(&out), 1, 2);
	return c.packages + (rc < 0) + (row->identify ? os.family.n : row->describe ? out.n : 0);
}

static str content_of(struct buf *b, const char *file, uint64_t offset)
{
	struct err err;

	buf_init(b, 16u << 20);
	CHECK_OK(buf_read_file(b, file, &err));
	return str_skip(buf_str(b), (size_t)offset);
}

static const struct analyzer *row_of(str name)
{
	for (size_t i = 0; i < analyzer_count; i++) {
		if (str_eq(name, str_c(analyzers[i]->name)))
			return analyzers[i];
	}
	return NULL;
}

struct line {
	str row, file, digest;
	uint64_t version, offset;
};

static struct line line_of(const struct casefile *file)
{
	struct line line = { .version = 0 };
	str rest = file->line, version, offset;

	CHECK(str_split(&rest, ' ', &line.row) && str_split(&rest, ' ', &version) &&
	      str_split(&rest, ' ', &line.file) && str_split(&rest, ' ', &offset));
	line.digest = rest;
	CHECK(str_u64(version, &line.version) && str_u64(offset, &line.offset));
	return line;
}

static str digest_text(struct arena *arena, uint64_t digest)
{
	return str_fmt(arena, "%016llx", (unsigned long long)digest);
}

/* What the row says of a listed file now. */
static str digest_now(const struct analyzer *row, const struct line *line, struct arena *arena)
{
	AUTO(buf_done)
	struct buf b = { 0 };
	uint64_t digest = 0;

	if (str_eq(line->file, STR("-")))
		return STR("-");
	output_of(row, content_of(&b, str_cstr(arena, line->file), line->offset), &digest);
	return digest_text(arena, digest);
}

TEST(analyzers_say_the_same_of_the_same_file_until_their_version_rises)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct casefile file = casefile_open(LISTED);
	bool writing = getenv("SEAWALL_WRITE_EXPECTED") != NULL;
	struct map seen;

	map_init(&seen, arena);
	while (casefile_next(&file)) {
		struct line line = line_of(&file);
		const struct analyzer *row = row_of(line.row);

		if (!row)
			test_fail(file.path, (int)file.number, "there is no row %.*s",
				  STR_ARG(line.row));
		map_put(&seen, line.row, file.path);
		str now = digest_now(row, &line, arena);
		if (!str_eq(now, line.digest) && row->version == line.version)
			test_fail(file.path, (int)file.number,
				  "%s says something else of %.*s: raise its .version, then run "
				  "with SEAWALL_WRITE_EXPECTED=1",
				  row->name, STR_ARG(line.file));
		if (row->version != line.version && !writing)
			test_fail(file.path, (int)file.number,
				  "%s has version %u: run with SEAWALL_WRITE_EXPECTED=1", row->name,
				  row->version);
	}
	casefile_close(&file);
	for (size_t i = 0; i < analyzer_count && !writing; i++) {
		if (!map_has(&seen, str_c(analyzers[i]->name)))
			test_fail(LISTED, 0, "%s has no line: run with SEAWALL_WRITE_EXPECTED=1",
				  analyzers[i]->name);
	}
}

/* ---- writing ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in a folder, sorted. */
static char **names_in(const char *dir, struct arena *arena, size_t *n)
{
	AUTO(closedir)
	DIR *d = opendir(dir);
	struct dirent *entry;
	char **names = NULL;
	size_t cap = 0;

	*n = 0;
	CHECK(d != NULL);
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		names = arena_grow(arena, names, *n, &cap, sizeof(*names));
		names[(*n)++] = str_cstr(arena, str_c(entry->d_name));
	}
	if (*n > 0)
		qsort(names, *n, sizeof(*names), by_text);
	return names;
}

struct candidate {
	str file;
	uint64_t offset, weight, digest;
};

static void consider(const struct analyzer *row, str file, str content,
		     struct candidate best[FILES_OF_ROW], struct arena *arena)
{
	for (uint64_t offset = 0; offset <= PICKS_MAX; offset++) {
		struct candidate c = { .offset = offset };

		c.weight = output_of(row, str_skip(content, (size_t)offset), &c.digest);
		for (size_t i = 0; i < FILES_OF_ROW && c.weight > 0; i++) {
			struct candidate other = best[i];

			if (c.weight <= other.weight)
				continue;
			if (!c.file.p)
				c.file = str_dup(arena, file);
			best[i] = c;
			c = other;
		}
	}
}

static void consider_folder(const struct analyzer *row, str dir,
			    struct candidate best[FILES_OF_ROW], struct arena *arena)
{
	size_t files;
	char **file = names_in(str_cstr(arena, dir), arena, &files);

	for (size_t k = 0; k < files; k++) {
		AUTO(buf_done)
		struct buf b = { 0 };
		str name = str_fmt(arena, "%.*s/%s", STR_ARG(dir), file[k]);
		str content = content_of(&b, str_cstr(arena, name), 0);

		if (content.n <= BYTES_MAX)
			consider(row, name, content, best, arena);
	}
}

static void write_row(FILE *out, const struct analyzer *row, struct arena *arena)
{
	struct candidate best[FILES_OF_ROW] = { { .weight = 0 } };
	size_t folders;
	char **folder = names_in(CORPUS, arena, &folders);

	for (size_t i = 0; i < folders; i++)
		consider_folder(row, str_fmt(arena, CORPUS "/%s", folder[i]), best, arena);
	if (best[0].weight == 0)
		consider_folder(row, STR(OWN), best, arena);
	if (best[0].weight == 0)
		fprintf(out, "%s %u - 0 -\n", row->name, row->version);
	for (size_t i = 0; i < FILES_OF_ROW && best[i].weight > 0; i++)
		fprintf(out, "%s %u %.*s %llu %016llx\n", row->name, row->version,
			STR_ARG(best[i].file), (unsigned long long)best[i].offset,
			(unsigned long long)best[i].digest);
}

/* Lines that are there stay, with what they say now; rows without one get some. */
static void write_listed(FILE *out, struct arena *arena)
{
	struct casefile file = casefile_open(LISTED);
	struct map kept;

	map_init(&kept, arena);
	while (casefile_next(&file)) {
		struct line line = line_of(&file);
		const struct analyzer *row = row_of(str_dup(arena, line.row));
		void **slot;

		if (!row)
			continue;
		slot = map_slot(&kept, str_c(row->name));
		*slot = (void *)(uintptr_t)str_cstr(
			arena, str_fmt(arena, "%s%s %u %.*s %llu %.*s\n",
				       *slot ? (const char *)*slot : "", row->name, row->version,
				       STR_ARG(line.file), (unsigned long long)line.offset,
				       STR_ARG(digest_now(row, &line, arena))));
	}
	casefile_close(&file);
	fputs("# ROW VERSION FILE OFFSET DIGEST (tests/unit/analyzer_output.c)\n", out);
	for (size_t i = 0; i < analyzer_count; i++) {
		const char *lines = map_get(&kept, str_c(analyzers[i]->name));

		if (lines)
			fputs(lines, out);
		else
			write_row(out, analyzers[i], arena);
	}
}

TEST(analyzers_are_written_down_when_somebody_asks)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(free)
	char *text = NULL;
	AUTO(fclose)
	FILE *memory = NULL;
	size_t size = 0;
	char path[512];

	if (!getenv("SEAWALL_WRITE_EXPECTED")) {
		/* The list is read: that it is not empty is what can be said here. */
		struct casefile file = casefile_open(LISTED);

		CHECK(casefile_next(&file));
		casefile_close(&file);
		return;
	}
	memory = open_memstream(&text, &size);
	CHECK(memory != NULL);
	write_listed(memory, arena);
	CHECK(fflush(memory) == 0);
	AUTO(fclose)
	FILE *out = fopen(casefile_data_path(LISTED, path, sizeof(path)), "we");
	CHECK(out != NULL && fwrite(text, 1, size, out) == size);
}
