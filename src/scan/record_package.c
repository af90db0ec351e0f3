/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "scan/owned.h"
#include "scan/record.h"

/* The texts of a package: member, key. */
static const struct {
	size_t at;
	const char *key;
} texts[] = {
	{ offsetof(struct package, kind), "kind" },
	{ offsetof(struct package, name), "name" },
	{ offsetof(struct package, version), "version" },
	{ offsetof(struct package, arch), "arch" },
	{ offsetof(struct package, source_name), "source_name" },
	{ offsetof(struct package, source_version), "source_version" },
	{ offsetof(struct package, maintainer), "maintainer" },
	{ offsetof(struct package, vendor), "vendor" },
	{ offsetof(struct package, licence), "licence" },
	{ offsetof(struct package, module), "module" },
	{ offsetof(struct package, cpe), "cpe" },
	{ offsetof(struct package, origin), "origin" },
	{ offsetof(struct package, path), "path" },
	{ offsetof(struct package, project), "project" },
};

/* Its lists of texts. */
static const struct {
	size_t items, count;
	const char *key;
} lists[] = {
	{ offsetof(struct package, files), offsetof(struct package, file_count), "files" },
	{ offsetof(struct package, depends), offsetof(struct package, depend_count), "depends" },
	{ offsetof(struct package, digests), offsetof(struct package, digest_count), "digests" },
};

static const struct {
	size_t at;
	const char *key;
} flags[] = {
	{ offsetof(struct package, epoch_present), "epoch_present" },
	{ offsetof(struct package, dev), "dev" },
	{ offsetof(struct package, indirect), "indirect" },
};

static void *member(struct package *package, size_t at) { return (char *)package + at; }
static const void *member_of(const struct package *package, size_t at)
{
	return (const char *)package + at;
}

static void write_hashes(const struct package *package, struct json_writer *w)
{
	static const char digits[] = "0123456789abcdef";

	JSON_KEY(w, "owned");
	json_put_raw(w, STR("\""));
	for (size_t i = 0; i < package->file_count; i++) {
		uint64_t hash = owned_hash(package->files[i]);
		char text[OWNED_HASH_DIGITS];

		if (!owned_matters(package->files, package->file_count, i))
			continue;

		for (unsigned k = OWNED_HASH_DIGITS; k-- > 0; hash >>= 4)
			text[k] = digits[hash & 15];
		buf_add(w->out, str_of(text, sizeof(text)));
	}
	BUF_LIT(w->out, "\"");
}

void package_write(const struct package *package, bool want_files, struct json_writer *w)
{
	json_open_object(w);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const str *text = member_of(package, texts[i].at);

		json_kv_opt(w, str_c(texts[i].key), *text);
	}
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		if (*(const bool *)member_of(package, flags[i].at))
			json_kv_bool(w, str_c(flags[i].key), true);
	}
	if (package->form != PACKAGE_INSTALLED)
		json_kv_str(w, STR("form"), str_c(package_form_name(package->form)));
	if (package->line)
		json_kv_u64(w, STR("line"), package->line);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		size_t n = *(const size_t *)member_of(package, lists[i].count);

		if (n > 0 && (want_files || lists[i].items != offsetof(struct package, files)))
			json_kv_strings(w, str_c(lists[i].key),
					*(const str *const *)member_of(package, lists[i].items), n);
	}
	if (!want_files && package->file_count > 0)
		write_hashes(package, w);
	json_close_object(w);
}

static int read_list(const struct json *v, const char *key, struct arena *arena, const str **items,
		     size_t *count, struct err *err)
{
	size_t n = json_len(v), i = 0;
	str *texts_read;

	if (n == 0)
		return 0;
	if (n > RECORD_FILES_MAX)
		return err_set(err, ERR_LIMIT, "package with %zu %s", n, key);
	texts_read = ARENA_ARRAY(arena, str, n);
	JSON_EACH (v, item) {
		if (!json_is(item, JSON_STRING))
			return err_set(err, ERR_INPUT, "package: malformed list of %s", key);
		texts_read[i++] = str_dup(arena, json_str(item));
	}
	*items = texts_read;
	*count = n;
	return 0;
}

/* A copy, or the same text of the package before: most packages of a file share some. */
static str keep_text(struct arena *arena, str text, const struct package *like, size_t at)
{
	const str *other = like ? member_of(like, at) : NULL;

	return other && str_eq(*other, text) ? *other : str_dup(arena, text);
}

/* What is neither text nor list. */
static int read_rest(const struct json *v, struct package *p, struct err *err)
{
	const struct json *line = JSON_GET(v, "line"), *form = JSON_GET(v, "form");
	int64_t number = 0;

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		*(bool *)member(p, flags[i].at) = json_bool(json_get(v, str_c(flags[i].key)));
	if (line && (!json_i64(line, &number) || number < 0 || number > UINT32_MAX))
		return err_set(err, ERR_INPUT, "package: malformed line number");
	p->line = (uint32_t)number;
	if (form && !package_form_from(json_str(form), &p->form))
		return err_set(err, ERR_INPUT, "package: unknown form");
	return 0;
}

int package_read(str payload, struct arena *arena, struct package *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	const struct package_reading reading = { .arena = arena, .scratch = scratch };
	str hashes;

	return package_read_owned(payload, &reading, out, &hashes, err);
}

int package_read_owned(str payload, const struct package_reading *reading, struct package *out,
		       str *hashes, struct err *err)
{
	static const struct json_opts opts = { .borrow = true };
	struct package p = { .layer = -1 };
	const struct json *v;

	if (payload.n < PACKAGE_KEY_BYTES)
		return err_set(err, ERR_INPUT, "package: cut off");
	if (json_parse(str_skip(payload, PACKAGE_KEY_BYTES), &opts, reading->scratch, &v, err) < 0)
		return err_wrap(err, "package");
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		str *text = member(&p, texts[i].at);

		*text = keep_text(reading->arena, json_get_str(v, str_c(texts[i].key)),
				  reading->like, texts[i].at);
	}
	if (read_rest(v, &p, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		if (read_list(json_get(v, str_c(lists[i].key)), lists[i].key, reading->arena,
			      member(&p, lists[i].items), member(&p, lists[i].count), err) < 0)
			return -1;
	}
	if (p.kind.n == 0 || p.name.n == 0)
		return err_set(err, ERR_INPUT, "package: no kind or name");
	*hashes = json_get_str(v, STR("owned"));
	*out = p;
	return 0;
}
