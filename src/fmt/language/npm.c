/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/language/npm.h"

#include "base/base64.h"
#include "base/err.h"
#include "base/path.h"
#include "fmt/language/npm_internal.h"
#include "fmt/lock_entries.h"
#include "fmt/syntax/jsonc.h"
#include "fmt/syntax/text_file.h"

#define INTEGRITY_MAX 8u /* digests of one package */
#define LICENCES_MAX  64u

struct package npm_package_of(const struct file_view *file, enum package_form form)
{
	return (struct package){
		.kind = STR("npm"), .path = file->path, .form = form, .layer = -1
	};
}

static bool to_hex(str name, size_t size, str base64, struct arena *arena, str *out)
{
	static const char digits[] = "0123456789abcdef";
	str bytes;
	char *p;

	if (!base64_decode(arena, base64, &bytes) || bytes.n != size)
		return false;
	p = arena_bytes(arena, name.n + 1 + 2 * size);
	memcpy(p, name.p, name.n);
	p[name.n] = ':';
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)bytes.p[i];

		p[name.n + 1 + 2 * i] = digits[byte >> 4];
		p[name.n + 2 + 2 * i] = digits[byte & 15];
	}
	*out = str_of(p, name.n + 1 + 2 * size);
	return true;
}

void npm_set_integrity(struct package *package, str integrity, struct arena *arena)
{
	static const struct {
		str name;
		size_t size;
	} kinds[] = { { STR_INIT("sha512"), 64 },
		      { STR_INIT("sha384"), 48 },
		      { STR_INIT("sha256"), 32 },
		      { STR_INIT("sha1"), 20 },
		      { STR_INIT("md5"), 16 } };
	str *digests = ARENA_ARRAY(arena, str, INTEGRITY_MAX);
	size_t n = 0;
	str word, name, value;

	while (n < INTEGRITY_MAX && str_split(&integrity, ' ', &word)) {
		if (!str_cut(word, '-', &name, &value))
			continue;
		value = str_take(value, 128);
		for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
			if (str_eq(name, kinds[i].name) &&
			    to_hex(name, kinds[i].size, value, arena, &digests[n])) {
				n++;
				break;
			}
	}
	package->digests = n ? digests : NULL;
	package->digest_count = n;
}

/* "MIT" or { "type": "MIT" } */
static str one_licence(const struct json *v)
{
	str text = json_str(v);

	if (str_empty(text))
		text = json_get_str(v, STR("type"));
	if (str_empty(text))
		text = json_get_str(v, STR("name"));
	return str_trim(text);
}

static str joined_licences(const struct json *list, struct arena *arena)
{
	str all = STR_EMPTY;
	size_t n = 0;

	JSON_EACH (list, item) {
		str one = one_licence(item);

		if (str_empty(one) || n++ == LICENCES_MAX)
			continue;
		all = str_empty(all) ? one : str_cat(arena, str_cat(arena, all, STR(" OR ")), one);
	}
	return all;
}

str npm_licence(const struct json *description, struct arena *arena)
{
	static const char *const keys[] = { "license", "licenses" };

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const struct json *v = json_get(description, str_c(keys[i]));
		str text = json_is(v, JSON_ARRAY) ? joined_licences(v, arena) : one_licence(v);

		if (!str_empty(text))
			return text;
	}
	return STR_EMPTY;
}

static bool is_archive(str url)
{
	ptrdiff_t hash = str_find_char(url, '#'), query = str_find_char(url, '?');

	if (hash >= 0)
		url = str_take(url, (size_t)hash);
	if (query >= 0)
		url = str_take(url, (size_t)query);
	return !str_ends(url, STR(".git"));
}

