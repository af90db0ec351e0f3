/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/want.h"

#include "base/err.h"
#include "base/path.h"

#define PATTERNS_MAX 1024u

static int read_patterns(const struct json *v, struct arena *arena, const str **out, size_t *n,
			 struct err *err)
{
	size_t count = json_len(v), i = 0;
	str *patterns;

	if (count > PATTERNS_MAX)
		return err_set(err, ERR_LIMIT, "%zu patterns", count);
	patterns = ARENA_ARRAY(arena, str, count);
	JSON_EACH (v, pattern) {
		patterns[i++] = json_str(pattern);
	}
	*out = patterns;
	*n = count;
	return 0;
}

int want_read(const struct json *header, struct arena *arena, struct want *out, struct err *err)
{
	const struct json *list = JSON_GET(header, "aliases");
	size_t n = json_len(list), i = 0;
	struct want want = { .alias_count = n,
			     .want_files = json_bool(JSON_GET(header, "want_files")),
			     .documents = json_bool(JSON_GET(header, "documents")) };
	int64_t licences = 0;
	struct alias *aliases;

	IGNORE(json_i64(JSON_GET(header, "licences"), &licences)); /* absent: none */
	want.licences = (enum analyzer_licences)licences;
	if (n > WANT_ALIASES_MAX)
		return err_set(err, ERR_LIMIT, "%zu links to package data", n);
	aliases = ARENA_ARRAY(arena, struct alias, n);
	JSON_EACH (list, v) {
		aliases[i++] = (struct alias){ .real = json_get_str(v, STR("real")),
					       .as = json_get_str(v, STR("as")),
					       .folder = json_bool(JSON_GET(v, "folder")) };
	}
	want.aliases = aliases;
	if (read_patterns(JSON_GET(header, "skip_files"), arena, &want.skip_files,
			  &want.skip_files_n, err) < 0 ||
	    read_patterns(JSON_GET(header, "skip_dirs"), arena, &want.skip_dirs, &want.skip_dirs_n,
			  err) < 0)
		return -1;
	*out = want;
	return 0;
}

static void write_patterns(struct json_writer *w, str key, const str *patterns, size_t n)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_put_str(w, patterns[i]);
	json_close_array(w);
}

void want_write(const struct want *want, struct json_writer *w)
{
	JSON_KEY(w, "aliases");
	json_open_array(w);
	for (size_t i = 0; i < want->alias_count; i++) {
		json_open_object(w);
		json_kv_str(w, STR("real"), want->aliases[i].real);
		json_kv_str(w, STR("as"), want->aliases[i].as);
		json_kv_bool(w, STR("folder"), want->aliases[i].folder);
		json_close_object(w);
	}
	json_close_array(w);
	json_kv_bool(w, STR("want_files"), want->want_files);
	if (want->licences)
		json_kv_i64(w, STR("licences"), want->licences);
	if (want->documents)
		json_kv_bool(w, STR("documents"), true);
	write_patterns(w, STR("skip_files"), want->skip_files, want->skip_files_n);
	write_patterns(w, STR("skip_dirs"), want->skip_dirs, want->skip_dirs_n);
}

static bool known_as(str path, struct arena *arena, struct wanted *out)
{
	out->analyzer = analyzer_for(path);
	out->path = path;
	out->companion = false;
	if (out->analyzer)
		return true;
	out->analyzer = analyzer_companion_of(path, arena, &out->path);
	out->companion = true;
	return out->analyzer != NULL;
}

/* Adds what is known under `path`, unless its analyzer is in the list. */
static size_t add_known(const struct want *want, str path, struct arena *arena,
			struct wanted out[WANT_MAX], size_t n)
{
	struct wanted one;

	if (n == WANT_MAX || !known_as(path, arena, &one) || !want_row(want, one.analyzer))
		return n;
	for (size_t i = 0; i < n; i++) {
		if (out[i].analyzer == one.analyzer)
			return n;
	}
	out[n] = one;
	return n + 1;
}

size_t want_file(const struct want *want, str path, struct arena *arena,
		 struct wanted out[WANT_MAX])
{
	size_t n = add_known(want, path, arena, out, 0);

	for (size_t i = 0; i < want->alias_count; i++) {
		const struct alias *alias = &want->aliases[i];

		if (!alias->folder && str_eq(path, alias->real))
			n = add_known(want, alias->as, arena, out, n);
		if (alias->folder && path.n > alias->real.n && path_below(path, alias->real)) {
			str rest = str_skip(path, alias->real.n + (alias->real.n > 0));

			n = add_known(want, path_join(arena, alias->as, rest), arena, out, n);
		}
	}
	return n;
}

bool want_left_out(const struct want *want, str path)
{
	for (size_t i = 0; i < want->skip_files_n; i++) {
		if (path_glob(want->skip_files[i], path))
			return true;
	}
	for (str dir = path_dir(path); dir.n > 0 && want->skip_dirs_n > 0; dir = path_dir(dir)) {
		for (size_t i = 0; i < want->skip_dirs_n; i++) {
			if (path_glob(want->skip_dirs[i], dir))
				return true;
		}
	}
	return false;
}
