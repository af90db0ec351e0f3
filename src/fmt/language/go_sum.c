/* SPDX-License-Identifier: Apache-2.0 */
/* go.sum and vendor/modules.txt: lists of modules, a line each. */
#include "base/map.h"
#include "fmt/language/golang.h"
#include "fmt/syntax/text_file.h"

struct sum_line {
	str path, version;
	bool only_mod; /* the hash of its go.mod: its content was never needed */
};

/* Words between white space: hashes can hold what go.mod takes for comments. */
static bool field(str *rest, str *word)
{
	str s = str_trim(*rest);
	size_t n = 0;

	while (n < s.n && !is_space(s.p[n]))
		n++;
	*word = str_take(s, n);
	*rest = str_skip(s, n);
	return n > 0;
}

static bool sum_line_parse(str text, struct sum_line *out)
{
	str path, version, hash, rest = text;

	if (!field(&rest, &path) || !field(&rest, &version) || !field(&rest, &hash) ||
	    str_find_char(hash, ':') <= 0 || str_trim(rest).n > 0)
		return false;
	*out = (struct sum_line){ .path = path,
				  .version = str_without_suffix(version, STR("/go.mod")) };
	out->only_mod = out->version.n != version.n;
	return out->version.n > 0;
}

struct sum_entry {
	str version;
	uint32_t line;
};

/* The last version of each module: go.sum is sorted. */
static int sum_read(const struct file_view *file, bool with_only_mod, struct map *out,
		    struct package_tally *tally, struct err *err)
{
	AUTO(line_reader_done)
	struct line_reader reader = { 0 };
	struct sum_line sum;
	str line;
	int more;

	line_reader_init(&reader, file);
	if (golang_check_size(file, err) < 0)
		return -1;
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		if (str_trim(line).n == 0)
			continue;
		if (!sum_line_parse(line, &sum)) {
			package_tally_broken(tally, "line that is not 'module version hash'",
					     reader.number);
			continue;
		}
		if (sum.only_mod && !with_only_mod)
			continue;
		void **slot = map_slot(out, sum.path);
		struct sum_entry *entry = *slot;

		if (out->n > GOLANG_MAX_MODULES)
			return err_set(err, ERR_LIMIT, "more than %u modules", GOLANG_MAX_MODULES);
		if (!entry)
			*slot = entry = ARENA_NEW(out->arena, struct sum_entry);
		if (!str_eq(entry->version, sum.version))
			*entry = (struct sum_entry){ .version = str_dup(out->arena, sum.version),
						     .line = (uint32_t)reader.number };
	}
	return more;
}

int golang_add_sum(const struct file_view *sum, const struct map *mod, str path,
		   struct package_tally *tally, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct map modules;

	map_init(&modules, arena);
	if (sum_read(sum, false, &modules, tally, err) < 0)
		return -1;
	MAP_EACH (&modules, entry) {
		const struct sum_entry *e = entry->value;
		struct package p = { .kind = STR("golang"),
				     .name = entry->key,
				     .version = e->version,
				     .path = path,
				     .form = PACKAGE_LOCKED,
				     .indirect = true,
				     .layer = -1 };

		if (!map_has(mod, entry->key) && package_tally_add(tally, &p, err) < 0)
			return -1;
	}
	return 0;
}

int go_sum_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	struct package_tally tally = { .sink = sink };
	struct map modules;

	map_init(&modules, arena);
	if (sum_read(file, true, &modules, &tally, err) < 0)
		return -1;
	MAP_EACH (&modules, entry) {
		const struct sum_entry *e = entry->value;
		struct package p = { .kind = STR("golang"),
				     .name = entry->key,
				     .version = e->version,
				     .path = file->path,
				     .form = PACKAGE_LOCKED,
				     .line = e->line,
				     .layer = -1 };

		if (package_tally_add(&tally, &p, err) < 0)
			return -1;
	}
	return package_tally_result(&tally, err);
}

struct vendored {
	struct package package;
	struct arena *arena;
	struct package_tally tally;
	bool used; /* a package of it is there */
	bool any;  /* a line that names a module */
};

/* Digits of "v12.…" or "…/v12"; -1 when it is none. */
static int64_t major_of(str text)
{
	uint64_t major;
	size_t n = 1;

	while (n < text.n && is_digit(text.p[n]))
		n++;
	if (text.n < 2 || text.p[0] != 'v' || !str_u64(str_take(str_skip(text, 1), n - 1), &major))
		return -1;
	return major <= INT32_MAX ? (int64_t)major : -1;
}