str npm_origin(str spec)
{
	static const char *const git[] = { "git:",	 "git+",  "github:", "gitlab:",
					   "bitbucket:", "gist:", "ssh:",    "git@" };
	ptrdiff_t colon = str_find_char(spec, ':');

	for (size_t i = 0; i < ARRAY_LEN(git); i++)
		if (str_starts(spec, str_c(git[i])))
			return STR("git");
	if (str_starts(spec, STR("http:")) || str_starts(spec, STR("https:")))
		return is_archive(spec) ? STR("url") : STR("git");
	if (str_starts(spec, STR(".")) || str_starts(spec, STR("/")) || str_starts(spec, STR("~/")))
		return STR("file");
	/* "user/repository": no range or tag has a '/'. */
	if (colon < 0 && str_find_char(spec, '/') > 0)
		return STR("git");
	if (colon <= 0 || str_starts(spec, STR("npm:")))
		return STR_EMPTY;
	spec = str_take(spec, (size_t)colon);
	for (size_t i = 0; i < spec.n; i++)
		if (!is_alnum(spec.p[i]) && !strchr("+.-_", spec.p[i]))
			return STR_EMPTY;
	return spec;
}

bool npm_cut_name(str text, str *name, str *rest)
{
	ptrdiff_t at = str_find_char(str_skip(text, 1), '@');

	if (text.n < 3 || at < 0)
		return false;
	*name = str_take(text, (size_t)at + 1);
	*rest = str_skip(text, (size_t)at + 2);
	return true;
}

bool npm_is_proper(const struct package *package)
{
	const str texts[] = { package->name, package->version };

	if (str_empty(package->name))
		return false;
	for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
		if (texts[k].n > NPM_NAME_MAX)
			return false;
		for (size_t i = 0; i < texts[k].n; i++)
			if ((unsigned char)texts[k].p[i] < 0x20 || texts[k].p[i] == 0x7f)
				return false;
	}
	return true;
}

static bool in_node_modules(str path)
{
	return str_starts(path, STR("node_modules/")) || str_find(path, STR("/node_modules/")) >= 0;
}

bool npm_is_package(str path)
{
	str dir, above;

	if (!path_is_named(path, STR("package.json")))
		return false;
	dir = path_dir(path);
	if (str_empty(dir))
		return false;
	if (!in_node_modules(path))
		return (str_starts(path, STR("usr/")) && !str_starts(path, STR("usr/src/"))) ||
		       str_starts(path, STR("opt/"));
	above = path_dir(dir);
	if (str_starts(path_base(above), STR("@")))
		above = path_dir(above);
	return str_eq(path_base(above), STR("node_modules"));
}

static bool is_lock_named(str path, str name)
{
	return path_is_named(path, name) && !in_node_modules(path);
}

bool npm_is_lock(str path)
{
	return is_lock_named(path, STR("package-lock.json")) ||
	       is_lock_named(path, STR("npm-shrinkwrap.json"));
}

bool npm_is_yarn_lock(str path) { return is_lock_named(path, STR("yarn.lock")); }
bool npm_is_pnpm_lock(str path) { return is_lock_named(path, STR("pnpm-lock.yaml")); }
bool npm_is_bun_lock(str path) { return is_lock_named(path, STR("bun.lock")); }

int npm_load_json(const struct file_view *file, bool comments, struct arena *arena, str *text,
		  const struct json **out, struct err *err)
{
	const struct json_opts opts = { .max_depth = LOCK_MAX_DEPTH,
					.max_values = LOCK_MAX_VALUES,
					.keep_duplicates = true,
					.borrow = true };

	if (!comments) {
		if (lock_json(file, arena, text, out, err) < 0)
			return -1;
	} else {
		if (text_file_load(file, LOCK_MAX_BYTES, arena, text, err) < 0)
			return -1;
		jsonc_plain(*text, arena, text);
		if (json_parse(*text, &opts, arena, out, err) < 0)
			return -1;
	}
	if (!json_is(*out, JSON_OBJECT))
		return err_set(err, ERR_INPUT, "JSON that is no object");
	return 0;
}
