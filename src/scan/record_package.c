/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
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
	{ offsetof(struct package, origin), "origin" },
	{ offsetof(struct package, path), "path" },
};

void package_write(const struct package *package, bool want_files, struct json_writer *w)
{
	json_open_object(w);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const str *text = (const str *)(const void *)((const char *)package + texts[i].at);

		json_kv_opt(w, str_c(texts[i].key), *text);
	}
	if (package->epoch_present)
		json_kv_bool(w, STR("epoch_present"), true);
	if (want_files && package->file_count > 0) {
		json_key(w, STR("files"));
		json_open_array(w);
		for (size_t i = 0; i < package->file_count; i++)
			json_put_str(w, package->files[i]);
		json_close_array(w);
	}
	json_close_object(w);
}

static int read_files(const struct json *v, struct arena *arena, struct package *p, struct err *err)
{
	size_t n = json_len(v), i = 0;
	str *files;

	if (n == 0)
		return 0;
	if (n > RECORD_FILES_MAX)
		return err_set(err, ERR_LIMIT, "package with %zu files", n);
	files = ARENA_ARRAY(arena, str, n);
	JSON_EACH (v, file) {
		files[i] = json_str(file);
		if (!files[i++].p)
			return err_set(err, ERR_INPUT, "package: malformed list of files");
	}
	p->files = files;
	p->file_count = n;
	return 0;
}

int package_read(str payload, struct arena *arena, struct package *out, struct err *err)
{
	struct package p = { .layer = -1 };
	const struct json *v;

	if (payload.n < PACKAGE_KEY_BYTES)
		return err_set(err, ERR_INPUT, "package: cut off");
	if (json_parse(str_skip(payload, PACKAGE_KEY_BYTES), NULL, arena, &v, err) < 0)
		return err_wrap(err, "package");
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		str *text = (str *)(void *)((char *)&p + texts[i].at);

		*text = json_get_str(v, str_c(texts[i].key));
	}
	p.epoch_present = json_bool(JSON_GET(v, "epoch_present"));
	if (read_files(JSON_GET(v, "files"), arena, &p, err) < 0)
		return -1;
	if (p.kind.n == 0 || p.name.n == 0)
		return err_set(err, ERR_INPUT, "package: no kind or name");
	*out = p;
	return 0;
}
