/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/image_packages.h"

#include "scan/record.h"

static const struct {
	const char *key;
	size_t at;
} of_os[] = {
	{ "family", offsetof(struct os_identity, family) },
	{ "version", offsetof(struct os_identity, version) },
	{ "codename", offsetof(struct os_identity, codename) },
	{ "pretty", offsetof(struct os_identity, pretty) },
	{ "path", offsetof(struct os_identity, path) },
};

/* In place of the key that a package has in the record of a layer. */
static const char no_key[PACKAGE_KEY_BYTES + 1] = "        ";

void image_packages_write(const struct inventory *inventory, struct buf *out)
{
	struct json_writer w;

	json_writer_init(&w, out, 0);
	json_open_object(&w);
	json_kv_str(&w, STR("target_kind"), inventory->target_kind);
	for (size_t i = 0; i < ARRAY_LEN(of_os); i++)
		json_kv_str(&w, str_c(of_os[i].key),
			    *(const str *)((const char *)&inventory->os + of_os[i].at));
	json_kv_bool(&w, STR("extended_support"), inventory->os.extended_support);
	json_kv_strings(&w, STR("kinds_read"), inventory->kinds_read, inventory->kinds_read_count);
	json_kv_u64(&w, STR("packages"), inventory->package_count);
	json_close_object(&w);
	for (size_t i = 0; i < inventory->package_count; i++) {
		buf_byte(out, '\n');
		buf_add(out, str_c(no_key));
		json_writer_init(&w, out, 0);
		package_write(&inventory->packages[i], false, &w);
	}
}

static int read_head(str line, struct arena *arena, struct inventory *out, struct err *err)
{
	const struct json_opts opts = { .borrow = true };
	const struct json *head, *kinds;
	int64_t count = 0;
	str *list;

	if (json_parse(line, &opts, arena, &head, err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(of_os); i++)
		*(str *)((char *)&out->os + of_os[i].at) = json_get_str(head, str_c(of_os[i].key));
	out->os.extended_support = json_bool(JSON_GET(head, "extended_support"));
	out->target_kind = json_get_str(head, STR("target_kind"));
	kinds = JSON_GET(head, "kinds_read");
	list = ARENA_ARRAY(arena, str, json_len(kinds));
	JSON_EACH (kinds, kind)
		list[out->kinds_read_count++] = json_str(kind);
	out->kinds_read = list;
	if (!json_i64(JSON_GET(head, "packages"), &count) || count < 0 ||
	    count > RECORD_PACKAGES_MAX)
		return err_set(err, ERR_INPUT, "kept packages: no count");
	out->package_count = (size_t)count;
	return 0;
}

int image_packages_read(str text, struct arena *arena, struct inventory *out, struct err *err)
{
	AUTO(arena_free)
	struct arena *scratch = arena_new();
	struct package_reading reading = { .arena = arena, .scratch = scratch };
	struct inventory found = { .target = STR_EMPTY };
	struct package *packages;
	str line = STR_EMPTY, hashes;

	if (!str_line(&text, &line) || read_head(line, arena, &found, err) < 0)
		return err_set(err, ERR_INPUT, "kept packages cannot be read");
	packages = ARENA_ARRAY(arena, struct package, found.package_count);
	for (size_t i = 0; i < found.package_count; i++) {
		if (!str_line(&text, &line))
			return err_set(err, ERR_INPUT, "kept packages are cut off");
		arena_reset(scratch);
		if (package_read_owned(line, &reading, &packages[i], &hashes, err) < 0)
			return -1;
		reading.like = &packages[i];
	}
	found.packages = packages;
	*out = found;
	return 0;
}