/* vMAJOR.MINOR.PATCH..., and from 2 on the path of the module ends in that major version. */
static bool version_fits(str path, str version)
{
	ptrdiff_t slash = str_rfind_char(path, '/'), dot = str_rfind_char(path, '.');
	bool dotted = str_starts(path, STR("gopkg.in/"));
	int64_t major = major_of(version), of_path = -1;
	str minor, patch, last = str_skip(path, (size_t)((dotted ? dot : slash) + 1));

	if (major < 0 || !str_cut(version, '.', &version, &minor) ||
	    !str_cut(minor, '.', &minor, &patch) || minor.n == 0 || patch.n == 0 ||
	    !is_digit(minor.p[0]) || !is_digit(patch.p[0]))
		return false;
	if (dotted)
		last = str_without_suffix(last, STR("-unstable"));
	if (last.n > 1 && last.p[0] == 'v' && is_digit(last.p[last.n - 1]))
		of_path = major_of(last);
	if (of_path < 0 || (of_path < 2 && !dotted))
		return major < 2 || str_ends(patch, STR("+incompatible"));
	return major == of_path || (dotted && of_path == 1 && major == 0);
}

static int vendored_flush(struct vendored *v, struct err *err)
{
	struct package p = v->package;
	bool used = v->used;

	v->package.name = STR_EMPTY;
	v->used = false;
	/* A module without a package is only named for others: nothing of it lies here. */
	return p.name.n == 0 || !used ? 0 : package_tally_add(&v->tally, &p, err);
}

/* "# path version", "# path version => path [version]"; the tail repeats "# path => path". */
static int vendored_module(struct vendored *v, str text, const struct file_view *file,
			   uint64_t line, struct err *err)
{
	str words[6], rest = text;
	size_t n = 0;

	v->any = true;
	if (vendored_flush(v, err) < 0)
		return -1;
	arena_reset(v->arena);
	while (n < ARRAY_LEN(words) && field(&rest, &words[n]))
		n++;
	if (n >= 3 && str_eq(words[1], STR("=>")))
		return 0;
	bool replaced = n >= 4 && str_eq(words[2], STR("=>"));
	bool proper = n >= 2 && version_fits(words[0], words[1]) &&
		      (n == 2 || (replaced && n == 5 && version_fits(words[3], words[4])) ||
		       (replaced && n == 4 && golang_is_folder(words[3])));
	if (!proper) {
		package_tally_broken(&v->tally, "not a module and its version", line);
		return 0;
	}
	v->package = (struct package){ .kind = STR("golang"),
				       .path = file->path,
				       .form = PACKAGE_INSTALLED,
				       .indirect = true, /* until "## explicit" says otherwise */
				       .line = (uint32_t)line,
				       .layer = -1 };
	v->package.name = str_dup(v->arena, words[replaced ? 3 : 0]);
	if (!replaced || n == 5)
		v->package.version = str_dup(v->arena, words[replaced ? 4 : 1]);
	return 0;
}

int go_vendor_parse(const struct file_view *file, struct package_sink *sink, struct err *err)
{
	AUTO(arena_free)
	struct arena *arena = arena_new();
	AUTO(line_reader_done)
	struct line_reader reader = { 0 };
	AUTO(arena_free)
	struct arena *decoded = arena_new();
	struct vendored v = { .arena = arena, .tally = { .sink = sink } };
	struct file_view text;
	str line;
	int more;

	if (golang_check_size(file, err) < 0 ||
	    text_file_view(file, GOLANG_MAX_BYTES, decoded, &text, err) < 0)
		return -1;
	line_reader_init(&reader, &text);
	while ((more = line_reader_next(&reader, &line, err)) > 0) {
		if (str_starts(line, STR("## ")) && str_find(line, STR("explicit")) >= 0)
			v.package.indirect = false;
		else if (str_starts(line, STR("# ")) &&
			 vendored_module(&v, str_skip(line, 2), file, reader.number, err) < 0)
			return -1;
		else if (line.n > 0 && line.p[0] != '#')
			v.used = true;
	}
	if (more == 0 && v.used && !v.any)
		return err_set(err, ERR_INPUT, "names no module");
	return more < 0 ? -1 : vendored_flush(&v, err);
}
