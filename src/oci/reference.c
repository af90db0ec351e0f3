/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/reference.h"

#include "base/err.h"
#include "oci/digest.h"

static bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || is_digit(c); }

/* [a-z0-9]+ joined by one '.', one or two '_', or any number of '-'. */
static bool component_valid(str s)
{
	size_t i = 0;

	if (str_empty(s) || !is_lower_or_digit(s.p[0]) || !is_lower_or_digit(s.p[s.n - 1]))
		return false;
	while (i < s.n) {
		size_t from = i;
		char c = s.p[i];

		if (is_lower_or_digit(c)) {
			i++;
			continue;
		}
		if (c != '.' && c != '_' && c != '-')
			return false;
		while (i < s.n && s.p[i] == c)
			i++;
		if ((c == '.' && i - from > 1) || (c == '_' && i - from > 2))
			return false;
	}
	return true;
}

static bool path_valid(str path)
{
	str rest = path, component;

	while (str_split(&rest, '/', &component)) {
		if (!component_valid(component))
			return false;
	}
	return !str_empty(path);
}

/* A word of a host name: letters, digits, inner hyphens. */
static bool label_valid(str s)
{
	if (str_empty(s) || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	}
	return true;
}

static bool port_valid(str port)
{
	uint64_t n;

	return str_u64(port, &n) && n > 0 && n < 65536;
}

static bool ipv6_valid(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		uint64_t digit;

		if (s.p[i] != ':' && s.p[i] != '.' && !str_u64_base(str_of(s.p + i, 1), 16, &digit))
			return false;
	}
	return s.n >= 2;
}

bool reference_host_valid(str host)
{
	str name = host, port, label;

	if (str_starts(host, STR("["))) {
		if (!str_cut(str_skip(host, 1), ']', &name, &port) || !ipv6_valid(name))
			return false;
		return str_empty(port) || (port.p[0] == ':' && port_valid(str_skip(port, 1)));
	}
	if (str_cut(host, ':', &name, &port) && !port_valid(port))
		return false;
	if (str_empty(name))
		return false;
	while (str_split(&name, '.', &label)) {
		if (!label_valid(label))
			return false;
	}
	return true;
}

static bool looks_like_host(str s)
{
	if (str_eq(s, STR("localhost")))
		return true;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' || s.p[i] == ':' || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return true;
	}
	return false;
}

static bool tag_valid(str tag)
{
	if (str_empty(tag) || tag.n > REFERENCE_MAX_TAG || tag.p[0] == '.' || tag.p[0] == '-')
		return false;
	for (size_t i = 0; i < tag.n; i++) {
		if (!is_alnum(tag.p[i]) && tag.p[i] != '_' && tag.p[i] != '.' && tag.p[i] != '-')
			return false;
	}
	return true;
}

static int bad(str text, const char *why, struct err *err)
{
	return err_set(err, ERR_USAGE, "'%.*s' is no image name: %s", STR_ARG(str_take(text, 300)),
		       why);
}

static bool is_image_id(str s)
{
	uint64_t ignored;

	if (s.n != 64)
		return false;
	for (size_t i = 0; i < s.n; i += 16) {
		if (!str_u64_base(str_of(s.p + i, 16), 16, &ignored))
			return false;
	}
	return true;
}

/* What stands before '@': host, path, tag. */
static int name_parse(str text, str name, struct arena *arena, struct reference *ref,
		      struct err *err)
{
	str head, tail;
	ptrdiff_t colon = str_rfind_char(name, ':');

	/* A colon before the last '/' belongs to a port. */
	if (colon >= 0 && str_find_char(str_skip(name, (size_t)colon), '/') < 0) {
		ref->tag = str_skip(name, (size_t)colon + 1);
		name = str_take(name, (size_t)colon);
		if (!tag_valid(ref->tag))
			return bad(text, "malformed tag", err);
	}
	ref->repository = name;
	if (str_cut(name, '/', &head, &tail) && looks_like_host(head)) {
		ref->registry = str_lower(arena, head);
		if (!looks_like_host(ref->registry))
			ref->registry = head; /* only its capitals tell that it is one */
		ref->repository = tail;
		if (!reference_host_valid(ref->registry))
			return bad(text, "malformed host", err);
	}
	if (is_image_id(name))
		return bad(text, "an image ID is known to docker-daemon: only", err);
	if (!path_valid(ref->repository))
		return bad(text, "names are lower-case words joined by '/', '.', '_' or '-'", err);
	return 0;
}

int reference_parse(str text, struct arena *arena, struct reference *out, struct err *err)
{
	struct reference ref = { .registry = STR("docker.io") };
	str name = text, digest = STR_EMPTY;

	if (str_cut(text, '@', &name, &digest)) {
		if (!digest_valid(digest) || !digest_computable(digest))
			return bad(text, "malformed digest", err);
		ref.digest = digest;
	}
	if (name_parse(text, name, arena, &ref, err) < 0)
		return -1;
	if (str_eq(ref.registry, STR("index.docker.io")) ||
	    str_eq(ref.registry, STR("registry-1.docker.io")))
		ref.registry = STR("docker.io");
	if (str_eq(ref.registry, STR("docker.io")) && str_find_char(ref.repository, '/') < 0)
		ref.repository = str_cat(arena, STR("library/"), ref.repository);
	if (ref.registry.n + 1 + ref.repository.n > REFERENCE_MAX_NAME)
		return bad(text, "longer than 255 bytes", err);
	if (str_empty(ref.tag) && str_empty(ref.digest))
		ref.tag = STR("latest");
	*out = (struct reference){ .registry = str_dup(arena, ref.registry),
				   .repository = str_dup(arena, ref.repository),
				   .tag = str_dup(arena, ref.tag),
				   .digest = str_dup(arena, ref.digest) };
	return 0;
}

str reference_name(const struct reference *ref, struct arena *arena)
{
	return str_fmt(arena, "%.*s/%.*s%s%.*s", STR_ARG(ref->registry), STR_ARG(ref->repository),
		       str_empty(ref->tag) ? "" : ":", STR_ARG(ref->tag));
}

str reference_text(const struct reference *ref, struct arena *arena)
{
	str name = reference_name(ref, arena);

	if (str_empty(ref->digest))
		return name;
	return str_fmt(arena, "%.*s@%.*s", STR_ARG(name), STR_ARG(ref->digest));
}
