/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "scan/record.h"

#define ID_MAX	   256u
#define SHOWN_MAX  4u
#define DIGEST_MAX 6u

void secret_write(const struct secret_finding *secret, struct json_writer *w)
{
	json_open_object(w);
	json_kv_str(w, STR("kind"), secret->kind);
	json_kv_str(w, STR("place"), str_c(secret_place_name(secret->place)));
	json_kv_str(w, STR("path"), secret->path);
	json_kv_u64(w, STR("line"), secret->line);
	json_kv_u64(w, STR("length"), secret->length);
	json_kv_str(w, STR("shown"), secret->shown);
	json_kv_str(w, STR("digest"), secret->digest);
	json_close_object(w);
}

static bool get_count(const struct json *v, str key, uint64_t *out)
{
	int64_t n;

	if (!json_i64(json_get(v, key), &n) || n < 0)
		return false;
	*out = (uint64_t)n;
	return true;
}

/* Names of variables and labels have no form; where they are paths they must be whole ones. */
static bool is_normal(str path, struct arena *scratch)
{
	struct err unused;
	str normal;

	return path_normal(path, scratch, &normal, &unused) == 0 && str_eq(normal, path);
}

int secret_read(str payload, struct arena *arena, struct secret_finding *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct secret_finding s = { .layer = -1, .deleted_in = -1 };
	const struct json *v;

	if (json_parse(payload, NULL, scratch, &v, err) < 0)
		return err_wrap(err, "secret");
	s.kind = json_get_str(v, STR("kind"));
	s.path = json_get_str(v, STR("path"));
	s.shown = json_get_str(v, STR("shown"));
	s.digest = json_get_str(v, STR("digest"));
	if (!secret_place_from(json_get_str(v, STR("place")), &s.place) ||
	    (s.place == SECRET_FILE && !is_normal(s.path, scratch)) ||
	    !get_count(v, STR("line"), &s.line) || !get_count(v, STR("length"), &s.length) ||
	    s.kind.n == 0 || s.kind.n > ID_MAX || s.path.n > PATH_MAX_BYTES ||
	    s.shown.n > SHOWN_MAX || s.digest.n > DIGEST_MAX)
		return err_set(err, ERR_INPUT, "secret: malformed");
	s.kind = str_dup(arena, s.kind);
	s.path = str_dup(arena, s.path);
	s.shown = str_dup(arena, s.shown);
	s.digest = str_dup(arena, s.digest);
	*out = s;
	return 0;
}

void secret_counts_write(const struct secret_counts *counts, struct json_writer *w)
{
	json_open_object(w);
	json_kv_u64(w, STR("files"), counts->files);
	json_kv_u64(w, STR("bytes"), counts->bytes);
	json_kv_u64(w, STR("binary"), counts->binary);
	json_kv_u64(w, STR("programs"), counts->programs);
	json_kv_u64(w, STR("listed"), counts->listed);
	json_kv_u64(w, STR("too_large"), counts->too_large);
	json_kv_u64(w, STR("gave_up"), counts->gave_up);
	json_kv_u64(w, STR("dropped"), counts->dropped);
	json_kv_str(w, STR("missed_first"), counts->missed_first);
	json_close_object(w);
}

int secret_counts_read(str payload, struct arena *arena, struct secret_counts *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct secret_counts c = { .files = 0 };
	const struct json *v;

	if (json_parse(payload, NULL, scratch, &v, err) < 0)
		return err_wrap(err, "counts of secrets");
	str first = json_get_str(v, STR("missed_first"));
	if (!get_count(v, STR("files"), &c.files) || !get_count(v, STR("bytes"), &c.bytes) ||
	    !get_count(v, STR("binary"), &c.binary) || !get_count(v, STR("listed"), &c.listed) ||
	    !get_count(v, STR("programs"), &c.programs) ||
	    !get_count(v, STR("too_large"), &c.too_large) ||
	    !get_count(v, STR("gave_up"), &c.gave_up) ||
	    !get_count(v, STR("dropped"), &c.dropped) || first.n > PATH_MAX_BYTES)
		return err_set(err, ERR_INPUT, "counts of secrets: malformed");
	c.missed_first = str_dup(arena, first);
	*out = c;
	return 0;
}
